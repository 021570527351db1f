"""The hyperparameters of one training, and their ranges."""

import math
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Network = Literal["mlp", "cnn"]
Activation = Literal["relu", "tanh", "sigmoid", "gelu"]
Loss = Literal["mse", "cross_entropy"]
Optimiser = Literal["sgd", "adam"]
Schedule = Literal["constant", "one_cycle"]

CHANNELS, KERNEL = (16, 32), 5
"""The CNN's two convolutions, each followed by batch normalisation and 2x2 max pooling: 28 -> 24 -> 12 -> 8 -> 4."""
CNN_FEATURES = CHANNELS[-1] * 4 * 4
"""Numbers that the CNN's convolutions hand on to its linear layers."""


class TrainingConfig(BaseModel):
    """Everything that decides how a network is trained; the defaults are the tutorial's recipe."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: Network = "mlp"
    """`mlp`: linear layers only; `cnn`: two convolutions before them."""
    hidden_sizes: Annotated[tuple[Annotated[int, Field(ge=1, le=4096)], ...], Field(max_length=5)] = (256, 64)
    """Units of the hidden linear layers; with none, `mlp` is logistic regression."""
    activation: Activation = "relu"
    loss: Loss = "mse"
    """`mse` is the mean squared error on one-hot labels."""
    optimiser: Optimiser = "sgd"
    learning_rate: float = Field(default=0.01, ge=1e-5, le=10, allow_inf_nan=False)
    schedule: Schedule = "constant"
    """`one_cycle` raises the learning rate from a 25th to its full value and then lowers it to almost 0."""
    momentum: float = Field(default=0.9, ge=0, le=0.99)
    """For `sgd` only."""
    weight_decay: float = Field(default=0.0, ge=0, le=0.1)
    batch_size: int = Field(default=64, ge=1, le=4096)
    epochs: int = Field(default=3, ge=1, le=200)
    rotation: float = Field(default=0.0, ge=0, le=45)
    """Training images are turned at random by up to this many degrees either way."""
    scale: float = Field(default=0.0, ge=0, le=0.5)
    """... widened and heightened, each at random by up to this share either way."""
    shear: float = Field(default=0.0, ge=0, le=45)
    """... slanted by up to this many degrees either way."""
    shift: float = Field(default=0.0, ge=0, le=8)
    """... moved by up to this many pixels in either direction."""
    distortion: float = Field(default=0.0, ge=0, le=4)
    """... distorted: each part moved by up to this many pixels on its own."""
    thickness: float = Field(default=0.0, ge=0, le=1)
    """... their strokes made thicker or thinner by up to this share of a pixel on each side."""
    drawn: int = Field(default=0, ge=0, le=50_000)
    """Digits drawn by the program in the forms that MNIST lacks, which are trained on too."""
    non_digits: int = Field(default=0, ge=0, le=50_000)
    """Letters, scribbles and pairs of digits drawn by the program, for which every digit is as wrong as another."""
    validation_share: float = Field(default=0.0, ge=0, le=0.5)
    """Share of the training images held out for validation."""
    train_size: int | None = Field(default=None, ge=10, le=60_000)
    """How many of the other training images are used; None: all."""
    seed: int = Field(default=0, ge=0, le=2**31 - 1)

    @property
    def augments(self) -> bool:
        """Whether training images are changed at random."""
        return any((self.rotation, self.scale, self.shear, self.shift, self.distortion, self.thickness))

    def steps_per_epoch(self, images: int) -> int:
        """Batches that `images` training images and those drawn by the program make; the last one may be smaller."""
        return math.ceil((images + self.drawn + self.non_digits) / self.batch_size)

    @property
    def linear_sizes(self) -> tuple[int, ...]:
        """Numbers before, between and after the linear layers."""
        return (CNN_FEATURES if self.network == "cnn" else 28 * 28, *self.hidden_sizes, 10)

    @property
    def parameter_count(self) -> int:
        """How many weights and biases the network has."""
        linear = sum(inputs * outputs + outputs for inputs, outputs in pairwise(self.linear_sizes))
        if self.network == "mlp":
            return linear
        # A convolution's weights and bias, and the scale and shift of its normalisation.
        return linear + sum(inputs * outputs * KERNEL**2 + 3 * outputs for inputs, outputs in pairwise((1, *CHANNELS)))
