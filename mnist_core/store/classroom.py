"""What teachers see of their class, and what they set for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from mnist_core import DigitLabError
from mnist_core.store import schema
from mnist_core.store.access import Access
from mnist_core.store.best_runs import VALIDATION_SHARE, BestRun, best_runs
from mnist_core.store.class_settings import THE_CLASS, ClassSettings, Leaderboard
from mnist_core.store.clock import now
from mnist_core.store.database import Database, insert_into
from mnist_core.store.person import Person
from mnist_core.store.queue import next_first
from mnist_core.store.schema import ACTIVE, Run


@dataclass(frozen=True)
class Activity:
    """What a person does: the best run, how many are in which state, and how large they all are."""

    person: Person
    best: BestRun | None
    """On one data set."""
    running: int
    """Paused ones too."""
    waiting: int
    failed: int
    """Those that lost their worker too."""
    finished: int
    runs: int
    """All of them, also those that were stopped or brought in."""
    bytes: int


@dataclass(frozen=True)
class Queue:
    """The runs that are trained, and those that wait, the next one first."""

    training: list[Run]
    waiting: list[Run]
    """The first of them."""
    waiting_count: int
    """How many wait in all."""


@dataclass(frozen=True)
class Standing:
    """A learner's best run among those with as many validation images."""

    owner_id: int
    name: str
    """Empty where the leaderboard is without names."""
    is_own: bool
    """Whether it is of whoever asks."""
    accuracy: float
    validation_images: int


class Classroom:
    """For teachers, except for what the class may know; `DigitLabError` where somebody else asks."""

    def __init__(self, database: Database, access: Access) -> None:
        self._database, self._access = database, access

    def activities(self, data_set: str) -> list[Activity]:
        """What everybody does, by name, each with the best run on the data set of that name."""
        self._access.require_teacher("see what the others do")
        alive = func.coalesce(Run.reported, 0.0) > now() - schema.ALIVE_SECONDS
        active = Run.state.in_(ACTIVE)
        lost = Run.state.in_(("failed", "interrupted")) | (active & ~alive)
        counted = active & alive, Run.state == "queued", lost, (Run.state == "finished") & ~Run.imported
        columns = *(func.count().filter(state) for state in counted), func.count(), func.sum(Run.bytes)
        with self._database.transaction() as session:
            people = session.scalars(select(Person).order_by(Person.name, Person.id)).all()
            rows = session.execute(select(Run.owner_id, *columns).group_by(Run.owner_id))
            counts = {owner: list(map(int, counted)) for owner, *counted in rows}
            best = {run.owner_id: run for run in best_runs(session, Run.data_set == data_set)}
        none = [0] * len(columns)
        return [Activity(person, best.get(person.id), *counts.get(person.id, none)) for person in people]

    def queue(self, most: int) -> Queue:
        """The runs in progress, and `most` of those that wait."""
        self._access.require_teacher("see the queue of all")
        with self._database.transaction() as session:
            training = session.scalars(select(Run).where(Run.state.in_(ACTIVE)).order_by(Run.id)).all()
            next_ones = session.scalars(next_first().limit(most)).all()
            waiting = {run.id: run for run in session.scalars(select(Run).where(Run.id.in_(next_ones)))}
            count = session.scalar(select(func.count()).where(Run.state == "queued")) or 0
            # One may have been deleted since.
            return Queue(list(training), [waiting[run_id] for run_id in next_ones if run_id in waiting], count)

    def settings(self) -> ClassSettings:
        """What holds for the whole class."""
        with self._database.transaction() as session:
            return session.get(ClassSettings, THE_CLASS) or ClassSettings(id=THE_CLASS, leaderboard="off")

    def set_leaderboard(self, leaderboard: Leaderboard) -> None:
        self._access.require_teacher("switch the leaderboard on and off")
        self._set(leaderboard=leaderboard)

    def set_class_limits(self, most_runs: int | None, most_megabytes: int | None) -> None:
        """Limit each person's runs in progress and their disk space in MB; None: as the server's settings say."""
        self._access.require_teacher("change limits")
        self._set(**_limits(most_runs, most_megabytes))

    def set_limits(self, person_id: int, most_runs: int | None, most_megabytes: int | None) -> None:
        """Limit one person's runs in progress and their disk space in MB; None: as for the others."""
        self._access.require_teacher("change limits")
        limited = update(Person).where(Person.id == person_id).values(**_limits(most_runs, most_megabytes))
        with self._database.transaction() as session:
            if session.scalar(limited.returning(Person.id)) is None:
                raise DigitLabError("There is nobody with that number; choose somebody from the list.")

    def leaderboard(self, data_set: str) -> Sequence[Standing]:
        """The learners' best runs on the data set of that name, in no order; none where the leaderboard is off.

        A person has one for each number of validation images, as an accuracy on few of them may be luck.
        """
        mode = self.settings().leaderboard
        if mode == "off":
            return []
        with self._database.transaction() as session:
            learners = session.scalars(select(Person).where(Person.role == "learner"))
            names = {person.id: person.name for person in learners}
            found = best_runs(session, Run.data_set == data_set, per=[Run.data_set_size, VALIDATION_SHARE])
        return [
            Standing(
                run.owner_id,
                names[run.owner_id] if mode == "names" else "",
                run.owner_id == self._access.owner_id,
                run.accuracy,
                run.validation_images,
            )
            for run in found
            if run.owner_id in names
        ]

    def _set(self, **values: Any) -> None:
        with self._database.transaction() as session:
            first = insert_into(session, ClassSettings).values(id=THE_CLASS, **values)
            session.execute(first.on_conflict_do_update(index_elements=[ClassSettings.id], set_=values))


def _limits(most_runs: int | None, most_megabytes: int | None) -> dict[str, int | None]:
    if any(limit is not None and limit < 1 for limit in (most_runs, most_megabytes)):
        raise DigitLabError("A limit is a whole number from 1 on; leave it empty for the usual one.")
    return {"most_runs": most_runs, "most_megabytes": most_megabytes}
