"""How much of a server each person may take: runs in progress, and disk space for the files of runs."""

from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mnist_core import DigitLabError
from mnist_core.formatting import megabytes
from mnist_core.store.class_settings import THE_CLASS, ClassSettings
from mnist_core.store.files import needed_bytes
from mnist_core.store.person import NOBODY, Person
from mnist_core.store.schema import ENDED, IN_PROGRESS, Run


class Limits(NamedTuple):
    """The most that one person may have; None: any number."""

    runs: int | None = None
    """Runs that are queued, running or paused."""
    megabytes: int | None = None
    """Size of the files of runs; those that have not ended count with what they will need."""


NO_LIMITS = Limits()


class NoRoomError(DigitLabError):
    """A person has as much as the limits allow."""


def limits_of(session: Session, owner_id: int, default: Limits) -> Limits:
    """The limits of a person: as set for this one, otherwise for the class, otherwise the default."""
    if owner_id == NOBODY:
        return NO_LIMITS
    of_class, of_person = session.get(ClassSettings, THE_CLASS), session.get(Person, owner_id)
    runs, space = default
    for row in (of_class, of_person):
        if row is not None:
            runs = runs if row.most_runs is None else row.most_runs
            space = space if row.most_megabytes is None else row.most_megabytes
    return Limits(runs, space)


def used_bytes(session: Session, owner_id: int) -> int:
    """Size of the files of a person's runs; those that have not ended count with what they will need."""
    mine = Run.owner_id == owner_id
    # These first: one that ends in between then counts with too much, and not with nothing.
    unfinished = session.scalars(select(Run).where(mine, Run.state.not_in(ENDED))).all()
    used = int(session.scalar(select(func.sum(Run.bytes)).where(mine)) or 0)
    return used + sum(max(needed_bytes(run.config) - run.bytes, 0) for run in unfinished)


def require_room(session: Session, owner_id: int, default: Limits, *, runs: int, more_bytes: int) -> None:
    """Raise `NoRoomError` where a person may not have so many more runs in progress, and so many more bytes.

    Whoever asks for the same person waits until this transaction ends, so that no two take the last room.
    """
    if owner_id == NOBODY:
        return
    session.execute(update(Person).where(Person.id == owner_id).values(seen=Person.seen))
    limits = limits_of(session, owner_id, default)
    if limits.runs is not None and runs:
        in_progress = select(func.count()).where(Run.owner_id == owner_id, Run.state.in_(IN_PROGRESS))
        count = session.scalar(in_progress) or 0
        if count + runs > limits.runs:
            raise NoRoomError(
                f"{_runs(count)} of one person {'is' if count == 1 else 'are'} in progress, and at most "
                f"{limits.runs:,} may be; wait for the end of some, or stop some."
            )
    if limits.megabytes is not None and more_bytes:
        used = used_bytes(session, owner_id)
        if used + more_bytes > 1_000_000 * limits.megabytes:
            raise NoRoomError(
                f"The runs of one person may take {limits.megabytes:,} MB. There are {megabytes(used)} of them, and "
                f"this needs {megabytes(more_bytes)} more; remove some, or their snapshots, on the Runs page."
            )


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count:,} runs"
