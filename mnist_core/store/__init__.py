"""Runs, their metrics and what is wanted of them: the only thing that pages and workers share."""

from mnist_core.store.reports import SupersededError
from mnist_core.store.runs import LONGEST_NAME
from mnist_core.store.schema import ALIVE_SECONDS, Control, Event, Mark, Run, Status
from mnist_core.store.store import Store

__all__ = ["ALIVE_SECONDS", "LONGEST_NAME", "Control", "Event", "Mark", "Run", "Status", "Store", "SupersededError"]
