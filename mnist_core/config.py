"""One training configuration: the hyperparameters, their ranges, and the presets."""

from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mnist_core import DigitLabError
from mnist_core.settings import sentence_part

Activation = Literal["relu", "tanh", "sigmoid", "gelu"]
Loss = Literal["mse", "cross_entropy"]
Optimiser = Literal["sgd", "adam"]


class TrainingConfig(BaseModel):
    """Everything that decides how a network is trained; the defaults are the tutorial's recipe."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hidden_sizes: Annotated[tuple[Annotated[int, Field(ge=1, le=4096)], ...], Field(min_length=1, max_length=5)] = (
        256,
        64,
    )
    activation: Activation = "relu"
    loss: Loss = "mse"
    """`mse` is the mean squared error on one-hot labels."""
    optimiser: Optimiser = "sgd"
    learning_rate: float = Field(default=0.01, ge=1e-5, le=10, allow_inf_nan=False)
    momentum: float = Field(default=0.9, ge=0, le=0.99)
    """For `sgd` only."""
    weight_decay: float = Field(default=0.0, ge=0, le=0.1)
    batch_size: int = Field(default=64, ge=1, le=4096)
    epochs: int = Field(default=3, ge=1, le=200)
    validation_share: float = Field(default=0.0, ge=0, le=0.5)
    """Share of the training images held out for validation."""
    train_size: int | None = Field(default=None, ge=10, le=60_000)
    """How many of the other training images are used; None: all."""
    seed: int = Field(default=0, ge=0, le=2**31 - 1)

    @property
    def parameter_count(self) -> int:
        """How many weights and biases the network has."""
        sizes = (28 * 28, *self.hidden_sizes, 10)
        return sum(inputs * outputs + outputs for inputs, outputs in pairwise(sizes))


PRESETS: dict[str, TrainingConfig] = {"tutorial": TrainingConfig()}


def configure(preset: str = "tutorial", **changes: Any) -> TrainingConfig:
    """A preset with some hyperparameters changed.

    Raises `DigitLabError` with one sentence for the first value that is out of range.
    """
    if preset not in PRESETS:
        raise DigitLabError(f"There is no preset {preset!r}; choose one of: {', '.join(PRESETS)}.")
    try:
        return TrainingConfig.model_validate(PRESETS[preset].model_dump() | changes)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).replace("_", " ").capitalize()
        rule = sentence_part(first["msg"])
        if name == "Hidden sizes":
            rule = "give 1 to 5 whole numbers from 1 to 4096, such as 256,64"
        raise DigitLabError(f"{name} cannot be {first['input']}: {rule}.") from None
