"""Data sets: MNIST, the part of it that is always there, its relatives, sets of one's own; splits; synthetic digits."""

from mnist_core.data.catalogue import DOWNLOADABLE, EMBEDDED, FULL, KAGGLE, KNOWN, KnownSet
from mnist_core.data.data_set import DataSet, Identity
from mnist_core.data.digit_sets import identify_digits
from mnist_core.data.embedded import load_embedded
from mnist_core.data.labelled_digits import MEAN, STD, Digits, mean_images, normalisation_constants
from mnist_core.data.source import available, describe, identify, load, raw_folder, why_embedded
from mnist_core.data.splits import hold_out, require_trainable, split_indices, split_sizes

__all__ = ["DOWNLOADABLE", "EMBEDDED", "FULL", "KAGGLE", "KNOWN", "MEAN", "STD", "DataSet", "Digits", "Identity"]
__all__ += [
    "KnownSet",
    "available",
    "describe",
    "hold_out",
    "identify",
    "identify_digits",
    "load",
    "load_embedded",
    "mean_images",
]
__all__ += [
    "normalisation_constants",
    "raw_folder",
    "require_trainable",
    "split_indices",
    "split_sizes",
    "why_embedded",
]
