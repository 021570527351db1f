"""A data set: its images in two parts, and what tells it from others."""

from dataclasses import dataclass
from functools import cached_property

from mnist_core.data.catalogue import DIGITS, EMBEDDED, FULL, KAGGLE
from mnist_core.data.labelled_digits import MEAN, STD, Digits, normalisation_constants


@dataclass(frozen=True)
class Identity:
    """Which data set it is, known without reading its images. Label `i` means `class_names[i]`."""

    name: str
    train_count: int
    test_count: int
    class_names: tuple[str, ...] = DIGITS
    of_digits: bool = True
    """Whether its classes are the ten digits, so that drawn digits can be read by what was trained on it."""

    @property
    def item(self) -> str:
        """What one of its images is called in a sentence."""
        return "digit" if self.of_digits else "image"

    @property
    def category(self) -> str:
        """What one of its classes is called in a sentence."""
        return "digit" if self.of_digits else "class"

    @property
    def sentence(self) -> str:
        """The data set and its sizes in one sentence, as pages show it."""
        if self.name == EMBEDDED:
            return f"The embedded 5,000 MNIST digits: {self.train_count:,} for training, {self.test_count:,} for test."
        title = "Full MNIST" if self.name == FULL else self.name
        return f"{title}: {self.train_count:,} training and {self.test_count:,} test images."


@dataclass(frozen=True)
class DataSet:
    """Training and test images; `checksum` is an MD5 sum over all of them, `verified` if it is the expected one."""

    identity: Identity
    source: str
    checksum: str
    verified: bool
    train: Digits
    test: Digits

    @property
    def name(self) -> str:
        return self.identity.name

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.identity.class_names

    @cached_property
    def normalisation(self) -> tuple[float, float]:
        """Mean and standard deviation of the pixels of the training images, on the scale 0 to 1, to four digits.

        MNIST's own for the parts of it that are embedded or Kaggle's, so that a network trained on one reads the other.
        """
        if self.name in (FULL, EMBEDDED, KAGGLE):
            return MEAN, STD
        mean, std = normalisation_constants(self.train.images)
        return round(mean, 4), round(std, 4) or 1.0  # all pixels may be alike
