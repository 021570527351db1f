"""Runs, what is wanted of them and what their workers report, in one folder."""

from mnist_core.store.reports import Reports
from mnist_core.store.results import Results
from mnist_core.store.runs import Runs
from mnist_core.store.steering import Steering


class Store(Runs, Steering, Reports, Results):
    """The runs in one folder. Every method is one transaction; `DigitLabError` where the folder cannot be used."""
