"""What a sweep varies, how it chooses, and for how long.

The hyperparameters and their values are written as people write them on the command line and in an address, and stored
so: `learning_rate=0.001..0.1 log`, `momentum=0..0.95 4` (four points of a grid), `batch_size=32,64,128`,
`hidden_sizes=256-64,128,none`, `train_size=1000,all`.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from types import NoneType
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_serializer, field_validator, model_validator

from mnist_core import DigitLabError
from mnist_core.config import HYPERPARAMETERS, TrainingConfig, configure
from mnist_core.data import Identity, require_trainable
from mnist_core.evaluation.repeats import learning_curve_split
from mnist_core.settings import sentence_part

Method = Literal["grid", "random", "tpe"]
EarlyStopping = Literal["none", "median", "halving"]
MOST_RUNS = 1_000
"""Settings that a sweep tries, at most."""
GRID_POINTS = 5
"""Points of a range in a grid where its plan does not say how many."""
FIXED = ("validation_share", "seed")
"""Hyperparameters that decide which images the accuracy is measured on, so that all runs of a sweep share them."""
LOGARITHMIC = ("learning_rate", "weight_decay", "batch_size", "channels")
"""Hyperparameters of which a factor matters, not a difference."""
_RANGE = re.compile(r"(?P<low>[^\s,]*)\.\.(?P<high>[^\s,]*)(?P<log>\s+log)?(\s+(?P<count>\d+))?")


@dataclass(frozen=True)
class Range:
    """All numbers from `low` to `high`, both included; whole ones where the hyperparameter is a whole number.

    `log`: a factor counts, not a difference. `count`: how many of them a grid has, evenly spaced, from 2 on.
    """

    low: float
    high: float
    log: bool = False
    count: int = GRID_POINTS


Values: TypeAlias = Range | tuple[Any, ...]
"""A range, or a list of values."""


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
        return {name: _checked(name, values) for name, values in space.items()}

    @field_serializer("space")
    def _write(self, space: dict[str, Values]) -> dict[str, str]:
        return {name: format_values(values) for name, values in space.items()}

    @model_validator(mode="after")
    def _check(self) -> "SweepPlan":
        if not self.space:
            raise DigitLabError("Nothing is varied; give at least one hyperparameter a range or a list of values.")
        if self.method == "grid":
            if self.runs is None and self.grid_size > MOST_RUNS:
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
        space[name] = _checked(name, values)
    return space


def format_values(values: Values) -> str:
    """Values as `make_plan` and `parse_space` read them."""
    if isinstance(values, Range):
        log, count = " log" if values.log else "", "" if values.count == GRID_POINTS else f" {values.count}"
        return f"{_format(values.low)}..{_format(values.high)}{log}{count}"
    return ",".join(map(_format, values))


def accepts_range(name: str) -> bool:
    """Whether the values of a hyperparameter are numbers."""
    return bool(_kinds(name) & {int, float})


def grid_points(name: str, values: Values) -> tuple[Any, ...]:
    """The values of a hyperparameter in a grid, in order."""
    if not isinstance(values, Range):
        return values
    shares = [index / (values.count - 1) for index in range(values.count)]
    if values.log:
        points = [values.low * (values.high / values.low) ** share for share in shares]
    else:
        points = [values.low + (values.high - values.low) * share for share in shares]
    return tuple(dict.fromkeys(rounded(name, values, point) for point in points))


def rounded(name: str, values: Range, number: float) -> float:
    """A number in a range as it is tried: whole where it has to be, else of three digits."""
    if float not in _kinds(name):
        return round(number)
    return min(max(float(f"{number:.3g}"), values.low), values.high)


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


def _numbers(values: Values) -> list[float]:
    found = (values.low, values.high) if isinstance(values, Range) else values
    return [int(value) for value in found if value is not None]


def all_grid_points(plan: SweepPlan) -> list[dict[str, Any]]:
    """The settings of a grid, the last hyperparameter changing fastest."""
    points = product(*(grid_points(name, values) for name, values in plan.space.items()))
    return [dict(zip(plan.space, point, strict=True)) for point in points]


def _checked(name: str, values: str | Values) -> Values:
    """Values read and checked against what the hyperparameter may be."""
    if name not in HYPERPARAMETERS:
        raise DigitLabError(f"There is no hyperparameter {name!r}; one of them is learning_rate.")
    title = HYPERPARAMETERS[name].title
    if name in FIXED:
        raise DigitLabError(f"{title} decides which images are read, so it is the same for all runs of a sweep.")
    if isinstance(values, str):
        values = _parse(name, values)
    if not isinstance(values, Range):
        if not values:
            raise DigitLabError(f"{title} has no values; give a list of them, or a range.")
        return tuple(dict.fromkeys(_valid(name, value) for value in values))
    if not accepts_range(name):
        raise DigitLabError(f"{title} has no range, since its values are no numbers; give a list of them.")
    low, high = (_valid(name, limit) for limit in (values.low, values.high))
    if not low < high:
        raise DigitLabError(f"{title} ranges from {low:g} to {high:g}; the first has to be below the second.")
    if values.log and low <= 0:
        raise DigitLabError(f"{title} ranges from {low:g} on; a logarithmic range begins above 0.")
    if not 2 <= values.count <= MOST_RUNS:
        raise DigitLabError(f"{title} has {values.count} points; choose from 2 to {MOST_RUNS:,}.")
    return Range(low, high, values.log, values.count)


def _valid(name: str, value: Any) -> Any:
    """The value in its type; `DigitLabError` where the hyperparameter cannot have it."""
    return getattr(configure(**{name: value}), name)


def _parse(name: str, text: str) -> Values:
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        return tuple(_parse_value(name, part.strip()) for part in text.split(",") if part.strip())
    title, (low, high) = HYPERPARAMETERS[name].title, (match["low"], match["high"])
    try:
        return Range(float(low), float(high), match["log"] is not None, int(match["count"] or GRID_POINTS))
    except ValueError:
        raise DigitLabError(f"{title} cannot range from {low!r} to {high!r}; give two numbers.") from None


def _parse_value(name: str, text: str) -> Any:
    if tuple in {getattr(kind, "__origin__", kind) for kind in _kinds(name)}:
        return () if text == "none" else text.split("-")
    return None if text == "all" and NoneType in _kinds(name) else text


def _kinds(name: str) -> set[Any]:
    """The types that a value may have."""
    type_ = HYPERPARAMETERS[name].type_
    return {type_} | set(get_args(type_))


def _format(value: Any) -> str:
    if isinstance(value, tuple):
        return "-".join(map(str, value)) or "none"
    return "all" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)
