"""The presets are what they say, and a hyperparameter out of range is named in one sentence."""

import json
import math
from typing import Any

import pytest
from pydantic import ValidationError

from mnist_core import DigitLabError, config


def test_the_tutorial_trains_with_the_tutorials_hyperparameters_and_nothing_else() -> None:
    recipe = {
        "network": "mlp",
        "channels": 16,
        "hidden_sizes": (256, 64),
        "activation": "relu",
        "loss": "mse",
        "optimiser": "sgd",
        "learning_rate": 0.01,
        "schedule": "constant",
        "momentum": 0.9,
        "batch_size": 64,
        "epochs": 3,
        "number_format": "float32",
        "readings": 1,
    }
    values = config.configure("tutorial").model_dump()

    assert {name: values.pop(name) for name in recipe} == recipe
    assert values.pop("train_size") is None
    assert set(values.values()) == {0}
    assert {"weight_decay", "rotation", "synthetic_digits", "non_digits", "validation_share", "seed"} <= values.keys()


def test_every_preset_has_a_name_for_people() -> None:
    assert config.PRESETS.keys() == config.PRESET_NAMES.keys()
    assert len(set(config.PRESET_NAMES.values())) == len(config.PRESETS) == 4


@pytest.mark.parametrize("name", config.PRESETS)
def test_every_preset_keeps_to_the_ranges(name: str) -> None:
    assert config.configure(name) == config.PRESETS[name]
    assert config.TrainingConfig.model_validate(config.PRESETS[name].model_dump()) == config.PRESETS[name]


def test_cross_entropy_is_the_tutorial_but_for_its_loss() -> None:
    changed = config.configure("cross-entropy")

    assert changed.loss == "cross_entropy"
    assert changed.model_dump(exclude={"loss"}) == config.configure("tutorial").model_dump(exclude={"loss"})


def test_of_all_presets_only_drawing_changes_images_at_random() -> None:
    assert [name for name in config.PRESETS if config.configure(name).augments] == ["drawing"]


@pytest.mark.parametrize("name", ["rotation", "scale", "shear", "shift", "thickness"])
def test_one_kind_of_random_change_is_enough_to_augment(name: str) -> None:
    assert config.configure(**{name: 0.1}).augments


@pytest.mark.parametrize(("images", "steps"), [(1, 1), (64, 1), (65, 2), (4_000, 63), (60_000, 938)])
def test_an_epoch_has_a_step_for_every_batch_also_for_one_that_is_not_full(images: int, steps: int) -> None:
    assert config.configure(batch_size=64).steps_per_epoch(images) == steps


def test_the_tutorial_is_the_preset_without_a_name() -> None:
    assert config.configure() == config.configure("tutorial")


def test_changed_hyperparameters_leave_the_others_as_they_were() -> None:
    changed = config.configure(epochs=7, activation="gelu")

    assert (changed.epochs, changed.activation) == (7, "gelu")
    assert changed.model_dump(exclude={"epochs", "activation"}) == config.configure().model_dump(
        exclude={"epochs", "activation"}
    )


@pytest.mark.parametrize(("preset", "epochs"), [("tutorial", 3), ("accurate", 2), ("drawing", 12)])
def test_changes_do_not_change_the_preset(preset: str, epochs: int) -> None:
    assert config.configure(preset, epochs=7).epochs == 7

    assert config.configure(preset).epochs == epochs
    with pytest.raises(ValidationError, match="frozen"):
        config.configure().epochs = 7


def test_an_unknown_preset_is_one_sentence_with_the_names_there_are() -> None:
    with pytest.raises(DigitLabError, match=r"\AThere is no preset 'huge'; choose one of: \w[^\n]*\.\Z") as raised:
        config.configure("huge")

    assert all(name in str(raised.value) for name in config.PRESETS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("network", "rnn"),
        ("hidden_sizes", (0,)),
        ("hidden_sizes", (4097,)),
        ("hidden_sizes", (8, 8, 8, 8, 8, 8)),
        ("hidden_sizes", "256"),
        ("activation", "softplus"),
        ("loss", "hinge"),
        ("optimiser", "adagrad"),
        ("learning_rate", 0),
        ("learning_rate", 9e-6),
        ("learning_rate", 10.1),
        ("learning_rate", math.nan),
        ("learning_rate", math.inf),
        ("learning_rate", "fast"),
        ("schedule", "cosine"),
        ("momentum", -0.1),
        ("momentum", 1),
        ("momentum", math.nan),
        ("weight_decay", -1e-9),
        ("weight_decay", 0.2),
        ("weight_decay", math.nan),
        ("batch_size", 0),
        ("batch_size", 4097),
        ("batch_size", 1.5),
        ("epochs", 0),
        ("epochs", 201),
        ("rotation", -1),
        ("rotation", 46),
        ("scale", -0.1),
        ("scale", 0.6),
        ("shear", -1),
        ("shear", 46),
        ("shift", -1),
        ("shift", 9),
        ("thickness", -0.1),
        ("thickness", 1.1),
        ("thickness", math.nan),
        ("validation_share", -0.1),
        ("validation_share", 0.51),
        ("validation_share", math.nan),
        ("train_size", 9),
        ("train_size", 60_001),
        ("seed", -1),
        ("seed", 2**31),
    ],
)
def test_a_hyperparameter_out_of_range_is_one_sentence_naming_it(name: str, value: Any) -> None:
    title = config.HYPERPARAMETERS[name].title

    with pytest.raises(DigitLabError, match=rf"\A{title} cannot be [^\n]*: [^\n]*\.\Z"):
        config.configure(**{name: value})


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("network", ["mlp", "cnn"]),
        ("hidden_sizes", [(), (1,), (4096,) * 5]),
        ("activation", ["relu", "tanh", "sigmoid", "gelu"]),
        ("loss", ["mse", "cross_entropy"]),
        ("optimiser", ["sgd", "adam"]),
        ("learning_rate", [1e-5, 10]),
        ("schedule", ["constant", "one_cycle"]),
        ("momentum", [0, 0.99]),
        ("weight_decay", [0, 0.1]),
        ("batch_size", [1, 4096]),
        ("epochs", [1, 200]),
        ("rotation", [0, 45]),
        ("scale", [0, 0.5]),
        ("shear", [0, 45]),
        ("shift", [0, 8]),
        ("thickness", [0, 1]),
        ("validation_share", [0, 0.5]),
        ("train_size", [None, 10, 60_000]),
        ("seed", [0, 2**31 - 1]),
    ],
)
def test_the_limits_of_each_hyperparameter_are_allowed(name: str, values: list[Any]) -> None:
    assert [getattr(config.configure(**{name: value}), name) for value in values] == values


def test_a_hyperparameter_that_does_not_exist_is_one_sentence_naming_it() -> None:
    with pytest.raises(DigitLabError, match=r"\ADropout cannot be 0\.5: [^\n]*\.\Z"):
        config.configure(dropout=0.5)


@pytest.mark.parametrize("hidden_sizes", [(), (32, 16, 8)])
def test_a_configuration_can_be_stored_as_json_and_read_back(hidden_sizes: tuple[int, ...]) -> None:
    chosen = config.configure("drawing", hidden_sizes=hidden_sizes, learning_rate=0.003, train_size=1_000, seed=5)

    assert config.TrainingConfig.model_validate_json(chosen.model_dump_json()) == chosen


OLD = (
    '{"network":"cnn","hidden_sizes":[256],"activation":"relu","loss":"cross_entropy","optimiser":"adam",'
    '"learning_rate":0.01,"schedule":"one_cycle","momentum":0.9,"weight_decay":0.0,"batch_size":128,"epochs":10,'
    '"rotation":10.0,"scale":0.1,"shear":10.0,"shift":2.0,"distortion":1.5,"thickness":0.7,"drawn":20000,'
    '"non_digits":4000,"validation_share":0.0,"train_size":null,"seed":0}'
)
"""A configuration as networks and runs of the first version hold it."""


def test_a_configuration_with_the_former_name_of_a_hyperparameter_opens() -> None:
    opened = config.TrainingConfig.model_validate_json(OLD)

    former = {
        "network": "cnn",
        "non_digits": 4_000,
        "hidden_sizes": (256,),
        "learning_rate": 0.01,
        "epochs": 10,
        "shift": 2.0,
        "readings": 1,
    }
    assert opened == config.TrainingConfig.model_validate(json.loads(OLD)) == config.configure("drawing", **former)
    assert "drawn" not in opened.model_dump()


def test_a_former_name_changes_a_preset_as_the_present_one_does() -> None:
    assert config.configure("drawing", drawn=7) == config.configure("drawing", synthetic_digits=7)
