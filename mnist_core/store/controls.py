"""What a person asks of a run; its worker polls it."""

from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from mnist_core import DigitLabError
from mnist_core.config import configure
from mnist_core.store.access import Access
from mnist_core.store.clock import now
from mnist_core.store.database import Database, require
from mnist_core.store.files import needed_bytes, network_bytes
from mnist_core.store.schema import ACTIVE, ALIVE_SECONDS, ENDED, IN_PROGRESS, Control, Run


class Controls:
    """Stop, pause, resume, one more epoch, another learning rate; `DigitLabError` where one may not do that."""

    def __init__(self, database: Database, access: Access) -> None:
        self._database, self._access = database, access

    def stop(self, run_id: int) -> None:
        """Ask a run to stop; a queued one does at once."""
        with self._database.transaction() as session:
            self._require(session, run_id)
            stop(session, Run.id == run_id)

    def pause(self, run_id: int) -> None:
        with self._database.transaction() as session:
            self._require(session, run_id)
            pause(session, Run.id == run_id)

    def resume(self, run_id: int) -> None:
        """Let a paused run go on; queue one that stopped, failed or lost its worker, to go on from its checkpoint."""
        with self._database.transaction() as session:
            self._require(session, run_id)
            resume(session, Run.id == run_id, self._access)

    def set_learning_rate(self, run_id: int, learning_rate: float) -> None:
        """Change the learning rate from the next step on; raises `DigitLabError` where it is out of range."""
        rate = configure(learning_rate=learning_rate).learning_rate
        with self._database.transaction() as session:
            self._require(session, run_id)
            _want(session, run_id, learning_rate=rate)

    def one_more_epoch(self, run_id: int) -> None:
        """Train one epoch more; a finished run is queued for it. Raises `DigitLabError` for one that was brought in."""
        with self._database.transaction() as session:
            run = self._require(session, run_id)
            if run.imported:
                raise DigitLabError(f"{run.name} was brought in as a file, so there is no training to go on with.")
            self._access.require_room(session, run.owner_id)  # others who take room wait from here on
            session.expire(run)
            run = self._require(session, run_id)
            is_new = run.state == "finished"
            more_bytes = network_bytes(run.config) + is_new * _missing_bytes(run)
            self._access.require_room(session, run.owner_id, runs=int(is_new), more_bytes=more_bytes)
            _want(session, run_id, more_epochs=Control.more_epochs + 1)
            again = update(Run).values(state="queued").returning(Run.id)
            if session.execute(again.where(Run.id == run_id, Run.state == "finished")).first():
                _want(session, run_id, wanted="run")

    def get(self, run_id: int) -> Control | None:
        """What is asked of a run; None where it was deleted."""
        with self._database.transaction() as session:
            self._access.require_to_open_all(session, [run_id])
            return session.get(Control, run_id)

    def _require(self, session: Session, run_id: int) -> Run:
        run = require(session, run_id)
        self._access.require_to_change(run)
        return run


def stop(session: Session, condition: ColumnElement[bool]) -> None:
    """`Controls.stop` for all runs that meet a condition."""
    _want_all(session, condition, "stop")
    session.execute(update(Run).where(condition, Run.state == "queued").values(state="stopped"))


def pause(session: Session, condition: ColumnElement[bool]) -> None:
    """`Controls.pause` for all runs that meet a condition."""
    _want_all(session, condition, "pause")


def resume(session: Session, condition: ColumnElement[bool], access: Access) -> None:
    """`Controls.resume` for all runs that meet a condition; `DigitLabError` where their owner has no room for them."""
    lost = Run.state.in_(ACTIVE) & (func.coalesce(Run.reported, 0) < now() - ALIVE_SECONDS)
    ended = or_(Run.state.in_(("stopped", "failed", "interrupted")), lost)
    for owner_id in session.scalars(select(Run.owner_id).where(condition).distinct()).all():
        access.require_room(session, owner_id)  # others who take room wait from here on
        mine = select(Run).where(condition, ended, Run.owner_id == owner_id).execution_options(populate_existing=True)
        runs = session.scalars(mine).all()
        # Those that lost their worker are in progress, and count with what they will need, already.
        idle = sum(run.state not in IN_PROGRESS for run in runs)
        more_bytes = sum(_missing_bytes(run) for run in runs if run.state in ENDED)
        access.require_room(session, owner_id, runs=idle, more_bytes=more_bytes)
    _want_all(session, condition, "run")
    again = update(Run).where(condition, ended)
    session.execute(again.values(state="queued", error="", log="", attempt=Run.attempt + 1, losses=0))


def _missing_bytes(run: Run) -> int:
    """What the files of a run that has ended will take more, if it is trained further."""
    return max(needed_bytes(run.config) - run.bytes, 0)


def _want_all(session: Session, condition: ColumnElement[bool], wanted: str) -> None:
    runs = select(Run.id).where(condition)
    session.execute(update(Control).where(Control.run_id.in_(runs)).values(wanted=wanted))


def _want(session: Session, run_id: int, **values: Any) -> None:
    session.execute(update(Control).where(Control.run_id == run_id).values(**values))
