"""The data sets that the program knows by name: MNIST, a part of it, and sets that were made to take its place.

Cohen et al., EMNIST (2017); Xiao, Rasul and Vollgraf, Fashion-MNIST (2017); Clanuwat et al., Deep learning for
classical Japanese literature (2018), for KMNIST; Yadav and Bottou, Cold case: the lost MNIST digits (2019), for QMNIST.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

FULL, EMBEDDED, KAGGLE = "MNIST", "MNIST-5000", "MNIST-Kaggle"
DIGITS = tuple("0123456789")
_FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


@dataclass(frozen=True)
class KnownSet:
    """`folder` is the one in which torchvision keeps the set; `files` are its IDX files: the images and labels for
    training, then those for test. `checksums` are the MD5 sums of these files, not compressed, where they are known.
    `download_bytes` are those that a download of the set fetches.
    """

    name: str
    folder: str = ""
    train_count: int = 60_000
    test_count: int = 10_000
    class_names: tuple[str, ...] = DIGITS
    of_digits: bool = True
    files: tuple[str, str, str, str] = _FILES
    checksums: tuple[str, str, str, str] | None = field(default=None, repr=False)
    transposed: bool = False
    """Whether its files hold rows and columns of each image exchanged."""
    download_bytes: int = 0

    @property
    def plain_name(self) -> str:
        """The name as it begins the names of files: `fashionmnist`."""
        return plain(self.name)


def plain(name: str) -> str:
    """That name in lower case, without what people write differently in it: dashes, underscores and spaces."""
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")


# fmt: off
KNOWN = {known.name: known for known in (
    KnownSet(FULL, "MNIST", download_bytes=11_594_722, checksums=(
        "6bbc9ace898e44ae57da46a324031adb", "a25bea736e30d166cdddb491f175f624",
        "2646ac647ad5339dbf082846283269ea", "27ae3e4e09519cfbb04c329615203637",
    )),
    KnownSet(EMBEDDED, train_count=4_000, test_count=1_000),
    # Of the 42,000 images of Kaggle's train.csv; its test.csv has no labels.
    KnownSet(KAGGLE, train_count=36_000, test_count=6_000),
    KnownSet("Fashion-MNIST", "FashionMNIST", of_digits=False, download_bytes=30_878_645, class_names=(
        "T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    )),
    KnownSet("KMNIST", "KMNIST", of_digits=False, download_bytes=21_240_888, class_names=(
        "お o", "き ki", "す su", "つ tsu", "な na", "は ha", "ま ma", "や ya", "れ re", "を wo",
    )),
    KnownSet("QMNIST", "QMNIST", test_count=60_000, download_bytes=20_436_162, files=(
        "qmnist-train-images-idx3-ubyte", "qmnist-train-labels-idx2-int",
        "qmnist-test-images-idx3-ubyte", "qmnist-test-labels-idx2-int",
    )),
    KnownSet("EMNIST-Digits", "EMNIST", 240_000, 40_000, transposed=True, download_bytes=561_753_746, files=(
        "emnist-digits-train-images-idx3-ubyte", "emnist-digits-train-labels-idx1-ubyte",
        "emnist-digits-test-images-idx3-ubyte", "emnist-digits-test-labels-idx1-ubyte",
    )),
)}
# fmt: on
DOWNLOADABLE = tuple(name for name, known in KNOWN.items() if known.folder)


def spelled(name: str, names: Iterable[str] = KNOWN) -> str | None:
    """That name as it is spelled among `names`, which upper and lower case do not tell apart; None where it is not."""
    return next((known for known in names if known.casefold() == name.strip().casefold()), None)
