"""What a sweep varies, how it chooses, and for how long."""

import math
import random
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_serializer, field_validator, model_validator

from mnist_core import DigitLabError
from mnist_core.config import HYPERPARAMETERS, TrainingConfig
from mnist_core.data import Identity, require_trainable
from mnist_core.evaluation.repeats import learning_curve_split
from mnist_core.settings import sentence_part
from mnist_core.store import Run, Store, Sweep
from mnist_core.sweep.values import Range, Values, format_values, grid_points, read_values

Method = Literal["grid", "random", "tpe"]
EarlyStopping = Literal["none", "median", "halving"]
MOST_RUNS = 1_000
"""Settings that a sweep tries, at most."""


class SweepPlan(BaseModel):
    """A search over `space`, from the name of a hyperparameter to its values; read with `make_plan`.

    It ends when the first of its budgets is used up: so many `runs`, so many `epochs` or `minutes` of training of all
    runs together. A grid may do without a budget. `at_once`: how many runs may be in progress at the same time; each of
    them is chosen, and may be stopped early, by what came out of those that ended before it was begun.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    space: dict[str, Range | tuple[Any, ...]]
    method: Method = "tpe"
    runs: Annotated[int | None, Field(ge=1, le=MOST_RUNS)] = None
    epochs: Annotated[int | None, Field(ge=1)] = None
    minutes: Annotated[float | None, Field(gt=0, allow_inf_nan=False)] = None
    early_stopping: EarlyStopping = "halving"
    at_once: Annotated[int, Field(ge=1, le=64)] = 1
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0

    @field_validator("space", mode="before")
    @classmethod
    def _read(cls, space: Mapping[str, str | Values]) -> dict[str, Values]:
        return {name: read_values(name, values) for name, values in space.items()}

    @field_serializer("space")
    def _write(self, space: dict[str, Values]) -> dict[str, str]:
        return {name: format_values(values) for name, values in space.items()}

    @model_validator(mode="after")
    def _check(self) -> "SweepPlan":
        if not self.space:
            raise DigitLabError("Nothing is varied; give at least one hyperparameter a range or a list of values.")
        if self.method == "grid":
            if self.grid_size > MOST_RUNS:
                raise DigitLabError(
                    f"The grid has {self.grid_size:,} settings and at most {MOST_RUNS:,} are tried; give fewer values, "
                    "or choose random settings."
                )
        elif self.runs is None and self.epochs is None and self.minutes is None:
            raise DigitLabError("The sweep has no budget; give it a number of runs, of epochs or of minutes.")
        return self

    @property
    def grid_size(self) -> int:
        """How many settings there are in the grid."""
        return math.prod(len(grid_points(name, values)) for name, values in self.space.items())

    @property
    def most_runs(self) -> int:
        """How many settings are tried, at most."""
        most = MOST_RUNS if self.runs is None else self.runs
        return min(most, self.grid_size) if self.method == "grid" else most

    @property
    def lines(self) -> list[str]:
        """The hyperparameters with their values, as `parse_space` reads them."""
        return [f"{name}={format_values(values)}" for name, values in self.space.items()]

    @property
    def summary(self) -> str:
        """The hyperparameters with their values, as people read them."""
        return "; ".join(f"{HYPERPARAMETERS[name].title} {_text(name, values)}" for name, values in self.space.items())


def make_plan(**values: Any) -> SweepPlan:
    """A plan with these values; `space` may be written, as in `{"batch_size": "32,64"}`.

    Raises `DigitLabError` with one sentence for the first value that cannot be.
    """
    try:
        return SweepPlan.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name, rule = str(first["loc"][0]).replace("_", " "), sentence_part(first["msg"])
        raise DigitLabError(f"The sweep's {name} cannot be {first['input']}: {rule}.") from None


def parse_space(lines: Iterable[str]) -> dict[str, Values]:
    """Read hyperparameters with their values, such as `batch_size=32,64`, one a line."""
    space: dict[str, Values] = {}
    for line in lines:
        name, equals, values = line.partition("=")
        if not equals:
            raise DigitLabError(
                f"{line!r} is not understood; write such as learning_rate=0.001..0.1 or batch_size=32,64."
            )
        name = name.strip()
        if name in space:
            raise DigitLabError(f"{HYPERPARAMETERS[name].title} is given twice; put all its values into one list.")
        space[name] = read_values(name, values)
    return space


def prepare(plan: SweepPlan, config: TrainingConfig, identity: Identity) -> TrainingConfig:
    """The configuration that a sweep varies on that data set: a tenth is held out for validation where nothing is.

    Raises `DigitLabError` where one of the settings could not be trained.
    """
    share = learning_curve_split(config.model_copy(update={"train_size": None}), identity.train_count)[0]
    base = config.model_copy(update={"validation_share": share})
    # The most images that it asks for: None means all there are, which is always possible.
    names = ("train_size", "synthetic_digits", "non_digits")
    extremes = {name: _numbers(plan.space[name]) for name in names if name in plan.space}
    require_trainable(base.model_copy(update={name: max(found) for name, found in extremes.items() if found}), identity)
    return base


def varied_texts(plan: SweepPlan, config: TrainingConfig) -> dict[str, str]:
    """The values of the varied hyperparameters as people read them, by name; empty where one has no effect."""
    settings = dict(config)
    return {
        name: HYPERPARAMETERS[name].text(settings[name]) if HYPERPARAMETERS[name].has_effect(settings) else ""
        for name in plan.space
    }


def _text(name: str, values: Values) -> str:
    text = HYPERPARAMETERS[name].text
    if not isinstance(values, Range):
        return ", ".join(map(text, values))
    return f"from {text(values.low)} to {text(values.high)}{', logarithmic' if values.log else ''}"


def _numbers(values: Values) -> list[float]:
    found = (values.low, values.high) if isinstance(values, Range) else values
    return [int(value) for value in found if value is not None]


def grid(plan: SweepPlan, config: TrainingConfig) -> list[TrainingConfig]:
    """The settings of a grid over `config`, each once: shuffled, so that a part of them covers the grid too."""
    points = product(*(grid_points(name, values) for name, values in plan.space.items()))
    configs = list(dict.fromkeys(with_values(config, dict(zip(plan.space, point, strict=True))) for point in points))
    random.Random(plan.seed).shuffle(configs)
    return configs


def with_values(config: TrainingConfig, values: dict[str, Any]) -> TrainingConfig:
    """`config` with these values, apart from those that have no effect beside the others, as momentum for Adam."""
    changed = dict(config) | values
    return config.model_copy(
        update={name: value for name, value in values.items() if HYPERPARAMETERS[name].has_effect(changed)}
    )


def plan_of(store: Store, run: Run) -> SweepPlan | None:
    """The plan of the sweep that a run belongs to; None where it belongs to none."""
    return None if run.sweep_id is None else stored_plan(store.sweeps.get(run.sweep_id))


def stored_plan(sweep: Sweep) -> SweepPlan:
    """The plan of a stored sweep."""
    return SweepPlan.model_validate(sweep.plan)
