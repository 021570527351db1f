"""A sweep as it is at one moment, for those that watch it: only what has changed is read again."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

from mnist_core.store import Run, Store, Sweep
from mnist_core.store.schema import ACTIVE
from mnist_core.sweep import results
from mnist_core.sweep.plan import SweepPlan, stored_plan
from mnist_core.sweep.results import BestSoFar, Confirmed, Progress

_versions = count(1)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the runs that have ended show. It is the same object until a run begins, ends or is begun again."""

    plan: SweepPlan
    runs: tuple[Run, ...]
    """All runs, by their number, as they were then."""
    curves: Mapping[int, list[float]]
    """The validation accuracy after each epoch, by the number of the run."""
    version: int
    """Another one for each outcome of this process."""

    @cached_property
    def tried(self) -> list[Run]:
        return results.tried(self.runs)

    @cached_property
    def ended(self) -> list[Run]:
        """Those that tried settings and have ended."""
        return [run for run in self.tried if not run.in_progress]

    @cached_property
    def in_progress(self) -> list[Run]:
        """Those that try settings at this moment, or wait for it."""
        return [run for run in self.tried if run.in_progress]

    @cached_property
    def best_so_far(self) -> list[BestSoFar]:
        return results.best_so_far(self.runs)

    @cached_property
    def confirmed(self) -> list[Confirmed]:
        return results.confirmed(self.runs)

    @cached_property
    def importance(self) -> dict[str, float]:
        """Needs Optuna, so it takes half a second when first asked for."""
        return results.importance(self.plan, self.runs)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Shared by all that watch the sweep, so it is not to be changed."""

    sweep: Sweep
    runs: tuple[Run, ...]
    curves: Mapping[int, list[float]]
    """As those of the outcome, with the epochs since then."""
    outcome: Outcome

    @property
    def in_progress(self) -> bool:
        """Whether anything may still change by itself."""
        return self.sweep.status == "running" or any(run.in_progress for run in self.runs)

    @cached_property
    def progress(self) -> Progress:
        return results.progress(self.sweep, self.outcome.plan, self.runs)


class SweepReader:
    """Reads one sweep again and again; `DigitLabError` where it was deleted. Threads may share it."""

    def __init__(self, store: Store, sweep_id: int) -> None:
        self._store, self._id, self._lock = store, sweep_id, threading.Lock()
        self._states = dict[int, tuple[Any, ...]]()
        self._runs = dict[int, Run]()
        self._curves = dict[int, list[float]]()
        self._outcome: Outcome | None = None
        self._known: list[tuple[Any, ...]] = []

    def read(self) -> Snapshot:
        with self._lock:
            sweep = self._store.sweeps.get(self._id)
            self._read_changes()
            runs = tuple(self._runs[run_id] for run_id in self._states if run_id in self._runs)
            # A run whose worker is gone has not changed, but its status has.
            known = [(run.id, run.status, run.attempt, run.name) for run in runs]
            if self._outcome is None or known != self._known:
                self._known = known
                self._outcome = Outcome(stored_plan(sweep), runs, self._curves, next(_versions))
            return Snapshot(sweep, runs, self._curves, self._outcome)

    def _read_changes(self) -> None:
        """Bring the runs and their curves up to date."""
        states = self._store.sweeps.states(self._id)
        changed = [run for run, state in states.items() if state != self._states.get(run) or state[0] in ACTIVE]
        self._runs |= {run.id: run for run in self._store.runs.get_all(changed)} if changed else {}
        longer = [run for run in changed if states[run][:3] != self._states.get(run, ())[:3]]
        if longer:  # in a new dictionary, since those that watch have the one before
            self._curves = self._curves | self._store.sweeps.curves(self._id, runs=longer)
        self._states = states
