"""The workers' side: they claim runs, and report on them and on themselves."""

import os
import secrets
import socket
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from mnist_core import DigitLabError
from mnist_core.store.access import Access
from mnist_core.store.clock import now
from mnist_core.store.database import Database, insert_into, require
from mnist_core.store.files import RunFiles
from mnist_core.store.limits import NoRoomError
from mnist_core.store.person import Person
from mnist_core.store.queue import next_first
from mnist_core.store.schema import ACTIVE, ALIVE_SECONDS, Mark, Metric, Run, RunEvent, Sweep, Worker


def this_host() -> str:
    """The name of this machine, with which the ids of its workers begin."""
    return socket.gethostname()


def new_worker_id(pid: int | None = None, token: str = "") -> str:
    """An id for the worker in the process `pid` of this host, None for this one: `host:pid:token`.

    The token, by default a random one, tells apart containers that have the same name and the same process ids.
    """
    return f"{this_host()}:{os.getpid() if pid is None else pid}:{token or secrets.token_hex(4)}"


MOST_LOSSES = 3
"""How often a run is queued again because its worker was lost, without a checkpoint in between."""
_GIVEN_UP = f"Its worker was lost {MOST_LOSSES + 1} times without any progress; resume it to try once more."


class SupersededError(DigitLabError):
    """A worker reports on a run that another one has claimed, or that was deleted."""


class Workers:
    """Runs are claimed and reported on by workers; each worker announces that it is alive.

    A person may only ask which there are; all else is a `DigitLabError` in a store as seen by somebody.
    """

    def __init__(self, database: Database, files: RunFiles, access: Access) -> None:
        self._database, self._files, self._access = database, files, access

    def claim(self, worker: str, run_id: int | None = None, data_sets: Collection[str] | None = None) -> Run | None:
        """Claim a queued run, the next one or that with this id, if there is one; no two workers get the same.

        `data_sets` are the names of those that it may be on; None: any.
        """
        conditions = [] if run_id is None else [Run.id == run_id]
        if data_sets is not None:
            conditions.append(Run.data_set.in_(data_sets))
        with self._transaction() as session:
            # Asked several times a second, mostly in vain.
            if session.scalar(select(Run.id).where(Run.state == "queued", *conditions).limit(1)) is None:
                return None
            # One after another, since whose turn it is depends on what the others have claimed.
            self._database.lock(session)
            run = session.scalar(
                update(Run)
                .where(Run.id == next_first(*conditions).limit(1).scalar_subquery())
                .values(
                    state="running",
                    started=func.coalesce(Run.started, now()),
                    reported=now(),
                    worker=worker,
                    attempt=Run.attempt + 1,
                    test_accuracy=None,  # of the network as it was before this training
                )
                .returning(Run)
            )
            if run is not None:
                session.execute(update(Person).where(Person.id == run.owner_id).values(trained=now()))
            return run

    def report(self, run: Run, curves: Mapping[str, tuple[Sequence[int], Sequence[float]]], **columns: Any) -> None:
        """Store new points, `{curve: (steps, values)}`, and new values of the run's columns.

        Raises `SupersededError`, and stores nothing, where the run is no longer this worker's.
        """
        rows = [
            {"run_id": run.id, "name": name, "step": step, "value": value}
            for name, (steps, values) in curves.items()
            for step, value in zip(steps, values, strict=True)
        ]
        with self._transaction() as session:
            _update_own(session, run, reported=now(), **columns)
            if rows:
                # As a table, since the mapping of so many rows to objects takes longer than storing them.
                session.execute(insert(cast(Table, Metric.__table__)), rows)

    def mark(self, run: Run, step: int, event: RunEvent, value: float | None = None) -> None:
        """Store an event of a run's training, after so many steps."""
        with self._transaction() as session:
            _update_own(session, run, reported=now())
            session.add(Mark(run_id=run.id, step=step, event=event, value=value))

    def rewind(self, run: Run, step: int, epoch: int) -> Run:
        """Delete what was reported after a step and an epoch, as a resumed run reports it again; return the run."""
        again = or_(Metric.step > step, (Metric.name != "loss") & (Metric.step > epoch * run.steps_per_epoch))
        with self._transaction() as session:
            _update_own(session, run, reported=now(), step=step, epoch=epoch)
            session.execute(delete(Metric).where(Metric.run_id == run.id, again))
            session.execute(delete(Mark).where(Mark.run_id == run.id, Mark.step > step))
            return require(session, run.id)

    def save_checkpoint(self, run: Run, number: int, save: Callable[[Path], None]) -> Path:
        """Have `save` write a checkpoint, the `number`th of this attempt, and let the run go on from it when resumed.

        Raises `SupersededError`, and keeps no file, where the run is no longer this worker's.
        """
        self._access.require_program()
        path = self._files.checkpoint_path(run.id, run.attempt, number)
        save(path)
        try:
            with self._transaction() as session:
                _update_own(session, run, reported=now(), checkpoint=path.name, losses=0)
        except SupersededError:
            path.unlink(missing_ok=True)
            raise
        self._files.remove_older_checkpoints(run.id, run.attempt, kept=path)
        return path

    def publish(self, run: Run, path: Path, save: Callable[[Path], None]) -> None:
        """Have `save` write a file of the run, which replaces the one at `path` only while the run is this worker's.

        Raises `SupersededError`, and leaves what is there, where it is not.
        """
        new = path.with_name(f"{path.name}.attempt-{run.attempt}")
        save(new)
        try:
            # The row is locked until the end of the transaction, so nobody else takes the run in between.
            with self._transaction() as session:
                _update_own(session, run, reported=now())
                new.replace(path)
        except OSError as error:
            raise DigitLabError(f"{path.name} cannot be saved in {path.parent} ({error.strerror}).") from None
        finally:
            new.unlink(missing_ok=True)

    def requeue_lost(self, *, of_sweeps: bool) -> None:
        """Queue the runs whose worker was lost: those of sweeps that are wanted to run, or all.

        A run that was lost more than `MOST_LOSSES` times since its last checkpoint is interrupted until a person
        resumes it, as it may be what kills the workers.
        """
        silent = Run.state.in_(ACTIVE) & (Run.reported < now() - ALIVE_SECONDS)
        lost = [or_(silent, Run.state == "interrupted")]
        if of_sweeps:
            lost.append(Run.sweep_id.in_(select(Sweep.id).where(Sweep.wanted == "run")))
        again = {"state": "queued", "error": "", "log": "", "attempt": Run.attempt + 1, "losses": Run.losses + 1}
        with self._transaction() as session:
            # Asked several times a second, and there is hardly ever one: an update would wait for those who write.
            if session.scalar(select(Run.id).where(*lost, Run.losses <= MOST_LOSSES).limit(1)) is None:
                return
            owners = select(Run.owner_id).where(*lost).distinct().order_by(Run.owner_id)
            for owner_id in session.scalars(owners).all():
                # Locked before the runs, as by whoever resumes them: otherwise each could wait for the other.
                self._access.require_room(session, owner_id)
            given_up = update(Run).where(*lost, Run.losses == MOST_LOSSES)
            session.execute(given_up.values(state="interrupted", error=_GIVEN_UP, losses=Run.losses + 1))
            session.execute(update(Run).where(*lost, silent, Run.losses < MOST_LOSSES).values(again))
            # Those that had been given up are not in progress, so their owners need room for them.
            idle = select(Run.id, Run.owner_id).where(*lost, Run.losses < MOST_LOSSES).order_by(Run.owner_id, Run.id)
            for run_id, owner_id in session.execute(idle).all():
                with suppress(NoRoomError):
                    self._access.require_room(session, owner_id, runs=1)
                    session.execute(update(Run).where(*lost, Run.id == run_id).values(again))

    def count_training(self, host: str) -> int:
        """How many runs are trained on a host at this moment, by whichever of its workers."""
        alive = Run.reported > now() - ALIVE_SECONDS
        on_host = Run.worker.startswith(f"{host}:", autoescape=True)
        with self._database.transaction() as session:
            return session.scalar(select(func.count()).where(Run.state == "running", alive, on_host)) or 0

    def others_wait(self, run: Run, seconds: float) -> bool:
        """Whether a run of somebody else than this run's owner is queued that was made more than so long ago."""
        made = Run.created < now() - seconds
        others = select(Run.id).where(Run.state == "queued", Run.owner_id != run.owner_id, made)
        self._access.require_program()
        with self._database.transaction() as session:
            return session.scalar(others.limit(1)) is not None

    def mark_dead(self, worker: str, reason: str) -> None:
        """Store that the run of a dead worker, if it had one, is interrupted."""
        with self._transaction() as session:
            lost = update(Run).where(Run.worker == worker, Run.state.in_(ACTIVE))
            session.execute(lost.values(state="interrupted", error=reason))

    def announce(self, worker_id: str, device: dict[str, Any]) -> None:
        """A worker says that it is alive and which device it found."""
        with self._transaction() as session:
            session.execute(delete(Worker).where(Worker.reported < now() - ALIVE_SECONDS))
            new = insert_into(session, Worker).values(id=worker_id, reported=now(), device=device)
            session.execute(new.on_conflict_do_update(index_elements=[Worker.id], set_={"reported": now()}))

    def withdraw(self, worker_id: str) -> None:
        """A worker says that it ends."""
        with self._transaction() as session:
            session.execute(delete(Worker).where(Worker.id == worker_id))

    def count(self) -> int:
        """How many workers are alive, training or not."""
        with self._database.transaction() as session:
            return session.scalar(select(func.count()).where(Worker.reported > now() - ALIVE_SECONDS)) or 0

    def device(self) -> dict[str, Any] | None:
        """The device that the newest live worker found; None while no worker is up."""
        with self._database.transaction() as session:
            alive = select(Worker.device).where(Worker.reported > now() - ALIVE_SECONDS)
            return session.scalar(alive.order_by(Worker.reported.desc()).limit(1))

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        """One in which a worker changes something."""
        self._access.require_program()
        with self._database.transaction() as session:
            yield session


def _update_own(session: Session, run: Run, **columns: Any) -> None:
    own = update(Run).where(Run.id == run.id, Run.attempt == run.attempt)
    if not session.execute(own.values(**columns).returning(Run.id)).first():
        raise SupersededError(f"{run.name} was deleted, or another worker has taken it.")
