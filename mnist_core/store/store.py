"""Runs and series of them, what is wanted of them, what their workers report, and one's own digits, in one folder."""

from mnist_core.store.own_digits import OwnDigits
from mnist_core.store.reports import Reports
from mnist_core.store.results import Results
from mnist_core.store.series import SeriesStore
from mnist_core.store.starts import Starts
from mnist_core.store.steering import Steering


class Store(Starts, SeriesStore, Steering, Reports, Results, OwnDigits):
    """All that is kept in one folder. Each method is one transaction; `DigitLabError` where the folder is unusable."""
