"""Each field of a configuration says what people need to choose and to read it."""

from typing import Any, get_args

import pytest

from mnist_core.config import GROUPS, HYPERPARAMETERS, PRESETS, Hyperparameter, TrainingConfig, configure

EACH = pytest.mark.parametrize("field", HYPERPARAMETERS.values(), ids=HYPERPARAMETERS)


def values(field: Hyperparameter) -> list[Any]:
    """All values of a choice, the listed ones, or the limits of the range."""
    if isinstance(field.default, tuple):
        return [(choice,) for choice in field.choices]
    return [*field.labels, *field.choices] or [field.low, field.highest or field.high]


def test_every_field_is_a_hyperparameter_with_a_title_of_its_own() -> None:
    assert HYPERPARAMETERS.keys() == TrainingConfig.model_fields.keys()
    assert len({field.title for field in HYPERPARAMETERS.values()}) == len(HYPERPARAMETERS)


@EACH
def test_each_has_what_people_need_to_choose_it(field: Hyperparameter) -> None:
    assert field.group in GROUPS
    assert all(text.endswith(".") and "{" not in text for text in (field.help, field.option_help))
    if not isinstance(field.default, tuple):
        assert tuple(field.labels) == tuple(arg for arg in get_args(field.type_) if isinstance(arg, str))


@EACH
def test_each_value_that_a_control_offers_is_allowed(field: Hyperparameter) -> None:
    assert [getattr(configure(**{field.name: value}), field.name) for value in values(field)] == values(field)


@EACH
def test_each_value_reads_differently(field: Hyperparameter) -> None:
    texts = [configure(**{field.name: value}).texts[field.name] for value in values(field)]

    assert len(set(texts)) == len(texts) > 1


@EACH
def test_the_summary_tells_each_value_from_the_default(field: Hyperparameter) -> None:
    others = [value for value in values(field) if value != field.default]
    needed = dict([field.only_with[:2]] if field.only_with else [])

    assert configure(**needed).summary not in {configure(**needed, **{field.name: value}).summary for value in others}


def test_the_summary_says_what_every_training_has_and_what_this_one_has_besides() -> None:
    assert PRESETS["tutorial"].summary == (
        "784-256-64-10, ReLU, mean squared error, SGD 0.01, momentum 0.9, batches of 64, 3 epochs"
    )
    assert configure(
        "drawing", epochs=1, train_size=1_000, validation_share=0.1, weight_decay=1e-5, seed=2
    ).summary == (
        "deep CNN 1024-128-10, ReLU, cross-entropy, Adam 0.003, batches of 128, 1 epoch, one cycle, "
        "weight decay 1e-05, 6 readings, rotation 10°, scale 10 %, shear 10°, shift 1 px, distortion 1.5 px, "
        "stroke thickness 70 %, "
        "20,000 synthetic digits, 6,000 synthetic shapes that are none, 10 % for validation, 1,000 images, seed 2"
    )


def test_values_have_their_units() -> None:
    texts = configure("drawing", hidden_sizes=(), validation_share=0.15).texts

    assert texts["hidden_sizes"] == "none"
    assert texts["train_size"] == "all"
    assert (texts["loss"], texts["rotation"], texts["shift"]) == ("Cross-entropy", "10°", "1 px")
    assert (texts["thickness"], texts["validation_share"]) == ("70 %", "15 %")


@pytest.mark.parametrize(
    ("name", "value", "nearest"),
    [("learning_rate", 0.0045, 0.005), ("learning_rate", 99, 10), ("epochs", 200, 50), ("epochs", 7, 7)],
)
def test_a_value_that_no_control_can_show_becomes_the_nearest(name: str, value: float, nearest: float) -> None:
    assert HYPERPARAMETERS[name].nearest(value) == nearest
