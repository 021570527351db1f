"""The data sets that the program knows by name: MNIST, a part of it, and sets that were made to take its place.

Cohen et al., EMNIST (2017); Xiao, Rasul and Vollgraf, Fashion-MNIST (2017); Clanuwat et al., Deep learning for
classical Japanese literature (2018), for KMNIST; Yadav and Bottou, Cold case: the lost MNIST digits (2019), for QMNIST.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

FULL, EMBEDDED = "MNIST", "MNIST-5000"
_DIGITS = tuple("0123456789")
_FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


@dataclass(frozen=True)
class KnownSet:
    """`folder` is the one in which torchvision keeps the set; `files` are its IDX files: the images and labels for
    training, then those for test. `checksums` are the MD5 sums of these files, not compressed, where they are known.
    """

    name: str
    folder: str = ""
    train_count: int = 60_000
    test_count: int = 10_000
    class_names: tuple[str, ...] = _DIGITS
    of_digits: bool = True
    files: tuple[str, str, str, str] = _FILES
    checksums: tuple[str, str, str, str] | None = field(default=None, repr=False)


# fmt: off
KNOWN = {known.name: known for known in (
    KnownSet(FULL, "MNIST", checksums=(
        "6bbc9ace898e44ae57da46a324031adb", "a25bea736e30d166cdddb491f175f624",
        "2646ac647ad5339dbf082846283269ea", "27ae3e4e09519cfbb04c329615203637",
    )),
    KnownSet(EMBEDDED, train_count=4_000, test_count=1_000),
    KnownSet("Fashion-MNIST", "FashionMNIST", of_digits=False, class_names=(
        "T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    )),
    KnownSet("KMNIST", "KMNIST", of_digits=False, class_names=(
        "お o", "き ki", "す su", "つ tsu", "な na", "は ha", "ま ma", "や ya", "れ re", "を wo",
    )),
    KnownSet("QMNIST", "QMNIST", test_count=60_000, files=(
        "qmnist-train-images-idx3-ubyte", "qmnist-train-labels-idx2-int",
        "qmnist-test-images-idx3-ubyte", "qmnist-test-labels-idx2-int",
    )),
    KnownSet("EMNIST-Digits", "EMNIST", 240_000, 40_000, files=(
        "emnist-digits-train-images-idx3-ubyte", "emnist-digits-train-labels-idx1-ubyte",
        "emnist-digits-test-images-idx3-ubyte", "emnist-digits-test-labels-idx1-ubyte",
    )),
)}
# fmt: on
DOWNLOADABLE = tuple(name for name, known in KNOWN.items() if known.folder)


def spelled(name: str, names: Iterable[str] = KNOWN) -> str | None:
    """That name as it is spelled among `names`, which upper and lower case do not tell apart; None where it is not."""
    return next((known for known in names if known.casefold() == name.strip().casefold()), None)
