"""Teachers set goals, and it is seen who has met them; a run counts only if it keeps to what is asked."""

from typing import Any

import numpy as np
import pytest

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, FULL
from mnist_core.store import Assignment, Person, Store
from tests.mnist_core.class_of_learners import CONFIG, measured, person


@pytest.fixture
def assignment(store: Store, teacher: Person) -> Assignment:
    return store.as_seen_by(teacher).assignments.create("Small", EMBEDDED, CONFIG, 0.9, 10_000)


def test_an_assignment_comes_back_as_it_was_made(store: Store, learner: Person, assignment: Assignment) -> None:
    store.assignments.create("  No  limit ", FULL, CONFIG, 0.983)

    newest, first = store.as_seen_by(learner).assignments.all()

    assert (newest.title, newest.data_set, newest.config, newest.most_parameters) == ("No limit", FULL, CONFIG, None)
    assert first.id == assignment.id
    assert newest.goal == "98.3 % validation accuracy on MNIST, measured on at least 10 % of the training images"
    assert first.goal.startswith("90 % validation accuracy on MNIST-5000 with at most 10,000 parameters, ")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": " "}, "needs a title"),
        ({"title": "x" * 61}, "at most 60 letters"),
        ({"config": TrainingConfig()}, "hold out no images"),
        ({"goal_accuracy": 1.01}, "at most 100 %"),
        ({"goal_accuracy": 0.0}, "at most 100 %"),
        ({"most_parameters": 0}, "at least 1 parameter"),
    ],
)
def test_an_assignment_that_nobody_could_meet_is_refused(store: Store, values: dict[str, Any], sentence: str) -> None:
    possible = {"title": "Small", "data_set": EMBEDDED, "config": CONFIG, "goal_accuracy": 0.9}
    with pytest.raises(DigitLabError, match=sentence):
        store.assignments.create(**possible | values)

    assert store.assignments.all() == []


def test_who_has_met_it_and_how_near_the_others_are(
    store: Store, teacher: Person, learner: Person, assignment: Assignment
) -> None:
    other = person(store, "Other")
    person(store, "Without a run")
    met = measured(store, learner, 0.9)
    measured(store, other, 0.5)
    near = measured(store, other, 0.899)
    measured(store, teacher, 0.99)

    progress = store.as_seen_by(teacher).assignments.progress_of_learners(assignment.id)

    assert [(each.name, of.best and of.best.run_id, of.is_met) for each, of in progress] == [
        ("Learner", met.id, True),
        ("Other", near.id, False),
        ("Without a run", None, False),
    ]


@pytest.mark.parametrize(
    "run",
    [
        {"hidden_sizes": (16,)},  # 12,730 parameters
        {"network": "cnn", "hidden_sizes": (8,)},
        {"validation_share": 0.05},
        {"data_set": FULL},
    ],
    ids=str,
)
def test_a_run_that_does_not_keep_to_it_does_not_count(
    store: Store, learner: Person, assignment: Assignment, run: dict[str, Any]
) -> None:
    measured(store, learner, 0.99, **run)
    counts = measured(store, learner, 0.3)

    own = store.as_seen_by(learner).assignments.own_progress(assignment.id)

    assert own.best is not None
    assert (own.best.run_id, own.is_met) == (counts.id, False)


@pytest.mark.parametrize("run", [{"hidden_sizes": ()}, {"validation_share": 0.2}, {"seed": 5, "epochs": 9}], ids=str)
def test_other_settings_are_free(store: Store, learner: Person, assignment: Assignment, run: dict[str, Any]) -> None:
    measured(store, learner, 0.95, **run)

    assert store.as_seen_by(learner).assignments.own_progress(assignment.id).is_met


def test_a_network_from_elsewhere_meets_nothing(store: Store, learner: Person, assignment: Assignment) -> None:
    seen = store.as_seen_by(learner)
    imported = seen.runs.create_imported(CONFIG, EMBEDDED, "from elsewhere", 0, size=4_000)
    store.workers.report(imported, {}, validation_accuracy=1.0)

    assert seen.assignments.own_progress(assignment.id).best is None


def test_nor_does_a_run_that_goes_on_with_one_even_where_that_was_deleted(
    store: Store, learner: Person, assignment: Assignment
) -> None:
    seen = store.as_seen_by(learner)
    digits = [seen.digits.add(7, np.zeros((28, 28), np.uint8), None, [])]
    run = seen.runs.create_imported(CONFIG, EMBEDDED, "from elsewhere", 0, size=4_000)
    for _ in range(2):
        parent, run = run, seen.fine_tuning.create(run, CONFIG, digits)
        claimed = store.workers.claim("worker")
        assert claimed is not None
        store.workers.report(claimed, {}, state="finished", validation_accuracy=1.0)
        seen.runs.delete(parent.id)

    assert seen.runs.get(run.id).testing == "may have been opened"
    assert seen.assignments.own_progress(assignment.id).best is None


def test_ones_own_progress_is_ones_own(store: Store, learner: Person, assignment: Assignment) -> None:
    measured(store, person(store, "Other"), 0.95)

    assert store.as_seen_by(learner).assignments.own_progress(assignment.id).best is None


def test_without_login_every_run_is_ones_own(store: Store, learner: Person, assignment: Assignment) -> None:
    measured(store, learner, 0.8)
    best = store.runs.create(CONFIG, EMBEDDED, state="running")
    store.workers.report(best, {}, state="finished", validation_accuracy=0.95)

    own = store.assignments.own_progress(assignment.id)

    assert own.best is not None
    assert (own.best.run_id, own.is_met) == (best.id, True)


def test_settings_from_before_a_hyperparameter_count_with_its_default(
    store: Store, learner: Person, assignment: Assignment
) -> None:
    run = measured(store, learner, 0.95, hidden_sizes=(256, 64))
    with store.database.transaction() as session:
        stored = session.get_one(type(run), run.id)
        stored.settings = {"validation_share": 0.1}

    assert store.as_seen_by(learner).assignments.own_progress(assignment.id).best is None
    allowed = store.assignments.create("Large", EMBEDDED, CONFIG, 0.9, TrainingConfig().parameter_count)
    assert store.as_seen_by(learner).assignments.own_progress(allowed.id).is_met


def test_a_deleted_assignment_is_gone_and_its_number_is_not_used_again(
    store: Store, teacher: Person, assignment: Assignment
) -> None:
    assignments = store.as_seen_by(teacher).assignments
    assignments.delete(assignment.id)

    assert assignments.all() == []
    for act in (assignments.delete, assignments.own_progress, assignments.progress_of_learners):
        with pytest.raises(DigitLabError, match="no such assignment any more"):
            act(assignment.id)
    assert assignments.create("Next", EMBEDDED, CONFIG, 0.9).id > assignment.id
