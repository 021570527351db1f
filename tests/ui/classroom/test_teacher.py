"""A teacher sees who trains, waits and failed, stops runs, and sets limits and the leaderboard."""

from collections.abc import Callable
from io import StringIO

import pandas as pd
from streamlit.testing.v1 import AppTest

from mnist_core.data import EMBEDDED
from mnist_core.store import Person, Store
from tests.mnist_core.class_of_learners import ISSUER, measured
from tests.ui.buttons import press
from tests.ui.classroom.conftest import LEARNER, OTHER
from tests.ui.classroom.shown import texts
from tests.ui.markdown import as_shown
from tests.ui.sent import is_sent

Open = Callable[..., AppTest]


def rows(app: AppTest, table: int = 0) -> list[dict[str, object]]:
    return app.dataframe[table].value.to_dict("records")  # type: ignore[no-any-return]


def test_the_overview_says_what_everybody_does(
    open_as: Open, store: Store, teacher: Person, learner: Person, other: Person
) -> None:
    measured(store, learner, 0.9567)
    measured(store, learner, None, "queued")
    measured(store, other, None, "failed")
    measured(store, other, None, "running")

    app = open_as(teacher)

    assert "**3** have logged in: **1** train, **1** wait, and of **1** a run has failed" in texts(app)
    assert f"on {EMBEDDED}" in texts(app)
    of_other, _, of_learner = rows(app)
    assert (of_learner["Name"], of_learner["Waiting"], of_learner["Finished"]) == (LEARNER, 1, 1)
    assert (of_learner["Best validation accuracy in %"], of_learner["Validation images"]) == (95.67, 400)
    assert (of_other["Name"], of_other["Running"], of_other["Failed"]) == (OTHER, 1, 1)
    assert pd.isna(of_other["Best validation accuracy in %"])


def test_the_overview_is_a_file_that_names_the_data_set(
    open_as: Open, store: Store, teacher: Person, learner: Person, other: Person, files: dict[str, str]
) -> None:
    measured(store, learner, 0.9567)

    open_as(teacher)

    table = pd.read_csv(StringIO(files["class.csv"]))
    of_learner = table[table["Name"] == LEARNER].iloc[0]
    assert (of_learner["Best validation accuracy in %"], of_learner["data_set"]) == (95.67, EMBEDDED)
    assert len(table) == 3


def test_the_queue_is_listed_with_owners(
    open_as: Open, store: Store, teacher: Person, learner: Person, other: Person
) -> None:
    measured(store, learner, None, "running")
    measured(store, learner, None, "queued")
    measured(store, other, None, "queued")

    app = open_as(teacher, **{"class-part": "Queue"})

    assert "1 in training, 2 waiting" in texts(app)
    assert [(row["Place"], row["Owner"], row["Status"]) for row in rows(app)] == [
        ("", LEARNER, "running"),
        ("1", OTHER, "queued"),
        ("2", LEARNER, "queued"),
    ]


def test_chosen_runs_are_stopped(open_as: Open, store: Store, teacher: Person, learner: Person, other: Person) -> None:
    runs = [measured(store, owner, None, "queued") for owner in (learner, learner, other)]
    app = open_as(teacher, "pages/data.py")
    app.session_state["queue-chosen"] = [runs[0].id, runs[2].id]
    app.query_params["class-part"] = "Queue"
    app.switch_page("pages/classroom.py").run()

    press(app, "Stop 2 runs")

    assert [store.runs.get(run.id).status for run in runs] == ["stopped", "queued", "stopped"]
    assert [row["Run"] for row in rows(app)] == [runs[1].name]
    assert next(button for button in app.button if button.label == "Stop").disabled


def test_an_empty_queue_is_said(open_as: Open, teacher: Person) -> None:
    assert "No run is trained, and none waits." in texts(open_as(teacher, **{"class-part": "Queue"}))


def test_limits_are_set_for_everybody_and_for_one(
    open_as: Open, store: Store, teacher: Person, learner: Person
) -> None:
    app = open_as(teacher, **{"class-part": "Limits"})
    assert app.number_input[0].placeholder == "100, as the server's settings say"
    app.number_input(key="Runs in progress at most-class").set_value(5)
    press(app, "Set for everybody")
    app.selectbox(key="limits-person").select(str(learner.id)).run()
    app.number_input(key=f"MB on disk at most-{learner.id}").set_value(9_000)
    press(app, "Set for this person")

    assert store.classroom.settings().most_runs == 5
    assert store.classroom.settings().most_megabytes is None
    assert next(each for each in store.people.get_all() if each.id == learner.id).most_megabytes == 9_000
    assert [row["Name"] for row in rows(app)] == [LEARNER]


def test_the_leaderboard_is_switched_on_and_off(open_as: Open, store: Store, teacher: Person, learner: Person) -> None:
    measured(store, learner, 0.9)
    app = open_as(teacher, **{"class-part": "Leaderboard"})
    assert not app.dataframe

    for mode, has_name in (("anonymous", False), ("names", True)):
        app.segmented_control(key="leaderboard").set_value(mode).run()
        assert store.classroom.settings().leaderboard == mode
        assert is_sent(app, LEARNER) == has_name
        assert rows(app)[0]["Validation accuracy"] == "90.00 %"
        assert f"Leaderboard on {EMBEDDED}" in as_shown(app.main.subheader[0].value)

    app.segmented_control(key="leaderboard").set_value("off").run()
    assert store.classroom.settings().leaderboard == "off"
    assert not app.dataframe


def test_a_large_class_opens(open_as: Open, store: Store, teacher: Person) -> None:
    for number in range(200):
        store.people.sign_in(ISSUER, str(number), f"Learner {number:03}")

    assert len(rows(open_as(teacher))) == 201
