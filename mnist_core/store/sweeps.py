"""Searches for good settings. Their runs are created one after another, as results come in, and numbered from 1."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Integer, func, select, type_coerce, update
from sqlalchemy.orm import Session

from mnist_core.config import TrainingConfig
from mnist_core.names import checked
from mnist_core.store import controls
from mnist_core.store.clock import now
from mnist_core.store.files import needed_bytes
from mnist_core.store.limits import NoRoomError
from mnist_core.store.run_groups import RunGroups
from mnist_core.store.runs import add
from mnist_core.store.schema import ENDED, IN_PROGRESS, Metric, Run, Sweep


class Sweeps(RunGroups[Sweep]):
    """Sweeps and their runs; `DigitLabError` where there is no sweep with that id, and where one may not do that.

    What makes a sweep go on is for the program only: its next runs, and its end.
    """

    _table = Sweep
    _missing = "There is no sweep {id}; it may have been deleted."

    def create(
        self, plan: dict[str, Any], config: TrainingConfig, data_set: str, name: str = "", *, size: int
    ) -> Sweep:
        """Add a sweep that varies `config` as `plan` says, a dictionary for JSON; its runs are added later.

        `data_set` has `size` training images.
        """
        values = {"settings": config.model_dump(mode="json"), "data_set": data_set, "data_set_size": size}
        with self._database.transaction() as session:
            sweep = Sweep(name=checked(name), created=now(), plan=plan, owner_id=self._access.owner_id, **values)
            session.add(sweep)
            session.flush()
            session.refresh(sweep)
            sweep.name = sweep.name or f"Sweep {sweep.id}"
            return sweep

    def all(self) -> list[Sweep]:
        """All listed sweeps, newest first."""
        with self._database.transaction() as session:
            listed = select(Sweep).where(self._access.listed(Sweep))
            return list(session.scalars(listed.order_by(Sweep.id.desc())))

    def in_progress(self) -> list[Sweep]:
        """The sweeps that are wanted to run and have not finished, oldest first."""
        self._access.require_program()
        with self._database.transaction() as session:
            wanted = select(Sweep).where(Sweep.wanted == "run", Sweep.finished.is_(None))
            return list(session.scalars(wanted.order_by(Sweep.id)))

    def next_number(self, sweep_id: int) -> tuple[int, int]:
        """The number of the next run, and the first number from 1 on whose run has not ended yet.

        Both are the same where all have ended. A run that was deleted counts as ended.
        """
        self._access.require_program()
        unfinished = func.min(Run.number).filter(Run.state.not_in(ENDED))
        with self._database.transaction() as session:
            row = session.execute(select(func.max(Run.number), unfinished).where(self._of(sweep_id))).one()
        following = (row[0] or 0) + 1
        return following, following if row[1] is None else row[1]

    def add_run(
        self, sweep_id: int, number: int, config: TrainingConfig, name: str, confirms: int | None = None
    ) -> Run | None:
        """Queue the run with that number; None where there is one, or where the sweep is not wanted to run.

        None also where its owner has no room for it: then it is tried again later, or the sweep is paused where none of
        the owner's runs is in progress.
        `confirms` is the number of the run whose settings it repeats with another seed.
        """
        self._access.require_program()
        with self._database.transaction() as session:
            # An update first, so that workers that add at once, and a person who pauses, wait for each other here.
            wanted = update(Sweep).where(Sweep.id == sweep_id, Sweep.wanted == "run").values(wanted="run")
            sweep = session.scalar(wanted.returning(Sweep))
            if sweep is None or session.scalar(select(Run.id).where(self._of(sweep_id), Run.number == number)):
                return None
            try:
                self._access.require_room(session, sweep.owner_id, runs=1, more_bytes=needed_bytes(config))
            except NoRoomError as error:
                in_progress = select(Run.id).where(Run.owner_id == sweep.owner_id, Run.state.in_(IN_PROGRESS))
                if session.scalar(in_progress.limit(1)) is None:  # nothing will end and make room
                    sweep.wanted, sweep.paused_because = "pause", str(error)
                return None
            columns = {"sweep_id": sweep_id, "number": number, "confirms": confirms}
            return add(session, sweep.owner_id, config, sweep.data_set, name, size=sweep.data_set_size, **columns)

    def finish(self, sweep_id: int) -> None:
        """Note that a sweep has nothing more to try."""
        self._access.require_program()
        with self._database.transaction() as session:
            session.execute(update(Sweep).where(Sweep.id == sweep_id).values(finished=now()))

    def pause(self, sweep_id: int) -> None:
        """Start no more runs, and let those in progress wait."""
        with self._database.transaction() as session:
            self._want(session, sweep_id, "pause")
            controls.pause(session, self._of(sweep_id))

    def stop(self, group_id: int) -> None:
        """Start no more runs, and ask those in progress to stop."""
        with self._database.transaction() as session:
            self._want(session, group_id, "stop")
            controls.stop(session, self._of(group_id))

    def resume(self, group_id: int) -> None:
        """Go on: paused runs and those that stopped or lost their worker too.

        Those that failed do not, since the settings tried after them rest on that.
        """
        with self._database.transaction() as session:
            self._want(session, group_id, "run")
            controls.resume(session, self._of(group_id) & (Run.state != "failed"), self._access)

    def delete(self, group_id: int) -> None:
        """Remove a sweep with all its runs and everything stored for these."""
        self.stop(group_id)  # first, so that no worker adds a run meanwhile
        super().delete(group_id)

    def states(self, sweep_id: int) -> dict[int, tuple[Any, ...]]:
        """By the id of each run, what differs as soon as anything of it has changed; the first is its stored state."""
        columns = Run.state, Run.attempt, Run.epoch, Run.reported, Run.name
        with self._database.transaction() as session:
            self._require_to_open(session, sweep_id)
            rows = session.execute(select(Run.id, *columns).where(self._of(sweep_id)).order_by(Run.number))
            return {row[0]: tuple(row[1:]) for row in rows}

    def curves(
        self, sweep_id: int, name: str = "validation_accuracy", runs: Collection[int] | None = None
    ) -> dict[int, list[float]]:
        """The values of a curve that has one for each epoch, by the number of the run; of runs with these ids only."""
        of_sweep = [self._of(sweep_id), Metric.name == name, Run.number.is_not(None)]
        if runs is not None:
            of_sweep.append(Run.id.in_(runs))
        points = select(type_coerce(Run.number, Integer), Metric.value).join(Metric, Metric.run_id == Run.id)
        points = points.where(*of_sweep).order_by(Run.number, Metric.step)
        curves = defaultdict[int, list[float]](list)
        with self._database.transaction() as session:
            self._require_to_open(session, sweep_id)
            for number, value in session.execute(points):
                curves[number].append(value)
        return dict(curves)

    def _of(self, group_id: int) -> ColumnElement[bool]:
        return Run.sweep_id == group_id

    def _want(self, session: Session, sweep_id: int, wanted: str) -> None:
        session.execute(update(Sweep).where(Sweep.id == sweep_id).values(wanted=wanted, paused_because=""))
        self._require_to_change(session, sweep_id)  # where one may not, nothing of it is stored
