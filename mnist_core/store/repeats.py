"""Groups of runs that repeat the same settings: queued, stopped, resumed and deleted together."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select

from mnist_core.config import TrainingConfig
from mnist_core.names import checked
from mnist_core.store.clock import now
from mnist_core.store.files import needed_bytes
from mnist_core.store.run_groups import RunGroups
from mnist_core.store.runs import add
from mnist_core.store.schema import Repeats, RepeatsKind, Run


class RepeatsStore(RunGroups[Repeats]):
    """Repeats and their runs; `DigitLabError` where there are no repeats with that id."""

    _table = Repeats
    _missing = "There are no repeats {id}; they may have been deleted."

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
        runs = list(runs)
        with self._database.transaction() as session:
            needed = sum(needed_bytes(run_config) for run_config, _ in runs)
            self._access.require_room(session, self._access.owner_id, runs=len(runs), more_bytes=needed)
            settings = config.model_dump(mode="json")
            columns = {"data_set": data_set, "settings": settings, "owner_id": self._access.owner_id}
            repeats = Repeats(kind=kind, name=checked(name), created=now(), **columns)
            session.add(repeats)
            session.flush()
            session.refresh(repeats)
            title = f"{kind.capitalize()} {repeats.id}"
            repeats.name = repeats.name or title
            for run_config, run_name in runs:
                run_name = f"{title}: {run_name}"
                add(session, repeats.owner_id, run_config, data_set, run_name, size=size, repeats_id=repeats.id)
            return repeats

    def all(self, kind: RepeatsKind | None = None) -> list[Repeats]:
        """Those that are listed of a kind, or of all where it is None, newest first."""
        newest_first = select(Repeats).where(self._access.listed(Repeats)).order_by(Repeats.id.desc())
        with self._database.transaction() as session:
            return list(session.scalars(newest_first if kind is None else newest_first.where(Repeats.kind == kind)))

    def _of(self, group_id: int) -> ColumnElement[bool]:
        return Run.repeats_id == group_id
