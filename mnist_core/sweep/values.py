"""The values that a sweep gives to one hyperparameter: a range or a list.

They are written as people write them on the command line and in an address, and stored so: `0.001..0.1 log`,
`0..0.95 4` (four points of a grid), `32,64,128`; for hidden sizes `256-64,128,none`, for a training-set size
`1000,all`.
"""

import math
import re
from dataclasses import dataclass
from types import NoneType
from typing import Any, TypeAlias, get_args

from mnist_core import DigitLabError
from mnist_core.config import HYPERPARAMETERS, configure

MOST_POINTS = 1_000
"""Points of a range in a grid, at most."""
GRID_POINTS = 5
"""Points of a range in a grid where nobody says how many."""
FIXED = ("validation_share", "seed")
"""Hyperparameters that decide which images the accuracy is measured on, so that all runs of a sweep share them."""
LOGARITHMIC = ("learning_rate", "weight_decay", "batch_size", "channels")
"""Hyperparameters of which a factor matters, not a difference."""
_SUGGESTED = {
    "learning_rate": "0.001..0.1 log",
    "batch_size": "32,64,128,256",
    "hidden_sizes": "64,128,256-64",
    "channels": "8,16,32",
    "momentum": "0..0.95",
    "weight_decay": "1e-05..0.01 log",
    "epochs": "2,4,8",
    "train_size": "1000,all",
}
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


def read_values(name: str, values: str | Values) -> Values:
    """Values, written or not, checked against what the hyperparameter may be.

    Raises `DigitLabError` with one sentence for what cannot be.
    """
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
    if not 2 <= values.count <= MOST_POINTS:
        raise DigitLabError(f"{title} has {values.count} points; choose from 2 to {MOST_POINTS:,}.")
    return Range(low, high, values.log, values.count)


def format_values(values: Values) -> str:
    """Values as `make_plan` and `parse_space` read them."""
    if isinstance(values, Range):
        log, count = " log" if values.log else "", "" if values.count == GRID_POINTS else f" {values.count}"
        return f"{format_value(values.low)}..{format_value(values.high)}{log}{count}"
    return ",".join(map(format_value, values))


def format_value(value: Any) -> str:
    """A value as `read_values` reads it in a list."""
    if isinstance(value, tuple):
        return "-".join(map(str, value)) or "none"
    return "all" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


def suggest_values(name: str) -> str:
    """Values of a hyperparameter that are worth a first try, as `read_values` reads them."""
    field = HYPERPARAMETERS[name]
    if name in _SUGGESTED:
        return _SUGGESTED[name]
    return ",".join(field.labels) or f"{field.low:g}..{field.highest or field.high:g}"


def accepts_range(name: str) -> bool:
    """Whether the values of a hyperparameter are numbers."""
    return bool(_kinds(name) & {int, float})


def accepts_fractions(name: str) -> bool:
    """Whether the values of a hyperparameter are numbers that need not be whole."""
    return float in _kinds(name)


def value_at(name: str, values: Values, share: float) -> Any:
    """The value at a share, 0 to below 1, of a list, or 0 to 1 of a range: a number of three digits, or a whole one."""
    if not isinstance(values, Range):
        return values[int(share * len(values))]
    low, high = values.low, values.high
    return rounded(name, values, low * (high / low) ** share if values.log else low + (high - low) * share)


def share_of(values: Values, value: Any) -> float | None:
    """Where a value lies in a list or a range, 0 to 1; None outside of it."""
    if not isinstance(values, Range):
        return values.index(value) / max(len(values) - 1, 1) if value in values else None
    if value is None or not values.low <= value <= values.high:
        return None
    if values.log:
        return math.log(value / values.low) / math.log(values.high / values.low)
    return float((value - values.low) / (values.high - values.low))


def grid_points(name: str, values: Values) -> tuple[Any, ...]:
    """The values of a hyperparameter in a grid, in order."""
    if not isinstance(values, Range):
        return values
    shares = (index / (values.count - 1) for index in range(values.count))
    return tuple(dict.fromkeys(value_at(name, values, share) for share in shares))


def rounded(name: str, values: Range, number: float) -> float:
    """A number in a range as it is tried: whole where it has to be, else of three digits."""
    if not accepts_fractions(name):
        return round(number)
    return min(max(float(f"{number:.3g}"), values.low), values.high)


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
