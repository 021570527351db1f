"""Teachers see what the class does and set its limits and its leaderboard."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from mnist_core import DigitLabError
from mnist_core.data import EMBEDDED, FULL
from mnist_core.store import Activity, Person, Status, Store
from mnist_core.store.database import insert_into
from mnist_core.store.schema import Run
from tests.mnist_core.class_of_learners import CONFIG, ISSUER, measured, person
from tests.mnist_core.passing_time import pass_time


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """The statements that reach the database."""
    seen = list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    with store.database.transaction() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def of(activities: list[Activity], person: Person) -> Activity:
    return next(activity for activity in activities if activity.person.id == person.id)


def test_each_person_has_the_numbers_of_runs_in_each_state(store: Store, teacher: Person, learner: Person) -> None:
    states: list[Status] = ["queued", "queued", "running", "paused", "failed", "interrupted", "finished", "stopped"]
    for state in states:
        measured(store, learner, None, state)
    store.as_seen_by(learner).runs.create_imported(CONFIG, EMBEDDED, "from elsewhere", 0, size=4_000)
    measured(store, teacher, None)

    activities = store.as_seen_by(teacher).classroom.activities(EMBEDDED)

    assert [activity.person.name for activity in activities] == ["Learner", "Teacher"]
    activity = of(activities, learner)
    assert (activity.waiting, activity.running, activity.failed, activity.finished) == (2, 2, 2, 1)
    assert (activity.runs, of(activities, teacher).runs) == (9, 1)


def test_a_run_that_lost_its_worker_counts_as_failed(store: Store, learner: Person) -> None:
    measured(store, learner, None, "running")
    pass_time(store, 60.0)

    (activity,) = store.classroom.activities(EMBEDDED)

    assert (activity.running, activity.failed) == (0, 1)


def test_the_best_run_is_of_one_data_set_and_says_on_how_many_images(store: Store, learner: Person) -> None:
    measured(store, learner, 0.99, data_set=FULL)
    few = measured(store, learner, 0.95, validation_share=0.05)
    best = measured(store, learner, 0.95)
    measured(store, learner, 0.9)

    (activity,) = store.classroom.activities(EMBEDDED)

    assert activity.best is not None
    assert (activity.best.run_id, activity.best.accuracy, activity.best.validation_images) == (best.id, 0.95, 400)
    assert few.id < best.id  # of the same accuracy the one on more images, not the older one
    assert activity.best.parameters == CONFIG.parameter_count


def test_a_network_from_elsewhere_is_nobodys_best(store: Store, learner: Person) -> None:
    imported = store.as_seen_by(learner).runs.create_imported(CONFIG, EMBEDDED, "from elsewhere", 0, size=4_000)
    with store.database.transaction() as session:
        session.get_one(Run, imported.id).validation_accuracy = 1.0

    assert store.classroom.activities(EMBEDDED)[0].best is None


def test_openings_of_the_test_set_are_seen(store: Store, learner: Person) -> None:
    run = measured(store, learner, 0.9)
    store.as_seen_by(learner).runs.count_test_opening(run.id, EMBEDDED, 0.9)

    assert store.classroom.activities(EMBEDDED)[0].person.test_openings == 1


def test_a_large_class_is_summed_up_in_a_few_queries(store: Store, teacher: Person) -> None:
    people = [person(store, f"Learner {number:03}") for number in range(200)]
    rows = [
        {
            "name": "Run",
            "settings": CONFIG.model_copy(update={"hidden_sizes": (8 + number % 7,)}).model_dump(mode="json"),
            "data_set": EMBEDDED,
            "data_set_size": 4_000,
            "state": "finished",
            "created": 0.0,
            "owner_id": people[number % 200].id,
            "validation_accuracy": (number % 97) / 100,
        }
        for number in range(2_000)
    ]
    with store.database.transaction() as session:
        session.execute(insert_into(session, Run), rows)
    seen = store.as_seen_by(teacher)
    assignment = store.assignments.create("All", EMBEDDED, CONFIG, 0.9, 6_000_000)
    store.classroom.set_leaderboard("names")

    with statements(store) as asked:
        activities = seen.classroom.activities(EMBEDDED)
        progress = seen.assignments.progress_of_learners(assignment.id)
        standings = seen.classroom.leaderboard(EMBEDDED)

    assert (len(activities), len(progress), len(standings)) == (201, 200, 200)
    assert all(activity.runs == 10 and activity.best for activity in activities[:200])
    assert len(asked) <= 9


def test_the_queue_holds_everybodys_runs_and_says_how_many_wait(store: Store, teacher: Person, learner: Person) -> None:
    training = measured(store, learner, None, "paused")
    for owner in (learner, teacher, learner):
        measured(store, owner, None, "queued")
    measured(store, learner, 0.9)

    queue = store.as_seen_by(teacher).classroom.queue(2)

    assert [run.id for run in queue.training] == [training.id]
    assert [run.owner and run.owner.name for run in queue.waiting] == ["Teacher", "Learner"]
    assert queue.waiting_count == 3


def test_limits_are_kept_and_taken_back(store: Store, learner: Person, teacher: Person) -> None:
    classroom = store.as_seen_by(teacher).classroom
    assert (classroom.settings().most_runs, classroom.settings().most_megabytes) == (None, None)

    classroom.set_class_limits(5, 300)
    classroom.set_limits(learner.id, 50, None)
    kept, (of_learner, _) = classroom.settings(), store.people.get_all()
    classroom.set_class_limits(None, None)
    classroom.set_limits(learner.id, None, None)

    assert (kept.most_runs, kept.most_megabytes) == (5, 300)
    assert (of_learner.most_runs, of_learner.most_megabytes) == (50, None)
    assert classroom.settings().most_runs is None
    assert store.people.get_all()[0].most_runs is None


def test_a_limit_changes_no_other_setting(store: Store) -> None:
    store.classroom.set_leaderboard("anonymous")
    store.classroom.set_class_limits(5, None)

    assert (store.classroom.settings().leaderboard, store.classroom.settings().most_runs) == ("anonymous", 5)


def test_limits_that_cannot_be_are_refused(store: Store, learner: Person) -> None:
    with pytest.raises(DigitLabError, match="from 1 on"):
        store.classroom.set_class_limits(0, None)
    with pytest.raises(DigitLabError, match="from 1 on"):
        store.classroom.set_limits(learner.id, None, -1)
    with pytest.raises(DigitLabError, match="nobody with that number"):
        store.classroom.set_limits(learner.id + 1, 1, None)


def test_there_is_no_leaderboard_until_a_teacher_switches_it_on(store: Store, learner: Person) -> None:
    measured(store, learner, 0.9)

    assert store.as_seen_by(learner).classroom.settings().leaderboard == "off"
    assert store.as_seen_by(learner).classroom.leaderboard(EMBEDDED) == []


def test_the_leaderboard_has_learners_only_and_marks_ones_own_place(
    store: Store, learner: Person, teacher: Person
) -> None:
    other = person(store, "Other")
    for owner, accuracy in ((learner, 0.9), (other, 0.95), (teacher, 0.99)):
        measured(store, owner, accuracy)
    measured(store, learner, 0.97, data_set=FULL)
    store.as_seen_by(teacher).classroom.set_leaderboard("names")

    standings = store.as_seen_by(learner).classroom.leaderboard(EMBEDDED)

    assert {(each.name, each.is_own, each.accuracy) for each in standings} == {
        ("Learner", True, 0.9),
        ("Other", False, 0.95),
    }


def test_a_leaderboard_without_names_has_none_but_marks_ones_own_place(
    store: Store, learner: Person, teacher: Person
) -> None:
    measured(store, learner, 0.9)
    measured(store, person(store, "Other"), 0.95)
    store.as_seen_by(teacher).classroom.set_leaderboard("anonymous")

    for seen_by in (learner, teacher):
        standings = store.as_seen_by(seen_by).classroom.leaderboard(EMBEDDED)
        assert [each.name for each in standings] == ["", ""]
        assert [each.is_own for each in standings] == [
            each.accuracy == 0.9 and seen_by is learner for each in standings
        ]


def test_a_person_who_has_logged_in_is_listed_without_runs(store: Store) -> None:
    store.people.sign_in(ISSUER, "1", "Nothing yet")

    (activity,) = store.classroom.activities(EMBEDDED)

    assert (activity.person.name, activity.runs, activity.bytes, activity.best) == ("Nothing yet", 0, 0, None)
