"""Runs that belong together: queued, stopped, resumed and deleted as one."""

import time
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.store import controls
from mnist_core.store.database import Database
from mnist_core.store.files import RunFiles
from mnist_core.store.runs import add, checked, remove
from mnist_core.store.schema import Repeats, RepeatsKind, Run


class RepeatsStore:
    """Repeats of settings; `DigitLabError` where there are none of that number."""

    def __init__(self, database: Database, files: RunFiles) -> None:
        self._database, self._files = database, files

    def create(
        self,
        kind: RepeatsKind,
        runs: Iterable[tuple[TrainingConfig, str]],
        config: TrainingConfig,
        data_set: str,
        name: str = "",
    ) -> Repeats:
        """Queue runs with these configurations and names, which follow the series' number, in this order, all or none.

        `config` is what they repeat.
        """
        with self._database.transaction() as session:
            series = Repeats(
                kind=kind,
                name=checked(name),
                created=time.time(),
                data_set=data_set,
                settings=config.model_dump(mode="json"),
            )
            session.add(series)
            session.flush()
            series.name = series.name or f"{kind.capitalize()} {series.id}"
            for run_config, run_name in runs:
                add(session, run_config, data_set, f"{kind.capitalize()} {series.id}: {run_name}", series=series.id)
            return series

    def all(self, kind: RepeatsKind | None = None) -> list[Repeats]:
        """Those of a kind, or all where it is None, newest first."""
        wanted = select(Repeats).order_by(Repeats.id.desc())
        with self._database.transaction() as session:
            return list(session.scalars(wanted if kind is None else wanted.where(Repeats.kind == kind)))

    def runs(self, series_id: int) -> list[Run]:
        """The runs of a series that were not deleted, in their order."""
        with self._database.transaction() as session:
            return _runs(session, series_id)

    def stop(self, series_id: int) -> None:
        """Ask all its runs to stop; those that are queued do at once."""
        with self._database.transaction() as session:
            _require(session, series_id)
            controls.stop(session, Run.series == series_id)

    def resume(self, series_id: int) -> None:
        """Queue those of its runs that were stopped, failed or lost their worker; those that finished stay as they are.

        Those that are paused go on too.
        """
        with self._database.transaction() as session:
            _require(session, series_id)
            controls.resume(session, Run.series == series_id)

    def delete(self, series_id: int) -> None:
        """Remove a series with all its runs and all that belongs to them."""
        with self._database.transaction() as session:
            series = _require(session, series_id)
            runs = _runs(session, series_id)
            for run in runs:
                remove(session, run)
            session.flush()  # the runs first, since they refer to the series
            session.delete(series)
        for run in runs:
            self._files.remove(run.id)


def _require(session: Session, series_id: int) -> Repeats:
    series = session.get(Repeats, series_id)
    if series is None:
        raise DigitLabError(f"There is no series {series_id}; it may have been deleted.")
    return series


def _runs(session: Session, series_id: int) -> list[Run]:
    return list(session.scalars(select(Run).where(Run.series == series_id).order_by(Run.id)))
