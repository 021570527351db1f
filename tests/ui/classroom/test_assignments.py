"""An assignment is set, its link leads to its settings on Train, and one sees who has done it."""

from collections.abc import Callable
from io import StringIO
from urllib.parse import parse_qsl, urlsplit

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Assignment, Person, Store
from tests.mnist_core.class_of_learners import CONFIG, measured
from tests.ui.buttons import press
from tests.ui.classroom.conftest import LEARNER, OTHER
from tests.ui.classroom.shown import texts
from tests.ui.sent import is_sent

PART = {"class-part": "Assignments"}
Open = Callable[..., AppTest]


@pytest.fixture
def assignment(store: Store) -> Assignment:
    return store.assignments.create("Small *and* good", EMBEDDED, CONFIG, 0.9, 10_000)


def link(app: AppTest) -> dict[str, str]:
    address = urlsplit(app.main.code[0].value)
    assert address.path.endswith("train")
    return dict(parse_qsl(address.query))


def test_an_assignment_is_set_with_the_controls_of_train_and_its_link_shows_them(
    open_as: Open, store: Store, teacher: Person, learner: Person
) -> None:
    app = open_as(
        teacher, "pages/train.py", network="Convolutions first", layers="1", size1="32", epochs="7", validation="20"
    )
    app.query_params["class-part"] = "Assignments"
    app.switch_page("pages/classroom.py").run()
    assert "There is no assignment" not in texts(app)
    app.text_input[0].set_value("  Small network ")
    app.number_input(key="assignment-goal").set_value(98.3)
    app.number_input(key="assignment-parameters").set_value(50_000)
    press(app, "Set the assignment")

    (made,) = store.assignments.all()
    assert (made.title, made.data_set, made.goal_accuracy, made.most_parameters) == (
        "Small network",
        EMBEDDED,
        0.983,
        50_000,
    )
    expected = TrainingConfig(network="cnn", hidden_sizes=(32,), epochs=7, validation_share=0.2)
    assert made.config == expected
    assert "98.3 % validation accuracy on MNIST-5000 with at most 50,000 parameters" in texts(app)
    assert app.text_input[0].value == ""

    address = link(app)
    assert "epochs" in address
    assert "momentum" not in address  # what Train shows at first makes no link longer
    app = open_as(learner, "pages/train.py", **address)
    assert not app.warning
    assert "Small network" in texts(app)
    press(app, "Start training")
    assert store.runs.all()[0].config == expected


def test_an_assignment_is_set_with_the_settings_of_a_run(open_as: Open, store: Store, teacher: Person) -> None:
    run = measured(store, teacher, 0.9, hidden_sizes=(300, 8))  # no control can show 300
    app = open_as(teacher, **PART)
    app.selectbox(key="assignment-base").select(str(run.id)).run()
    app.text_input[0].set_value("As mine")
    press(app, "Set the assignment")

    (made,) = store.assignments.all()
    assert made.config == CONFIG.model_copy(update={"hidden_sizes": (256, 8)})
    app = open_as(teacher, "pages/train.py", **link(app))
    assert not app.warning


def test_what_cannot_be_set_is_said(open_as: Open, store: Store, teacher: Person) -> None:
    app = press(open_as(teacher, **PART), "Set the assignment")

    assert [error.value for error in app.error] == ["An assignment needs a title; type at least one letter."]
    assert store.assignments.all() == []


def test_a_teacher_sees_who_has_done_it_and_takes_that_away(
    open_as: Open,
    store: Store,
    teacher: Person,
    learner: Person,
    other: Person,
    assignment: Assignment,
    files: dict[str, str],
) -> None:
    met = measured(store, learner, 0.9125)

    app = open_as(teacher, **PART)

    assert "**1 of 2** learners have reached it" in texts(app)
    first, second = app.dataframe[0].value.to_dict("records")
    assert (first["Name"], first["Reached"], second["Name"], second["Reached"]) == (OTHER, "no", LEARNER, "yes")
    assert (second["Best validation accuracy in %"], second["Run number"]) == (91.25, met.id)
    table = pd.read_csv(StringIO(files[f"assignment-{assignment.id}.csv"]))
    assert table["Reached"].tolist() == ["no", "yes"]
    assert set(table["data_set"]) == {EMBEDDED}


def test_an_assignment_is_deleted(open_as: Open, store: Store, teacher: Person, assignment: Assignment) -> None:
    app = press(open_as(teacher, **PART, **{"class-assignment": str(assignment.id)}), "Delete for good")

    assert store.assignments.all() == []
    assert not app.warning
    assert not app.main.code


def test_a_learner_sees_each_assignment_with_its_link_and_whether_it_is_done(
    open_as: Open,
    store: Store,
    learner: Person,
    other: Person,
    assignment: Assignment,
) -> None:
    measured(store, other, 0.99)
    assert "No run of yours counts for it yet" in texts(open_as(learner))

    near = measured(store, learner, 0.89)
    assert f"Not there yet: {near.name} has 89.0 % on 400 validation images." in texts(open_as(learner))

    met = measured(store, learner, 0.9)
    app = open_as(learner)
    assert f"You have done it: {met.name} has 90.0 % on 400 validation images." in texts(app)
    assert "**Small \\*and\\* good**" in app.success[0].value
    (to_train,) = [each.proto for each in app.main.get("page_link") if each.proto.page == "train"]
    assert f"assignment={assignment.id}" in to_train.query_string
    assert "hidden" not in texts(app)
    assert not is_sent(app, OTHER)


def test_train_says_the_goal_and_whether_it_is_met(
    open_as: Open, store: Store, learner: Person, assignment: Assignment
) -> None:
    assert not open_as(learner, "pages/train.py").main.info[0].value.startswith("**Small")

    app = open_as(learner, "pages/train.py", assignment=str(assignment.id))
    assert "Small *and* good**: reach 90 % validation accuracy" in texts(app)
    measured(store, learner, 0.95)
    app.run()

    assert "You have done it" in texts(app)
    app.switch_page("pages/runs.py").run()
    app.switch_page("pages/train.py").run()
    assert "You have done it" in texts(app)


def test_train_says_where_there_is_no_such_assignment(open_as: Open, learner: Person) -> None:
    app = open_as(learner, "pages/train.py", assignment="7")

    assert [warning.value for warning in app.warning] == ["There is no assignment 7; it may have been deleted."]
