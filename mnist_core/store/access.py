"""Who may open, list and change what: the rules of a server with login, applied by every part of the store.

One lists one's own runs and those of teachers, opens what is listed or shared by a link, and changes one's own.
Teachers open and change all runs; digits are their owner's alone. Without a person, as for workers, for the command
line and on a server without login, there are no rules.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select, true, update
from sqlalchemy.orm import Session

from mnist_core import DigitLabError
from mnist_core.store import limits
from mnist_core.store.limits import NO_LIMITS, Limits
from mnist_core.store.person import NOBODY, Owned, Person
from mnist_core.store.schema import Run, RunGroup


class Access:
    """What a person may do; everything where that is None.

    `default` are the limits of each person for whom a teacher has set no others.
    """

    def __init__(self, person: Person | None = None, default: Limits = NO_LIMITS) -> None:
        self.person, self._default = person, default

    @property
    def owner_id(self) -> int:
        """Id of the person to whom everything made with this access belongs."""
        return NOBODY if self.person is None else self.person.id

    @property
    def is_unlimited(self) -> bool:
        """Whether every run may be opened and changed."""
        return self.person is None or self.person.is_teacher

    def mine(self, table: type[Owned]) -> ColumnElement[bool]:
        """Whether a row is the person's own."""
        return true() if self.person is None else table.owner_id == self.person.id

    def listed(self, table: type[Owned]) -> ColumnElement[bool]:
        """Whether a row is in the person's lists."""
        if self.person is None:
            return true()
        teachers = select(Person.id).where(Person.role == "teacher")
        return or_(table.owner_id.in_((self.person.id, NOBODY)), table.owner_id.in_(teachers))

    def may_open(self, row: Run | RunGroup) -> bool:
        """Whether the person may look at it, evaluate it and draw for it."""
        return self.may_change(row) or row.is_the_teachers or (isinstance(row, Run) and row.shared)

    def may_change(self, row: Run | RunGroup) -> bool:
        """Whether the person may steer, rename, share and delete it, and open the test set for it."""
        return self.is_unlimited or row.owner_id == self.owner_id

    def require_to_open(self, row: Run | RunGroup) -> None:
        """Raise `DigitLabError` where the person may not open it."""
        if not self.may_open(row):
            raise DigitLabError(
                f"{_title(row)} is somebody else's and not shared; ask its owner to share it, or choose one of yours."
            )

    def require_to_change(self, row: Run | RunGroup) -> None:
        """Raise `DigitLabError` where the person may not change it: see `may_change`."""
        self.require_to_open(row)
        if not self.may_change(row):
            raise DigitLabError(f"{_title(row)} is somebody else's: you can look at it, but not change it.")

    def require_to_open_all(self, session: Session, run_ids: Collection[int]) -> None:
        """Raise `DigitLabError` where the person may not open one of the runs with these ids."""
        if self.person is not None and run_ids:
            for run in session.scalars(select(Run).where(Run.id.in_(run_ids))):
                self.require_to_open(run)

    def require_program(self) -> None:
        """Raise `DigitLabError` where a person asks for what only workers and the server itself do."""
        if self.person is not None:
            raise DigitLabError("Only Digit Lab itself can do that, for nobody in particular; use its pages.")

    def require_teacher(self, what: str) -> None:
        """Raise `DigitLabError` where the person is not allowed `what`, as in `change the limits`."""
        if not self.is_unlimited:
            raise DigitLabError(f"Only teachers can {what}; ask yours.")

    def require_room(self, session: Session, owner_id: int, *, runs: int = 0, more_bytes: int = 0) -> None:
        """Raise `NoRoomError` where its owner may not have so many more runs in progress, and so many more bytes."""
        limits.require_room(session, owner_id, self._default, runs=runs, more_bytes=more_bytes)

    def limits_of(self, session: Session, owner_id: int) -> Limits:
        """The limits that hold for a person."""
        return limits.limits_of(session, owner_id, self._default)

    def count_test_opening(self, session: Session) -> None:
        """Count that the person opened the test set."""
        if self.person is not None:
            opened = update(Person).where(Person.id == self.person.id)
            session.execute(opened.values(test_openings=Person.test_openings + 1))


def _title(row: Run | RunGroup) -> str:
    return f"{type(row).__name__} {row.id}"
