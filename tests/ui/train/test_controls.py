"""Each hyperparameter has its control, and an address shows the configuration that it names."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from mnist_core.config import HYPERPARAMETERS, PRESETS, Hyperparameter, TrainingConfig, configure
from mnist_core.store import Store
from ui import control_values

PAGE = "pages/train.py"
OLD_ADDRESS = {
    "network": "Convolutions first",
    "layers": "3",
    "size1": "512",
    "size2": "32",
    "size3": "8",
    "size4": "1024",
    "activation": "GELU",
    "optimiser": "Adam",
    "loss": "Cross-entropy",
    "learning_rate": "0.002",
    "schedule": "One cycle",
    "momentum": "0.5",
    "weight_decay": "1e-05",
    "epochs": "7",
    "batch_size": "128",
    "validation": "20",
    "train_size": "500",
    "seed": "42",
    "rotation": "10",
    "scale": "15",
    "shear": "20",
    "shift": "2",
    "distortion": "1.5",
    "thickness": "70",
    "drawn": "20000",
    "non_digits": "4000",
}
"""An address as the first version made it, with every key but that of a layer that is not there."""
OLD_CONFIG = TrainingConfig(
    network="cnn",
    hidden_sizes=(512, 32, 8),
    activation="gelu",
    optimiser="adam",
    loss="cross_entropy",
    learning_rate=0.002,
    schedule="one_cycle",
    momentum=0.5,
    weight_decay=1e-5,
    epochs=7,
    batch_size=128,
    validation_share=0.2,
    train_size=500,
    seed=42,
    rotation=10,
    scale=0.15,
    shear=20,
    shift=2,
    distortion=1.5,
    thickness=0.7,
    synthetic_digits=20_000,
    non_digits=4_000,
)


def shown_values(field: Hyperparameter) -> st.SearchStrategy[Any]:
    """The values that the control of a hyperparameter can be set to, on MNIST-5000."""
    if isinstance(field.default, tuple):
        return st.lists(st.sampled_from(field.choices), max_size=5).map(tuple)
    if field.labels or field.choices:
        choices = [*field.labels, *field.choices]
        return st.sampled_from([choice for choice in choices if field.name != "train_size" or (choice or 0) <= 2_000])
    if field.step is None:
        return st.integers(int(field.low), int(field.high))
    step = field.step / (100 if field.unit == "%" else 1)
    first, last = round(field.low / step), round((field.highest or field.high) / step)
    return st.integers(first, last).map(lambda steps: type(field.default)(round(steps * step, 9)))


CONFIGS = st.fixed_dictionaries({name: shown_values(field) for name, field in HYPERPARAMETERS.items()}).map(
    lambda values: configure(**values)
)


def started(app: AppTest, store: Store) -> TrainingConfig:
    """The configuration of the training that the page starts."""
    next(button for button in app.button if button.label == "Start training").click().run()
    assert not app.exception
    return store.runs.all()[0].config


def test_each_hyperparameter_has_a_control_with_its_title_and_help(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE)
    controls = {
        control.key: control
        for kind in (app.selectbox, app.select_slider, app.slider, app.number_input)
        for control in kind
    }

    for name, field in HYPERPARAMETERS.items():
        control = controls["layers" if name == "hidden_sizes" else field.key]
        assert control.help == field.help
        assert control.label == ("Hidden layers" if name == "hidden_sizes" else field.label)


@pytest.mark.parametrize("preset", PRESETS)
def test_an_address_shows_the_preset_that_it_names(
    preset: str, open_page: Callable[..., AppTest], store: Store
) -> None:
    app = open_page(PAGE, **control_values.in_address(PRESETS[preset]))

    assert not app.warning
    assert started(app, store) == PRESETS[preset]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CONFIGS)
def test_an_address_shows_any_configuration_that_the_controls_can(
    open_page: Callable[..., AppTest], store: Store, config: TrainingConfig
) -> None:
    app = open_page(PAGE, **control_values.in_address(config))

    assert not app.warning
    assert started(app, store) == config


@given(CONFIGS)
def test_what_the_controls_hold_is_the_configuration(config: TrainingConfig) -> None:
    assert control_values.to_config(control_values.of_config(config)) == config


def test_an_address_of_the_first_version_shows_what_it_named(open_page: Callable[..., AppTest], store: Store) -> None:
    app = open_page(PAGE, **OLD_ADDRESS)

    assert not app.warning
    assert app.select_slider(key="synthetic_digits").value == 20_000
    assert started(app, store) == OLD_CONFIG


def test_a_former_key_with_a_value_out_of_range_is_one_sentence(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, drawn="77")

    assert "synthetic_digits=77, which is not possible, so 0 is used" in app.warning[0].value


def test_momentum_can_be_set_for_sgd_alone(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE)
    assert not app.slider(key="momentum").disabled

    app.selectbox(key="optimiser").select("adam").run()

    assert app.slider(key="momentum").disabled


def test_no_more_training_images_are_offered_than_there_are(open_page: Callable[..., AppTest]) -> None:
    assert open_page(PAGE).select_slider(key="train_size").options == ["all", "100", "200", "500", "1000", "2000"]
