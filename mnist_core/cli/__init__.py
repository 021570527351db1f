"""The commands of the command line, by topic. Each imports by itself what takes long to import."""

from mnist_core.cli import classify, data, evaluate, network_files, own_sets, seed_variance, sweep, train
from mnist_core.cli.output import app

__all__ = ["app", "classify", "data", "evaluate", "network_files", "own_sets", "seed_variance", "sweep", "train"]
