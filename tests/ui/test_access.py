"""Every page, asked for what is somebody else's: one sentence, and nothing of it is sent, not even from a cache."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_core.data import EMBEDDED
from mnist_core.figures.png import data_url
from mnist_core.store import Run, Runs, Store, Sweep
from tests.mnist_core import small_sweeps
from tests.ui.draw.canvas import draw
from tests.ui.draw.test_my_digits import SEVEN
from tests.ui.evaluate.evaluated import WEAK, finished, press
from tests.ui.users import ISSUER, NOBODY, user
from ui import login
from ui.shell import CLASS, HOME, PAGES

OWNER, CLASSMATE, TEACHER = user("owner", "Owner"), user("classmate", "Classmate"), user("teacher", "Teacher")
OUTSIDER = user("outsider", "Outsider")
SETTINGS = WEAK.model_copy(update={"learning_rate": 0.0123})
DIGIT = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
WORDS = ("Sesame", "0.0123", "0.31415", "43.2 %", data_url(DIGIT))
"""Names, settings, curves, results and digits of the owner: none of them is anywhere else."""
TRAIN, SWEEP, EVALUATE = "pages/train.py", "pages/sweep.py", "pages/evaluate.py"
DRAW, RUNS = "pages/draw.py", "pages/runs.py"


@dataclass(frozen=True)
class Belongings:
    """What the owner has."""

    store: Store
    run: Run
    """Finished, with its network and curves."""
    running: Run
    sweep: Sweep

    def fill_in(self, query: dict[str, str]) -> dict[str, str]:
        """An address with the ids in place of their names."""
        ids = {"RUN": str(self.run.id), "RUNNING": str(self.running.id), "SWEEP": str(self.sweep.id)}
        return {key: ",".join(ids.get(part, part) for part in value.split(",")) for key, value in query.items()}


@pytest.fixture
def belongings(store: Store, monkeypatch: pytest.MonkeyPatch) -> Belongings:
    monkeypatch.setenv("MNIST_TEACHERS", "teacher")
    monkeypatch.setenv("MNIST_LEARNERS", "owner, classmate")
    own = store.as_seen_by(store.people.sign_in(ISSUER, "owner", "Owner"))
    own.digits.add(7, DIGIT, None, [])
    store.as_seen_by(store.people.sign_in(ISSUER, "classmate", "Classmate")).digits.add(1, DIGIT.T, None, [])
    finished(store, "Everybody's", WEAK)
    run = finished(own, "Sesame", SETTINGS)
    curves = {"loss": ([1, 2], [0.31415, 0.31415]), "validation_accuracy": ([2], [0.4321])}
    ended = {"step": 2, "steps": 2, "epoch": 1, "final_loss": 0.31415, "validation_accuracy": 0.4321}
    store.workers.report(run, curves, **ended)
    own.repeats.create("seed variance", [(SETTINGS, "Sesame")] * 2, SETTINGS, EMBEDDED, "Sesame repeats")
    own.fine_tuning.create(run, SETTINGS, own.digits.all(), "Sesame tuned")
    sweep = small_sweeps.start(own, small_sweeps.plan(), SETTINGS.model_copy(update={"validation_share": 0.1}))
    own.sweeps.rename(sweep.id, "Sesame sweep")
    small_sweeps.take_next(store)
    running = store.workers.claim("worker", own.runs.create(SETTINGS, EMBEDDED, "Sesame running").id)
    assert running is not None
    store.workers.report(running, curves, **ended | {"steps": 20})
    return Belongings(own, run, running, sweep)


def sent(app: AppTest) -> bytes:
    """All that the browser is sent."""
    protos = [getattr(node, "proto", None) for node in app._tree]
    return b"".join(proto.SerializeToString() for proto in protos if proto is not None)


def words(app: AppTest) -> set[str]:
    """Those of the owner's words that are sent."""
    everything = sent(app)
    return {word for word in WORDS if word.encode() in everything}


def complaints(app: AppTest) -> list[str]:
    return [element.value for element in [*app.error, *app.warning]]


ASKED: list[tuple[str, dict[str, str]]] = [
    (TRAIN, {"run": "RUN"}),
    (TRAIN, {"run": "RUNNING"}),
    (SWEEP, {"sweep": "SWEEP"}),
    (SWEEP, {"sweep-base": "RUN"}),
    (EVALUATE, {"run": "RUN"}),
    (EVALUATE, {"run": "knn", "compared": "RUN"}),
    (EVALUATE, {"run": "RUN", "part": "Seed variance"}),
    (EVALUATE, {"beside": "RUN", "part": "Robustness", "images": "My digits"}),
    (DRAW, {"run": "RUN"}),
    (RUNS, {"runs": "RUN"}),
    (RUNS, {"runs": "RUN,RUNNING"}),
]
"""Addresses that name what is the owner's."""


@pytest.mark.parametrize(("path", "query"), ASKED, ids=str)
def test_an_address_with_somebody_elses_run_shows_one_sentence_and_nothing_of_it(
    path: str, query: dict[str, str], open_page: Callable[..., AppTest], belongings: Belongings
) -> None:
    query = belongings.fill_in(query)
    mine = open_page(path, user=OWNER, **query)
    assert "Sesame" in words(mine)
    assert not complaints(mine)

    others = open_page(path, user=CLASSMATE, **query)

    assert words(others) == set()
    assert len(complaints(others)) == 1, complaints(others)


@pytest.mark.parametrize(("path", "query"), ASKED, ids=str)
def test_a_teacher_opens_what_an_address_names_but_no_digits(
    path: str, query: dict[str, str], open_page: Callable[..., AppTest], belongings: Belongings
) -> None:
    app = open_page(path, user=TEACHER, **belongings.fill_in(query))

    assert "Sesame" in words(app)
    assert data_url(DIGIT) not in words(app)


PLAIN: list[tuple[str, dict[str, str]]] = [
    *((path, {}) for path in PAGES),
    ("pages/knn.py", {"section": "How good is it?"}),
    (DRAW, {"tab": "My digits"}),
    (EVALUATE, {"images": "My digits", "part": "Errors"}),
]


@pytest.mark.parametrize(("path", "query"), PLAIN, ids=str)
@pytest.mark.parametrize("who", [CLASSMATE, TEACHER], ids=["classmate", "teacher"])
def test_without_an_address_nobody_sees_what_is_somebody_elses(
    path: str, query: dict[str, str], who: dict[str, Any], open_page: Callable[..., AppTest], belongings: Belongings
) -> None:
    assert "Sesame" in words(open_page(path, user=OWNER, **query))

    app = open_page(path, user=who, **query)

    assert words(app) <= ({"43.2 %"} if (path, who) == (CLASS, TEACHER) else set())


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", [NOBODY, OUTSIDER], ids=["not logged in", "not a learner"])
def test_who_may_not_use_the_server_sees_nothing(
    path: str, who: dict[str, Any], open_page: Callable[..., AppTest], belongings: Belongings
) -> None:
    asked = belongings.fill_in({"run": "RUN", "runs": "RUN", "sweep": "SWEEP", "compared": "RUN"})
    assert "Sesame" in words(open_page(path, user=OWNER, **asked))

    app = open_page(path, user=who, **asked)

    assert words(app) == set()
    assert not app.sidebar.children
    assert {button.label for button in app.button} <= {"Log in", "Log out"}


def controls(app: AppTest) -> set[str]:
    """What one can press, and the fields that change a run."""
    pressed = [*app.button, *app.get("download_button"), *app.toggle]
    fields = [field.label for field in app.text_input if field.key.startswith("name-")]
    rates = ["New rate" for field in app.selectbox if str(field.key).startswith("new-learning-rate")]
    return {*(control.label for control in pressed), *fields, *rates}


FILES = ("Network", "ONNX", "Metrics", "PyTorch script")
CHANGES: list[tuple[str, dict[str, str], tuple[str, ...]]] = [
    (TRAIN, {"run": "RUNNING"}, ("Pause", "Stop", "One more epoch", "New rate")),
    (TRAIN, {"run": "RUN"}, ("One more epoch", *FILES)),
    (RUNS, {"runs": "RUN"}, ("One more epoch", "Name", "Shared with the class", "Delete for good", *FILES)),
    (EVALUATE, {"run": "RUN"}, ("Open the test set", "Report as HTML")),
]
"""What changes a run or takes it away."""


@pytest.mark.parametrize(("path", "query", "changes"), CHANGES, ids=str)
def test_a_shared_run_is_changed_and_taken_away_by_its_owner_and_teachers_alone(
    path: str,
    query: dict[str, str],
    changes: tuple[str, ...],
    open_page: Callable[..., AppTest],
    belongings: Belongings,
) -> None:
    query = belongings.fill_in(query)
    for run in (belongings.run, belongings.running):
        belongings.store.runs.share(run.id, True)

    mine, teachers, others = (open_page(path, user=who, **query) for who in (OWNER, TEACHER, CLASSMATE))

    assert "Sesame" in words(others)
    assert not complaints(others)
    assert set(changes) <= controls(mine)
    assert set(changes) <= controls(teachers)
    assert not set(changes) & controls(others)
    assert data_url(DIGIT) not in words(others)


def test_a_sweep_is_steered_by_its_owner_and_teachers(
    open_page: Callable[..., AppTest], belongings: Belongings
) -> None:
    query = belongings.fill_in({"sweep": "SWEEP"})

    for who in (OWNER, TEACHER):
        app = open_page(SWEEP, user=who, **query)
        assert {"Pause", "Stop", "Delete for good"} <= controls(app)
        press(app, "Stop")
        assert belongings.store.sweeps.get(belongings.sweep.id).status == "stopped"
        belongings.store.sweeps.resume(belongings.sweep.id)


def test_a_shared_network_reads_drawings_and_its_results_are_shown(
    open_page: Callable[..., AppTest], belongings: Belongings
) -> None:
    belongings.store.runs.share(belongings.run.id, True)
    query = belongings.fill_in({"run": "RUN"})
    press(open_page(EVALUATE, user=OWNER, **query), "Open the test set")

    drawn = draw(open_page(DRAW, user=CLASSMATE, **query), SEVEN)
    evaluated = open_page(EVALUATE, user=CLASSMATE, **query)

    assert "Sesame is" in "".join(element.proto.body for element in drawn.get("html"))
    assert "are read correctly" in "".join(element.value for element in evaluated.markdown)
    assert belongings.store.runs.get(belongings.run.id).test_openings == 1


@pytest.mark.parametrize(
    ("path", "query"), [(path, query) for path, query in ASKED if "SWEEP" not in query.values()], ids=str
)
def test_a_run_that_is_not_shared_any_more_is_gone_for_those_who_looked_at_it(
    path: str, query: dict[str, str], open_page: Callable[..., AppTest], belongings: Belongings
) -> None:
    for run in (belongings.run, belongings.running):
        belongings.store.runs.share(run.id, True)
    app = open_page(path, user=CLASSMATE, **belongings.fill_in(query))
    assert "Sesame" in words(app)

    for run in (belongings.run, belongings.running):
        belongings.store.runs.share(run.id, False)
    app.run()

    assert not app.exception
    assert words(app) == set()
    assert len(complaints(app)) == 1, complaints(app)


def test_the_next_poll_shows_nothing_of_a_run_that_is_not_shared_any_more(
    open_page: Callable[..., AppTest], belongings: Belongings, monkeypatch: pytest.MonkeyPatch
) -> None:
    belongings.store.runs.share(belongings.running.id, True)
    app = open_page(TRAIN, user=CLASSMATE, **belongings.fill_in({"run": "RUNNING"}))
    # A poll runs a part of the page, which has its run from when the page was opened.
    monkeypatch.setattr(Runs, "find", lambda *_: belongings.running)

    belongings.store.runs.share(belongings.running.id, False)
    app.run()

    assert words(app) == set()
    assert "somebody else's and not shared" in complaints(app)[0]


def test_polls_of_the_sidebar_are_not_shared_by_people(
    open_page: Callable[..., AppTest], belongings: Belongings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first call of a poll reads for itself, the following ones may show what others have read."""
    monkeypatch.setattr(st, "fragment", lambda show, **_: lambda: (show(), show()))

    assert "Sesame" in words(open_page(HOME, user=OWNER))
    assert words(open_page(HOME, user=CLASSMATE)) == set()


def test_openings_of_the_test_set_for_neighbours_are_ones_own(
    open_page: Callable[..., AppTest], belongings: Belongings
) -> None:
    press(open_page(EVALUATE, user=OWNER, run="knn"), "Open the test set")

    mine, others = (open_page(EVALUATE, user=who, run="knn") for who in (OWNER, CLASSMATE))

    assert "Open the test set" not in controls(mine)
    assert "Open the test set" in controls(others)
    assert not any("are read correctly" in element.value for element in others.markdown)


@pytest.mark.parametrize(
    ("path", "query", "count"),
    [(TRAIN, {"run": "RUN"}, 4), (EVALUATE, {"run": "RUN"}, 1), (DRAW, {"tab": "My digits"}, 3)],
    ids=str,
)
def test_files_are_made_where_nobody_is_logged_in(
    path: str,
    query: dict[str, str],
    count: int,
    open_page: Callable[..., AppTest],
    belongings: Belongings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = list[Callable[[], bytes | str]]()
    monkeypatch.setattr(st, "download_button", lambda _, make, *__, **___: files.append(make))
    open_page(path, user=OWNER, **belongings.fill_in(query))
    monkeypatch.setattr(login, "is_on", lambda: True)  # on a server it still is, while here the page has ended

    assert [bool(make()) for make in files] == [True] * count
