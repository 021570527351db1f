"""A plan of a sweep: stored as it is written, checked in a sentence, and a grid that has each settings once."""

import json
from typing import Any

import pytest

from mnist_core import DigitLabError, settings
from mnist_core.config import TrainingConfig
from mnist_core.data import identify
from mnist_core.sweep import SweepPlan, make_plan, parse_space
from mnist_core.sweep.plan import grid, prepare, with_values

LINES = ["learning_rate=0.001..0.1 log", "hidden_sizes=256-64,128,none", "train_size=1000,all"]


def test_a_plan_outlives_json_and_is_written_as_it_was_read() -> None:
    plan = make_plan(space=parse_space(LINES), runs=5, minutes=1.5, method="random", at_once=3, seed=4)

    assert SweepPlan.model_validate(json.loads(json.dumps(plan.model_dump(mode="json")))) == plan
    assert plan.lines == LINES


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"space": {}}, "Nothing is varied; give at least one hyperparameter a range or a list of values."),
        ({"runs": 0}, "The sweep's runs cannot be 0: it should be greater than or equal to 1."),
        ({"epochs": 0}, "The sweep's epochs cannot be 0"),
        ({"minutes": 0}, "The sweep's minutes cannot be 0: it should be greater than 0."),
        ({"minutes": float("inf")}, "The sweep's minutes cannot be inf"),
        ({"runs": 1_001}, "The sweep's runs cannot be 1001"),
        ({"runs": None}, "The sweep has no budget; give it a number of runs, of epochs or of minutes."),
        ({"at_once": 0}, "The sweep's at once cannot be 0"),
        ({"method": "luck"}, "The sweep's method cannot be luck: it should be 'grid', 'random' or 'tpe'."),
        ({"early_stopping": "luck"}, "The sweep's early stopping cannot be luck"),
        ({"space": {"momentum": "0.9..0.1"}}, "Momentum ranges from 0.9 to 0.1"),
        (
            {"method": "grid", "space": {"momentum": "0..0.9 50", "learning_rate": "0.1..0.2 50"}},
            "The grid has 2,500 settings and at most 1,000 are tried; give fewer values, or choose random settings.",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(DigitLabError) as error:
        make_plan(**{"space": {"momentum": "0..0.9"}, "runs": 3} | changes)

    assert words in str(error.value)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize(
    ("lines", "words"),
    [(["momentum"], "'momentum' is not understood"), (["momentum=0.1", "momentum=0.2"], "Momentum is given twice")],
)
def test_a_line_that_cannot_be_is_one_sentence(lines: list[str], words: str) -> None:
    with pytest.raises(DigitLabError, match=words):
        parse_space(lines)


def test_a_grid_needs_no_budget_and_has_each_settings_once_in_an_order_that_its_seed_decides() -> None:
    plan = make_plan(space={"batch_size": "10,20,50", "learning_rate": "0.1,0.2"}, method="grid")

    points = [(config.batch_size, config.learning_rate) for config in grid(plan, TrainingConfig())]

    assert sorted(points) == [(size, rate) for size in (10, 20, 50) for rate in (0.1, 0.2)]
    assert grid(plan, TrainingConfig()) == grid(plan, TrainingConfig())
    assert grid(plan.model_copy(update={"seed": 1}), TrainingConfig()) != grid(plan, TrainingConfig())
    assert plan.most_runs == 6


def test_values_without_an_effect_do_not_multiply_a_grid() -> None:
    plan = make_plan(space={"optimiser": "sgd,adam", "momentum": "0.1,0.2,0.3"}, method="grid")

    points = sorted((config.optimiser, config.momentum) for config in grid(plan, TrainingConfig()))

    assert points == [("adam", 0.9), ("sgd", 0.1), ("sgd", 0.2), ("sgd", 0.3)]
    assert with_values(TrainingConfig(), {"momentum": 0.1, "optimiser": "adam"}).momentum == 0.9


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0.1), (0.25, 0.25)])
def test_a_tenth_is_held_out_where_nothing_is(share: float, expected: float) -> None:
    plan = make_plan(space={"momentum": "0..0.9"}, runs=3)

    base = prepare(plan, TrainingConfig(validation_share=share), identify(settings.load()))

    assert base == TrainingConfig(validation_share=expected)


@pytest.mark.parametrize("values", ["100,5000,all", "100..5000"])
def test_more_images_than_there_are_is_one_sentence(values: str) -> None:
    plan = make_plan(space={"train_size": values}, runs=3)

    with pytest.raises(DigitLabError, match="The training-set size is 5,000, but only 3,600 images are left"):
        prepare(plan, TrainingConfig(), identify(settings.load()))
