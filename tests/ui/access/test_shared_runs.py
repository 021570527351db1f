"""A run that is shared by its address: looked at and used by the class, changed by its owner and teachers alone."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.figures.png import data_url
from mnist_core.store import Runs
from tests.ui.access.belongings import (
    ASKED,
    CLASSMATE,
    DIGIT,
    DRAW,
    EVALUATE,
    OWNER,
    RUNS,
    SWEEP,
    TEACHER,
    TRAIN,
    Belongings,
    complaints,
    controls,
    words,
)
from tests.ui.buttons import press
from tests.ui.draw.canvas import draw
from tests.ui.draw.test_my_digits import SEVEN

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
    watched = belongings.store.runs.get(belongings.running.id)
    monkeypatch.setattr(Runs, "find", lambda *_: watched)

    belongings.store.runs.share(belongings.running.id, False)
    app.run()

    assert words(app) == set()
    assert "somebody else's and not shared" in complaints(app)[0]
