"""The verbs of the command line, by what they are about."""

from mnist_core.commands import data, evaluating, judging, spread, training
from mnist_core.commands.output import app

__all__ = ["app", "data", "evaluating", "judging", "spread", "training"]
