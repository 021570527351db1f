"""The workers' side: they claim runs, and report on them and on themselves."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from mnist_core import DigitLabError
from mnist_core.store.database import Database, require
from mnist_core.store.schema import ACTIVE, ALIVE_SECONDS, Mark, Metric, Run, RunEvent, Worker


class SupersededError(DigitLabError):
    """A worker reports on a run that another one has claimed, or that was deleted."""


class Workers:
    """Runs are claimed and reported on by workers; each worker announces that it is alive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, worker: int, run_id: int | None = None) -> Run | None:
        """Claim a queued run, the oldest or the one with this id, if there is one; no two workers get the same."""
        queued = select(func.min(Run.id)).where(Run.state == "queued")
        if run_id is not None:
            queued = queued.where(Run.id == run_id)
        with self._database.transaction() as session:
            now = time.time()
            return session.scalar(
                update(Run)
                .where(Run.id == queued.scalar_subquery())
                .values(
                    state="running",
                    started=func.coalesce(Run.started, now),
                    reported=now,
                    worker=worker,
                    attempt=Run.attempt + 1,
                    test_accuracy=None,  # of the network as it was before this training
                )
                .returning(Run)
            )

    def report(self, run: Run, curves: Mapping[str, tuple[Sequence[int], Sequence[float]]], **columns: Any) -> None:
        """Store new points, `{curve: (steps, values)}`, and new values of the run's columns.

        Raises `SupersededError`, and stores nothing, where the run is no longer this worker's.
        """
        rows = [
            {"run_id": run.id, "name": name, "step": step, "value": value}
            for name, (steps, values) in curves.items()
            for step, value in zip(steps, values, strict=True)
        ]
        with self._database.transaction() as session:
            _update_own(session, run, reported=time.time(), **columns)
            if rows:
                # As a table, since the mapping of so many rows to objects takes longer than storing them.
                session.execute(insert(cast(Table, Metric.__table__)), rows)

    def mark(self, run: Run, step: int, event: RunEvent, value: float | None = None) -> None:
        """Store an event of a run's training, after so many steps."""
        with self._database.transaction() as session:
            _update_own(session, run, reported=time.time())
            session.add(Mark(run_id=run.id, step=step, event=event, value=value))

    def rewind(self, run: Run, step: int, epoch: int) -> Run:
        """Delete what was reported after a step and an epoch, as a resumed run reports it again; return the run."""
        again = or_(Metric.step > step, (Metric.name != "loss") & (Metric.step > epoch * run.steps_per_epoch))
        with self._database.transaction() as session:
            _update_own(session, run, reported=time.time(), step=step, epoch=epoch)
            session.execute(delete(Metric).where(Metric.run_id == run.id, again))
            session.execute(delete(Mark).where(Mark.run_id == run.id, Mark.step > step))
            return require(session, run.id)

    def count_training(self) -> int:
        """How many runs are trained at this moment, by whichever worker."""
        alive = Run.reported > time.time() - ALIVE_SECONDS
        with self._database.transaction() as session:
            return session.scalar(select(func.count()).where(Run.state == "running", alive)) or 0

    def mark_dead(self, worker: int, reason: str) -> None:
        """Store that the run of a dead worker, if it had one, is interrupted."""
        with self._database.transaction() as session:
            lost = update(Run).where(Run.worker == worker, Run.state.in_(ACTIVE))
            session.execute(lost.values(state="interrupted", error=reason))

    def announce(self, worker_id: int, device: dict[str, Any]) -> None:
        """A worker says that it is alive and which device it found."""
        with self._database.transaction() as session:
            session.execute(delete(Worker).where(Worker.reported < time.time() - ALIVE_SECONDS))
            session.merge(Worker(id=worker_id, reported=time.time(), device=device))

    def device(self) -> dict[str, Any] | None:
        """The device that the newest live worker found; None while no worker is up."""
        with self._database.transaction() as session:
            alive = select(Worker.device).where(Worker.reported > time.time() - ALIVE_SECONDS)
            return session.scalar(alive.order_by(Worker.reported.desc()).limit(1))


def _update_own(session: Session, run: Run, **columns: Any) -> None:
    own = update(Run).where(Run.id == run.id, Run.attempt == run.attempt)
    if not session.execute(own.values(**columns).returning(Run.id)).first():
        raise SupersededError(f"{run.name} was deleted, or another worker has taken it.")
