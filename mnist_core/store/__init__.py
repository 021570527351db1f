"""Runs, their metrics and what is wanted of them: the only thing that pages and workers share."""

from mnist_core.store.schema import ALIVE_SECONDS, Run, Status
from mnist_core.store.store import LONGEST_NAME, Store

__all__ = ["ALIVE_SECONDS", "LONGEST_NAME", "Run", "Status", "Store"]
