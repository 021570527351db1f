"""What groups of runs have in common: repeats and sweeps are read, stopped, resumed and deleted as a whole."""

from typing import ClassVar, Generic, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from mnist_core import DigitLabError
from mnist_core.names import checked
from mnist_core.store import controls
from mnist_core.store.access import Access
from mnist_core.store.database import Database
from mnist_core.store.files import RunFiles
from mnist_core.store.runs import remove
from mnist_core.store.schema import Run, RunGroup

Group = TypeVar("Group", bound=RunGroup)


class RunGroups(Generic[Group]):
    """Groups of one kind; `DigitLabError` where there is none with that id, and where one may not do that with it."""

    _table: type[Group]
    _missing: ClassVar[str]
    """Says that there is no group {id}."""

    def __init__(self, database: Database, files: RunFiles, access: Access) -> None:
        self._database, self._files, self._access = database, files, access

    def get(self, group_id: int) -> Group:
        with self._database.transaction() as session:
            return self._require(session, group_id)

    def runs(self, group_id: int) -> list[Run]:
        """The runs, apart from deleted ones, in the order in which they were queued."""
        with self._database.transaction() as session:
            self._require_to_open(session, group_id)
            return self._runs(session, group_id)

    def stop(self, group_id: int) -> None:
        """Ask all runs to stop; queued ones stop at once."""
        with self._database.transaction() as session:
            self._require_to_change(session, group_id)
            controls.stop(session, self._of(group_id))

    def resume(self, group_id: int) -> None:
        """Queue the runs that stopped, failed or lost their worker, and let paused ones go on."""
        with self._database.transaction() as session:
            self._require_to_change(session, group_id)
            controls.resume(session, self._of(group_id), self._access)

    def rename(self, group_id: int, name: str) -> None:
        if not checked(name):
            raise DigitLabError("A name has at least one letter; type one.")
        with self._database.transaction() as session:
            self._require_to_change(session, group_id).name = checked(name)

    def delete(self, group_id: int) -> None:
        """Remove a group with all its runs and everything stored for these."""
        with self._database.transaction() as session:
            group = self._require_to_change(session, group_id)
            runs = self._runs(session, group_id)
            for run in runs:
                remove(session, run)
            session.flush()  # the runs first, since they refer to the group
            session.delete(group)
        for run in runs:
            self._files.remove(run.id)

    def _of(self, group_id: int) -> ColumnElement[bool]:
        """Whether a run belongs to that group."""
        raise NotImplementedError

    def _runs(self, session: Session, group_id: int) -> list[Run]:
        return list(session.scalars(select(Run).where(self._of(group_id)).order_by(Run.id)))

    def _require_to_open(self, session: Session, group_id: int) -> None:
        """As `_require`, but without a query where there are no rules."""
        if self._access.person is not None:
            self._require(session, group_id)

    def _require(self, session: Session, group_id: int) -> Group:
        group = session.get(self._table, group_id)
        if group is None:
            raise DigitLabError(self._missing.format(id=group_id))
        self._access.require_to_open(group)
        return group

    def _require_to_change(self, session: Session, group_id: int) -> Group:
        group = self._require(session, group_id)
        self._access.require_to_change(group)
        return group
