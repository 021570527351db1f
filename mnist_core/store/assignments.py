"""What teachers ask of the class, and who has done it."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.names import checked
from mnist_core.store.access import Access
from mnist_core.store.assignment import Assignment
from mnist_core.store.best_runs import ARCHITECTURE, VALIDATION_SHARE, BestRun, best_runs
from mnist_core.store.clock import now
from mnist_core.store.database import Database
from mnist_core.store.person import Person
from mnist_core.store.schema import Run


@dataclass(frozen=True)
class Progress:
    """How far a person is with an assignment."""

    best: BestRun | None
    """The best run that counts for it; None where none does."""
    is_met: bool


class Assignments:
    """Assignments are made and deleted by teachers, and read by everybody.

    `DigitLabError` where there is none with that id, and where one may not do that.
    """

    def __init__(self, database: Database, access: Access) -> None:
        self._database, self._access = database, access

    def create(
        self,
        title: str,
        data_set: str,
        config: TrainingConfig,
        goal_accuracy: float,
        most_parameters: int | None = None,
    ) -> Assignment:
        """Ask the class to start from `config` on a data set and to reach a validation accuracy, 0 to 1.

        The network may have at most so many parameters, and a run counts only if it holds out as large a share of the
        images for validation as `config`, since an accuracy on few of them may be luck.
        """
        self._access.require_teacher("set assignments")
        if not checked(title):
            raise DigitLabError("An assignment needs a title; type at least one letter.")
        if not config.validation_share:
            raise DigitLabError("These settings hold out no images for validation; choose a validation share above 0.")
        if not 0 < goal_accuracy <= 1:
            raise DigitLabError("The validation accuracy to reach is above 0 and at most 100 %; choose another one.")
        if most_parameters is not None and most_parameters < 1:
            raise DigitLabError("A network has at least 1 parameter; allow more, or leave it empty for any number.")
        with self._database.transaction() as session:
            assignment = Assignment(
                created=now(),
                title=checked(title),
                data_set=data_set,
                settings=config.model_dump(mode="json"),
                goal_accuracy=goal_accuracy,
                most_parameters=most_parameters,
            )
            session.add(assignment)
            session.flush()
            session.refresh(assignment)
            return assignment

    def all(self) -> list[Assignment]:
        """All assignments, newest first."""
        with self._database.transaction() as session:
            return list(session.scalars(select(Assignment).order_by(Assignment.id.desc())))

    def delete(self, assignment_id: int) -> None:
        """Remove an assignment; the runs for it stay."""
        self._access.require_teacher("delete assignments")
        with self._database.transaction() as session:
            session.delete(_require(session, assignment_id))

    def progress_of_learners(self, assignment_id: int) -> list[tuple[Person, Progress]]:
        """How far each learner is, by name."""
        self._access.require_teacher("see how far the others are")
        with self._database.transaction() as session:
            learners = session.scalars(select(Person).where(Person.role == "learner").order_by(Person.name, Person.id))
            people = learners.all()
            assignment = _require(session, assignment_id)
            runs_of = defaultdict[int, list[BestRun]](list)
            for run in _counting(session, assignment):
                runs_of[run.owner_id].append(run)
        return [(person, _progress(assignment, runs_of[person.id])) for person in people]

    def own_progress(self, assignment_id: int) -> Progress:
        """How far one is oneself."""
        with self._database.transaction() as session:
            assignment = _require(session, assignment_id)
            return _progress(assignment, _counting(session, assignment, self._access.mine(Run)))


def _counting(session: Session, assignment: Assignment, *conditions: ColumnElement[bool]) -> list[BestRun]:
    """The runs that count for an assignment, of each owner the best at least."""
    counts = Run.data_set == assignment.data_set, assignment.config.validation_share <= VALIDATION_SHARE, *conditions
    most = assignment.most_parameters
    if most is None:
        return best_runs(session, *counts)
    return [run for run in best_runs(session, *counts, per=ARCHITECTURE) if run.parameters <= most]


def _progress(assignment: Assignment, runs: list[BestRun]) -> Progress:
    best = max(runs, key=lambda run: run.rank, default=None)
    return Progress(best, best is not None and best.accuracy >= assignment.goal_accuracy)


def _require(session: Session, assignment_id: int) -> Assignment:
    assignment = session.get(Assignment, assignment_id)
    if assignment is None:
        raise DigitLabError("There is no such assignment any more; see the Class page for those that there are.")
    return assignment
