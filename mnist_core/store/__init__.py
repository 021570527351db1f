"""The runs folder: runs, repeats, controls, results and own digits; all that pages and workers share."""

from mnist_core.store.assignment import Assignment
from mnist_core.store.assignments import Progress
from mnist_core.store.best_runs import BestRun
from mnist_core.store.class_settings import ClassSettings, Leaderboard
from mnist_core.store.classroom import Activity, Queue, Standing
from mnist_core.store.own_digits import Answer, NewDigit, Origin, OwnDigit, as_digits, image_checksum
from mnist_core.store.person import NOBODY, Person, Role
from mnist_core.store.runs import Runs
from mnist_core.store.schema import (
    ALIVE_SECONDS,
    UNKNOWN_DATA_SET,
    Control,
    Repeats,
    RepeatsKind,
    Run,
    RunEvent,
    Status,
    Sweep,
)
from mnist_core.store.store import Store
from mnist_core.store.workers import SupersededError, new_worker_id, this_host

__all__ = [
    "ALIVE_SECONDS",
    "NOBODY",
    "UNKNOWN_DATA_SET",
    "Activity",
    "Answer",
    "Assignment",
    "BestRun",
    "ClassSettings",
    "Control",
    "Leaderboard",
    "NewDigit",
    "Origin",
    "OwnDigit",
    "Person",
    "Progress",
    "Queue",
    "Repeats",
    "RepeatsKind",
    "Role",
    "Run",
    "RunEvent",
    "Runs",
    "Standing",
    "Status",
    "Store",
    "SupersededError",
    "Sweep",
    "as_digits",
    "image_checksum",
    "new_worker_id",
    "this_host",
]
