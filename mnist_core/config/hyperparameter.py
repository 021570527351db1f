"""What people are told of a hyperparameter: stated once, in the field of `TrainingConfig` that holds its value."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo

GROUPS = {
    "Network": "",
    "Learning": "",
    "Images": "",
    "Augment": "Each training image is changed at random each time it is seen, so that none can be learnt by heart.",
}
"""The groups that hyperparameters are shown in, each with a sentence on it."""

_LIMITS = ("ge", "le", "max_length")
_SYMBOLS = {"degrees": "°", "pixels": " px", "%": " %"}


@dataclass(frozen=True)
class Hyperparameter:
    """How people choose and read a hyperparameter, on the command line, on pages and in tables."""

    title: str
    group: Literal["Network", "Learning", "Images", "Augment"]
    _: KW_ONLY
    help: str  # shown with the control
    option: str  # help of the command line's option, where {low} and {high} stand for the limits of the range
    labels: Mapping[str, str] = field(default_factory=dict)  # what people call the values, where these are words
    choices: tuple[Any, ...] = ()  # the values that the control offers, where it does not go in steps
    step: float | None = None  # of the control, in the unit shown; an integer where only whole numbers are shown
    highest: float | None = None  # value of the control, where the range goes further
    unit: Literal["", "degrees", "pixels", "%"] = ""  # in which values are shown; in % where the value is a share
    key: str = ""  # of the control, in session and address, where it is not the name
    former_name: str = ""  # in stored configurations, addresses and commands
    only_with: tuple[str, ...] = ()  # another hyperparameter's name and the values that this one works with
    brief: Callable[[Any], str] | None = None  # writes its part of a configuration's summary; None: title and value
    changes_images: bool = False  # whether it says how far each training image is changed at random
    always: bool = False  # whether the summary says it where it is at its default, too

    # Filled in from the field.
    name: str = ""
    type_: Any = None
    default: Any = None
    low: float = 0
    high: float = 0  # of the number, or of how many numbers there are where the value is a tuple

    @property
    def label(self) -> str:
        """The title with the unit."""
        return f"{self.title} in {self.unit}" if self.unit else self.title

    @property
    def option_help(self) -> str:
        """The help of the command line's option, with the range."""
        return self.option.format(low=f"{Decimal(str(self.low)):f}", high=f"{Decimal(str(self.high)):f}")

    def in_unit(self, value: float) -> float:
        """A value in the unit shown."""
        return 100 * value if self.unit == "%" else value

    def nearest(self, value: float) -> float:
        """The number nearest to this one that the control can show."""
        numbers: list[float] = [choice for choice in self.choices if choice is not None]
        if numbers:
            return min(numbers, key=lambda number: abs(number - value))
        return value if self.highest is None else min(value, self.highest)

    def text(self, value: Any) -> str:
        """A value as people read it."""
        if isinstance(value, tuple):
            return "-".join(map(str, value)) or "none"
        if value is None:
            return "all"
        if self.labels:
            return self.labels[value]
        number = f"{self.in_unit(value):g}" if isinstance(value, float) else str(value)
        return number + _SYMBOLS.get(self.unit, "")

    def summary(self, config: BaseModel) -> str:
        """Its part of the summary of a configuration; empty where there is nothing to say."""
        value = getattr(config, self.name)
        if (value == self.default and not self.always) or not self.has_effect(dict(config)):
            return ""
        return self.brief(config) if self.brief else f"{self.title.lower()} {self.text(value)}"

    def has_effect(self, values: Mapping[str, Any]) -> bool:
        """Whether it changes a training with these values."""
        return not self.only_with or values[self.only_with[0]] in self.only_with[1:]


def of_model(model: type[BaseModel]) -> dict[str, Hyperparameter]:
    """The hyperparameters of a model by their names, in the order of its fields."""
    return {name: _complete(name, info) for name, info in model.model_fields.items()}


def _complete(name: str, info: FieldInfo) -> Hyperparameter:
    (stated,) = (part for part in info.metadata if isinstance(part, Hyperparameter))
    # The other parts are pydantic's: one for each kind of limit.
    limits = {kind: getattr(part, kind) for part in info.metadata for kind in _LIMITS if hasattr(part, kind)}
    low, high = limits.get("ge", 0), limits.get("le", limits.get("max_length", 0))
    key = stated.key or name
    return replace(stated, name=name, key=key, type_=info.annotation, default=info.default, low=low, high=high)
