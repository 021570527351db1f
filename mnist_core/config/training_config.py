"""The hyperparameters of one training: what each is for, its range and how it is shown.

A hyperparameter is added here alone, beside what computes with it: the command line's options, the controls and their
keys in the address, the tables and the one-line summary all follow from its field.
"""

import math
from functools import lru_cache, partial
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mnist_core.config.hyperparameter import Hyperparameter, of_model

Network = Literal["mlp", "cnn", "deep_cnn"]
Activation = Literal["relu", "tanh", "sigmoid", "gelu"]
Loss = Literal["mse", "cross_entropy"]
Optimiser = Literal["sgd", "adam"]
Schedule = Literal["constant", "one_cycle"]
NumberFormat = Literal["float32", "bfloat16"]


class Convolution(NamedTuple):
    """A convolution, which batch normalisation and, if `pooled`, 2x2 max pooling follow."""

    inputs: int
    outputs: int
    kernel: int
    """Side in pixels."""
    padding: int
    """Pixels of background around the image."""
    pooled: bool


_NAMES = {"mlp": "", "cnn": "CNN ", "deep_cnn": "deep CNN "}
_RATES = (*(float(f"{digit}e{power}") for power in range(-5, 1) for digit in (1, 2, 3, 5)), 10.0)
_SYNTHETIC_COUNTS = (0, 1_000, 2_000, 4_000, 6_000, 8_000, 10_000, 20_000, 30_000, 50_000)

_augmentation = partial(Hyperparameter, group="Augment", changes_images=True)


class TrainingConfig(BaseModel):
    """Everything that decides how a network is trained; the defaults are the tutorial's recipe."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # One hyperparameter after the other, each in a few lines that are read across and end with its default.
    # fmt: off
    network: Annotated[Network, Hyperparameter(
        "Network", "Network", labels={
            "mlp": "Linear layers", "cnn": "Convolutions first", "deep_cnn": "Four convolutions"},
        help="Linear layers see 784 numbers and nothing of where they lie. Convolutions look for the same small shapes "
        "everywhere in the image first, two of them or four: slower, and better.",
        option="Linear layers only, or two or four convolutions first.", brief=lambda config: "")] = "mlp"
    channels: Annotated[int, Field(ge=1, le=128), Hyperparameter(
        "Channels", "Network", choices=(4, 8, 16, 32, 64), only_with=("network", "cnn", "deep_cnn"),
        help="How many small shapes the first convolution looks for; the second looks for twice as many, the last of "
        "four for four times as many.",
        option="Channels of the first convolution, {low} to {high}; the second has twice as many.")] = 16
    hidden_sizes: Annotated[tuple[Annotated[int, Field(ge=1, le=4096)], ...], Field(max_length=5), Hyperparameter(
        "Hidden sizes", "Network", choices=(8, 16, 32, 64, 128, 256, 512, 1024), always=True,
        help="Layers between input and output. Without one, linear layers are logistic regression; more can learn more "
        "complicated shapes.", option="Units of the hidden layers, such as 256,64; '' for none.",
        brief=lambda config: _NAMES[config.network] + "-".join(map(str, config.linear_sizes)))] = (256, 64)
    activation: Annotated[Activation, Hyperparameter(
        "Activation", "Network", labels={"relu": "ReLU", "tanh": "Tanh", "sigmoid": "Sigmoid", "gelu": "GELU"},
        help="What each unit does with its sum. Without it, all layers together would be no more than one.",
        option="Activation of the hidden layers.", always=True,
        brief=lambda config: config.texts["activation"])] = "relu"
    optimiser: Annotated[Optimiser, Hyperparameter("Optimiser", "Learning", labels={"sgd": "SGD", "adam": "Adam"},
        help="SGD takes the same step size for all weights. Adam gives each weight its own and wants a lower rate.",
        option="SGD with momentum, or Adam.", brief=lambda config: "")] = "sgd"
    loss: Annotated[Loss, Hyperparameter(
        "Loss", "Learning", labels={"mse": "Mean squared error", "cross_entropy": "Cross-entropy"},
        help="What training makes small. Squared error compares with one-hot labels; cross-entropy punishes confident "
        "mistakes harder.", option="Loss; mse is squared error on one-hot labels.",
        brief=lambda config: config.texts["loss"].lower(), always=True)] = "mse"
    learning_rate: Annotated[float, Field(ge=1e-5, le=10, allow_inf_nan=False), Hyperparameter(
        "Learning rate", "Learning", choices=_RATES, option="Step size, {low} to {high}.",
        help="Size of a step. Too small and it takes forever, too large and the loss explodes.",
        brief=lambda config: f"{config.texts['optimiser']} {config.learning_rate:g}", always=True)] = 0.01
    schedule: Annotated[Schedule, Hyperparameter(
        "Schedule", "Learning", labels={"constant": "Constant", "one_cycle": "One cycle"},
        help="How the learning rate changes. One cycle rises to it and then falls to almost 0, which often gets "
        "further in few epochs.",
        option="How the learning rate changes.", brief=lambda config: config.texts["schedule"].lower())] = "constant"
    momentum: Annotated[float, Field(ge=0, le=0.99), Hyperparameter(
        "Momentum", "Learning", step=0.01, only_with=("optimiser", "sgd"), always=True,
        help="How much of the last step is kept in the next, like a rolling ball. SGD only.",
        option="Momentum of SGD, {low} to {high}.")] = 0.9
    weight_decay: Annotated[float, Field(ge=0, le=0.1), Hyperparameter(
        "Weight decay", "Learning", choices=(0.0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1),
        help="Pulls all weights a little towards zero at each step, against overfitting.",
        option="Pull of the weights towards 0, {low} to {high}.")] = 0.0
    batch_size: Annotated[int, Field(ge=1, le=4096), Hyperparameter(
        "Batch size", "Images", choices=tuple(2**power for power in range(13)), always=True,
        help="Images a step. Small batches make many noisy steps, large ones few exact steps.",
        option="Images a step, {low} to {high}.", brief=lambda config: f"batches of {config.batch_size}")] = 64
    epochs: Annotated[int, Field(ge=1, le=200), Hyperparameter("Epochs", "Learning", step=1, highest=50,
        help="How often every training image is seen. More epochs fit the training images better, in the end too well.",
        option="Passes over the training images, {low} to {high}.",
        brief=lambda config: "1 epoch" if config.epochs == 1 else f"{config.epochs} epochs", always=True)] = 3
    number_format: Annotated[NumberFormat, Hyperparameter(
        "Number format", "Learning", labels={"float32": "float32", "bfloat16": "bfloat16"},
        help="What layers compute with. bfloat16 keeps 8 significant binary digits of each number instead of 24. That "
        "pays for large layers on a recent GPU; small ones, and most CPUs, are slower. Weights stay float32.",
        option="Numbers that layers compute with.")] = "float32"
    readings: Annotated[int, Field(ge=1, le=6), Hyperparameter(
        "Readings", "Learning", step=1,
        help="How often the trained network reads an image, each time turned or stretched a little otherwise. The "
        "average of its answers is better than each, and takes so much longer.",
        option="Views of an image whose answers are averaged, {low} to {high}.",
        brief=lambda config: f"{config.readings} readings")] = 1
    rotation: Annotated[float, Field(ge=0, le=45), _augmentation("Rotation", step=1, unit="degrees",
        help="Turned by up to this, either way.", option="Turn training images by up to so many degrees.")] = 0.0
    scale: Annotated[float, Field(ge=0, le=0.5), _augmentation("Scale", step=5, unit="%",
        help="Stretched in width and height by up to this, either way.",
        option="Stretch them by up to this share, {low} to {high}.")] = 0.0
    shear: Annotated[float, Field(ge=0, le=45), _augmentation("Shear", step=1, unit="degrees",
        help="Slanted by up to this, either way.", option="Slant them by up to so many degrees.")] = 0.0
    shift: Annotated[float, Field(ge=0, le=8), _augmentation("Shift", step=1, unit="pixels",
        help="Moved by up to this in any direction.", option="Move them by up to so many pixels.")] = 0.0
    distortion: Annotated[float, Field(ge=0, le=4), _augmentation("Distortion", step=0.5, unit="pixels",
        help="Each part moved by up to this on its own, like rubber.",
        option="Move each part by up to so many pixels, {low} to {high}.")] = 0.0
    thickness: Annotated[float, Field(ge=0, le=1), _augmentation("Stroke thickness", step=10, unit="%",
        help="Strokes made thicker or thinner by up to a pixel a side.",
        option="Thicken or thin their strokes, {low} to {high}.")] = 0.0
    synthetic_digits: Annotated[int, Field(ge=0, le=50_000), Hyperparameter(
        "Synthetic digits", "Augment", choices=_SYNTHETIC_COUNTS, former_name="drawn",
        help="Digits drawn by the program, mixed in: a 1 with a flag, a barred 7 and other forms that MNIST hardly "
        "has.", option="Digits drawn by the program, mixed in.",
        brief=lambda config: f"{config.synthetic_digits:,} synthetic digits")] = 0
    non_digits: Annotated[int, Field(ge=0, le=50_000), Hyperparameter(
        "Synthetic shapes that are no digits", "Augment", choices=_SYNTHETIC_COUNTS,
        help="Letters, scribbles and pairs of digits, mixed in. The network learns to give each digit a tenth of its "
        "probability there, so that it can say: I don't know.",
        option="Letters and scribbles drawn by the program, mixed in.",
        brief=lambda config: f"{config.non_digits:,} synthetic shapes that are none")] = 0
    validation_share: Annotated[float, Field(ge=0, le=0.5), Hyperparameter(
        "Validation share", "Images", step=5, unit="%", key="validation",
        help="Training images that are held out, to see how well the network reads images that it was not trained on.",
        option="Share held out for validation, {low} to {high}.",
        brief=lambda config: f"{100 * config.validation_share:.0f} % for validation")] = 0.0
    train_size: Annotated[int | None, Field(ge=10, le=60_000), Hyperparameter(
        "Training-set size", "Images", choices=(None, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000),
        help="How many of the others to train on. Few are soon known by heart.",
        option="How many training images to use, from {low}.",
        brief=lambda config: f"{config.train_size:,} images")] = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1), Hyperparameter(
        "Seed", "Images", option="Seed of weights, order and split.",
        help="Seeds all random choices. The same seed gives the same weights, order and validation images.")] = 0
    # fmt: on

    @model_validator(mode="before")
    @classmethod
    def _rename(cls, values: Any) -> Any:
        """Accept the former names of hyperparameters, which stored configurations still have."""
        if not isinstance(values, dict):
            return values
        return {_NEW_NAMES.get(key, key): value for key, value in values.items()}

    @property
    def summary(self) -> str:
        """The configuration in one line: what each has, then what this one has besides."""
        return _summary(self)

    @property
    def texts(self) -> dict[str, str]:
        """The value of each hyperparameter as people read it, by its name."""
        return {name: HYPERPARAMETERS[name].text(value) for name, value in self}

    @property
    def augments(self) -> bool:
        """Whether training images are changed at random."""
        return any(value for name, value in self if HYPERPARAMETERS[name].changes_images)

    @property
    def same_with_any_threads(self) -> bool:
        """Whether a training on a CPU ends with the same weights whatever the number of threads."""
        return self.network == "mlp" and self.number_format == "float32"

    def steps_per_epoch(self, images: int) -> int:
        """Batches that `images` training images and those drawn by the program make; the last one may be smaller."""
        return math.ceil((images + self.synthetic_digits + self.non_digits) / self.batch_size)

    @property
    def convolutions(self) -> tuple[Convolution, ...]:
        """The convolutions, if there are any; what comes out of the last one is 4 pixels a side."""
        c = self.channels
        if self.network == "cnn":
            return Convolution(1, c, 5, 0, True), Convolution(c, 2 * c, 5, 0, True)
        if self.network == "deep_cnn":
            first, second = Convolution(1, c, 5, 0, True), Convolution(c, 2 * c, 3, 1, False)
            return first, second, Convolution(2 * c, 2 * c, 3, 1, True), Convolution(2 * c, 4 * c, 3, 0, False)
        return ()

    @property
    def linear_sizes(self) -> tuple[int, ...]:
        """Numbers before, between and after the linear layers."""
        inputs = self.convolutions[-1].outputs * 4 * 4 if self.convolutions else 28 * 28
        return (inputs, *self.hidden_sizes, 10)

    @property
    def parameter_count(self) -> int:
        """How many weights and biases the network has."""
        linear = sum(inputs * outputs + outputs for inputs, outputs in pairwise(self.linear_sizes))
        # A convolution's weights and bias, and the scale and shift of its normalisation.
        return linear + sum(
            layer.inputs * layer.outputs * layer.kernel**2 + 3 * layer.outputs for layer in self.convolutions
        )


# Tables have a row for each of many runs, and a run in progress is shown anew each second.
@lru_cache(1_000)
def _summary(config: TrainingConfig) -> str:
    ordered = sorted(HYPERPARAMETERS.values(), key=lambda hyperparameter: not hyperparameter.always)
    return ", ".join(filter(None, (hyperparameter.summary(config) for hyperparameter in ordered)))


HYPERPARAMETERS = of_model(TrainingConfig)
"""Every hyperparameter by its name."""
_NEW_NAMES = {field.former_name: name for name, field in HYPERPARAMETERS.items() if field.former_name}
