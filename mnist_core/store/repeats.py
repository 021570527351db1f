"""Groups of runs that repeat the same settings: queued, stopped, resumed and deleted together."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.store import controls
from mnist_core.store.clock import now
from mnist_core.store.database import Database
from mnist_core.store.files import RunFiles
from mnist_core.store.runs import add, checked, remove
from mnist_core.store.schema import Repeats, RepeatsKind, Run


class RepeatsStore:
    """Repeats and their runs; `DigitLabError` where there are no repeats with that id."""

    def __init__(self, database: Database, files: RunFiles) -> None:
        self._database, self._files = database, files

    def create(
        self,
        kind: RepeatsKind,
        runs: Iterable[tuple[TrainingConfig, str]],
        config: TrainingConfig,
        data_set: str,
        name: str = "",
        *,
        size: int | None = None,
    ) -> Repeats:
        """Queue runs with these configurations and names, in this order, all or none; `config` is what they repeat.

        `data_set` and `size` are as in `Runs.create`. The name of each run begins with the kind and the id of the
        repeats, as do the repeats where `name` is empty.
        """
        with self._database.transaction() as session:
            settings = config.model_dump(mode="json")
            repeats = Repeats(kind=kind, name=checked(name), created=now(), data_set=data_set, settings=settings)
            session.add(repeats)
            session.flush()
            session.refresh(repeats)
            title = f"{kind.capitalize()} {repeats.id}"
            repeats.name = repeats.name or title
            for run_config, run_name in runs:
                add(session, run_config, data_set, f"{title}: {run_name}", size=size, repeats_id=repeats.id)
            return repeats

    def all(self, kind: RepeatsKind | None = None) -> list[Repeats]:
        """Those of a kind, or all where it is None, newest first."""
        newest_first = select(Repeats).order_by(Repeats.id.desc())
        with self._database.transaction() as session:
            return list(session.scalars(newest_first if kind is None else newest_first.where(Repeats.kind == kind)))

    def runs(self, repeats_id: int) -> list[Run]:
        """Their runs, apart from deleted ones, in the order in which they were queued."""
        with self._database.transaction() as session:
            return _runs(session, repeats_id)

    def stop(self, repeats_id: int) -> None:
        """Ask all their runs to stop; queued ones stop at once."""
        with self._database.transaction() as session:
            _require(session, repeats_id)
            controls.stop(session, Run.repeats_id == repeats_id)

    def resume(self, repeats_id: int) -> None:
        """Queue those of their runs that stopped, failed or lost their worker, and let paused ones go on."""
        with self._database.transaction() as session:
            _require(session, repeats_id)
            controls.resume(session, Run.repeats_id == repeats_id)

    def delete(self, repeats_id: int) -> None:
        """Remove repeats with all their runs and everything stored for these."""
        with self._database.transaction() as session:
            repeats = _require(session, repeats_id)
            runs = _runs(session, repeats_id)
            for run in runs:
                remove(session, run)
            session.flush()  # the runs first, since they refer to the repeats
            session.delete(repeats)
        for run in runs:
            self._files.remove(run.id)


def _require(session: Session, repeats_id: int) -> Repeats:
    repeats = session.get(Repeats, repeats_id)
    if repeats is None:
        raise DigitLabError(f"There are no repeats {repeats_id}; they may have been deleted.")
    return repeats


def _runs(session: Session, repeats_id: int) -> list[Run]:
    return list(session.scalars(select(Run).where(Run.repeats_id == repeats_id).order_by(Run.id)))
