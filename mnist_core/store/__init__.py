"""Runs, series of runs, what is wanted of them, and one's own digits: the only thing that pages and workers share."""

from mnist_core.store.own_digits import Answer, NewDigit, Origin, Strokes, as_digits
from mnist_core.store.reports import SupersededError
from mnist_core.store.runs import LONGEST_NAME
from mnist_core.store.schema import ALIVE_SECONDS, Control, Event, Kind, Mark, OwnDigit, Run, Series, Status
from mnist_core.store.store import Store

__all__ = [
    "ALIVE_SECONDS",
    "LONGEST_NAME",
    "Answer",
    "Control",
    "Event",
    "Kind",
    "Mark",
    "NewDigit",
    "Origin",
    "OwnDigit",
    "Run",
    "Series",
    "Status",
    "Store",
    "Strokes",
    "SupersededError",
    "as_digits",
]
