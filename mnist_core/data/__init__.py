"""The handwritten digits: MNIST or the 5,000 digits that are always there, splits of them, and synthetic ones."""

from mnist_core.data.labelled_digits import MEAN, STD, Digits, mean_images, normalisation_constants
from mnist_core.data.mnist import EMBEDDED, FULL, DataSet, Identity, identify, load, raw_folder, training_count
from mnist_core.data.splits import hold_out, split_indices, split_sizes

__all__ = ["EMBEDDED", "FULL", "MEAN", "STD", "DataSet", "Digits", "Identity", "hold_out", "identify", "load"]
__all__ += ["mean_images", "normalisation_constants", "raw_folder", "split_indices", "split_sizes", "training_count"]
