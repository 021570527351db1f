"""The list of runs."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, true, update
from sqlalchemy.orm import Session

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import KNOWN
from mnist_core.names import checked
from mnist_core.store.access import Access
from mnist_core.store.clock import now
from mnist_core.store.database import Database, require
from mnist_core.store.files import RunFiles, needed_bytes, network_bytes
from mnist_core.store.limits import used_bytes
from mnist_core.store.results import Result
from mnist_core.store.schema import ACTIVE, ENDED, IN_PROGRESS, Control, Repeats, Run, Status
from mnist_core.store.workers import new_worker_id


class Runs:
    """Runs are created, looked up, renamed and deleted.

    `DigitLabError` where there is no run with that id, and where one may not do that with it.
    """

    def __init__(self, database: Database, files: RunFiles, access: Access) -> None:
        self._database, self._files, self._access = database, files, access

    def create(
        self,
        config: TrainingConfig,
        data_set: str,
        name: str = "",
        state: Status = "queued",
        *,
        size: int | None = None,
    ) -> Run:
        """Add a run on the data set of that name, with `size` training images (None: one that the program knows).

        A queued one is claimed by the next free worker; a running one is this process's.
        """
        with self._database.transaction() as session:
            self._access.require_room(session, self._access.owner_id, runs=1, more_bytes=needed_bytes(config))
            return add(session, self._access.owner_id, config, data_set, name, size=size, state=state)

    def create_imported(
        self, config: TrainingConfig, data_set: str, name: str, test_openings: int, *, size: int
    ) -> Run:
        """Add a finished run for a network that was brought in; `size` is 0 where its data set is not here."""
        columns = {"state": "finished", "imported": True, "test_openings": test_openings}
        columns["bytes"] = network_bytes(config)
        with self._database.transaction() as session:
            self._access.require_room(session, self._access.owner_id, more_bytes=network_bytes(config))
            return add(session, self._access.owner_id, config, data_set, name, size=size, **columns)

    def get(self, run_id: int) -> Run:
        with self._database.transaction() as session:
            return self._require(session, run_id)

    def get_to_change(self, run_id: int) -> Run:
        """As `get`, but `DigitLabError` where one may only look at it."""
        with self._database.transaction() as session:
            return self._require_to_change(session, run_id)

    def find(self, reference: str) -> Run:
        """The run that a person means by `reference`: an id, or `latest` for the last one that finished."""
        if reference == "latest":
            with self._database.transaction() as session:
                finished = select(Run).where(Run.state == "finished", self._access.listed(Run))
                run = session.scalar(finished.order_by(Run.id.desc()).limit(1))
            if run is None:
                raise DigitLabError("No run has finished yet; train one first.")
            return run
        # SQLite's integers have 19 digits at most.
        if not reference.isdecimal() or len(reference) > 18:
            raise DigitLabError(f"There is no run {reference[:30]}; give the number of one, or 'latest'.")
        return self.get(int(reference))

    def find_resumable(self, reference: str) -> Run:
        """As `find`, but `latest` is the last run that can be resumed; `DigitLabError` where the run cannot be."""
        if reference == "latest":
            states = ("stopped", "failed", "interrupted", *ACTIVE)  # the active ones may have lost their worker
            with self._database.transaction() as session:
                mine = select(Run).where(Run.state.in_(states), self._access.mine(Run))
                ended = session.scalars(mine.order_by(Run.id.desc()))
                run = next((run for run in ended if run.can_resume), None)
            if run is None:
                raise DigitLabError("No run was stopped or interrupted, or failed, so there is nothing to resume.")
            return run
        run = self.find(reference)
        if not run.can_resume:
            raise DigitLabError(f"{run.name} is {run.status}, so there is nothing to resume.")
        return run

    def all(self, most: int | None = None, skip: int = 0, *, of_sweeps: bool = True) -> list[Run]:
        """All listed runs, newest first, or `most` of them after the `skip` newest; without `of_sweeps`, no sweep's."""
        runs = select(Run).where(self._listed(of_sweeps)).order_by(Run.id.desc()).limit(most).offset(skip)
        with self._database.transaction() as session:
            return list(session.scalars(runs))

    def count(self, newer_than: int = 0, *, of_sweeps: bool = True) -> int:
        """How many runs are listed with a higher id than that; without `of_sweeps`, not counting those of sweeps."""
        with self._database.transaction() as session:
            return session.scalar(select(func.count()).where(Run.id > newer_than, self._listed(of_sweeps))) or 0

    def count_on(self, data_set: str) -> int:
        """How many runs there are on the data set of that name, everybody's."""
        with self._database.transaction() as session:
            return session.scalar(select(func.count()).where(Run.data_set == data_set)) or 0

    def get_all(self, ids: Collection[int]) -> list[Run]:
        """The runs with these ids, as far as there are any that one may open, newest first."""
        with self._database.transaction() as session:
            runs = session.scalars(select(Run).where(Run.id.in_(ids)).order_by(Run.id.desc()))
            return [run for run in runs if self._access.may_open(run)]

    def in_progress(self) -> list[Run]:
        """One's own runs that are queued, running or paused, oldest first."""
        with self._database.transaction() as session:
            mine = select(Run).where(Run.state.in_(IN_PROGRESS), self._access.mine(Run))
            runs = session.scalars(mine.order_by(Run.id))
            return [run for run in runs if run.in_progress]

    def rename(self, run_id: int, name: str) -> None:
        if not checked(name):
            raise DigitLabError("A run needs a name; type at least one letter.")
        with self._database.transaction() as session:
            self._require_to_change(session, run_id).name = checked(name)

    def share(self, run_id: int, shared: bool) -> None:
        """Let everybody who has its address open a run, or nobody any more."""
        with self._database.transaction() as session:
            self._require_to_change(session, run_id).shared = shared

    def delete(self, run_id: int) -> None:
        """Remove a run and everything stored for it; one in progress stops, as its worker may no longer report."""
        with self._database.transaction() as session:
            run = self._require_to_change(session, run_id)
            remove(session, run)
            session.flush()
            # Repeats end with their last run.
            others = select(Run.id).where(Run.repeats_id == run.repeats_id)
            session.execute(delete(Repeats).where(Repeats.id == run.repeats_id, ~others.exists()))
        self._files.remove(run_id)

    def used_megabytes(self) -> tuple[float, int | None]:
        """The disk space that one's own runs take or will need, and the most that they may take; None: any."""
        with self._database.transaction() as session:
            most = self._access.limits_of(session, self._access.owner_id).megabytes
            return used_bytes(session, self._access.owner_id) / 1e6, most

    def remove_snapshots(self) -> int:
        """Remove the networks kept after epochs of one's own runs that have ended; return how many runs had some."""
        with self._database.transaction() as session:
            ended = session.scalars(select(Run.id).where(Run.state.in_(ENDED), self._access.mine(Run))).all()
        had = [run_id for run_id in ended if self._files.snapshots(run_id)]
        for run_id in had:
            self._files.remove_snapshots(run_id)
            with self._database.transaction() as session:
                still = update(Run).where(Run.id == run_id, Run.state.in_(ENDED))
                session.execute(still.values(bytes=self._files.size(run_id)))
        return len(had)

    def count_test_opening(self, run_id: int, data_set: str, accuracy: float) -> None:
        """Count that the test set of `data_set` was opened for this run, and store the accuracy on it."""
        with self._database.transaction() as session:
            run = self._require_to_change(session, run_id)
            self._access.count_test_opening(session)
            # Counted in the database, because two pages may open it at the same moment.
            run.test_openings = Run.test_openings + 1
            run.test_data_set, run.test_accuracy = data_set, accuracy

    def _require(self, session: Session, run_id: int) -> Run:
        run = require(session, run_id)
        self._access.require_to_open(run)
        return run

    def _require_to_change(self, session: Session, run_id: int) -> Run:
        run = require(session, run_id)
        self._access.require_to_change(run)
        return run

    def _listed(self, of_sweeps: bool) -> ColumnElement[bool]:
        return self._access.listed(Run) & (true() if of_sweeps else Run.sweep_id.is_(None))


def add(
    session: Session,
    owner_id: int,
    config: TrainingConfig,
    data_set: str,
    name: str,
    *,
    size: int | None = None,
    **columns: Any,
) -> Run:
    """Add a run of that person with its control row, and with these values in its other columns.

    The rest is as in `Runs.create`.
    """
    size = KNOWN[data_set].train_count if size is None else size
    columns |= {"settings": config.model_dump(mode="json"), "data_set": data_set, "data_set_size": size}
    run = Run(name=checked(name), created=now(), owner_id=owner_id, **columns)
    if run.state == "running":
        run.started, run.reported, run.worker = now(), now(), new_worker_id()
    session.add(run)
    session.flush()
    run.name = run.name or f"Run {run.id}"
    session.add(Control(run_id=run.id, wanted="run"))
    session.flush()
    session.refresh(run)
    return run


def remove(session: Session, run: Run) -> None:
    """Remove a run and everything stored for it, except its files."""
    session.execute(delete(Result).where(Result.key.startswith(run.key)))
    session.delete(run)
