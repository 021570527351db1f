"""What the browser is told of the sidebar while no page runs: what is written by itself, and when it is shown anew."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.jobs.executor import Executor
from mnist_core.store import Store
from mnist_core.store.runs import Runs
from tests.mnist_core.class_of_learners import ISSUER
from tests.ui.users import user
from tests.ui.watched_state import state_of
from ui import polling, resources
from ui.shell import HOME


@pytest.fixture(autouse=True)
def nothing_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here, each request comes later than those that would share what was read."""
    monkeypatch.setattr(polling, "read_shared", lambda key, seconds, read: read())


def test_how_far_runs_are_is_told_and_who_ends_or_begins_has_the_sidebar_shown_anew(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    run = store.runs.create(TrainingConfig(), "MNIST-5000", state="running")
    store.runs.create(TrainingConfig(), "MNIST-5000")
    app = open_page(HOME)
    first = state_of(app)
    assert first["texts"] == {"sidebar-run-1": ": 0%", "sidebar-run-2": ": queued"}

    store.workers.report(run, {}, step=50, steps=100)
    later = state_of(app)
    assert later == first | {"texts": {"sidebar-run-1": ": 50%", "sidebar-run-2": ": queued"}}

    store.control.stop(2)
    ended = state_of(app)
    assert ended["texts"] == {"sidebar-run-1": ": 50%"}
    assert ended["version"] != first["version"]

    store.runs.rename(1, "Another name")
    assert state_of(app)["version"] not in (first["version"], ended["version"])


def test_the_device_and_what_keeps_workers_away_have_it_shown_anew(
    open_page: Callable[..., AppTest], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(HOME)
    versions = [state_of(app)["version"]]

    store.workers.announce("one", {"name": "CPU", "reason": "no NVIDIA driver", "memory": 0, "threads": 2,
                       "torch_version": "2.14.1", "build": "CPU"})  # fmt: skip
    versions.append(state_of(app)["version"])
    monkeypatch.setattr(Executor, "trouble", "No Ray head answers at 127.0.0.1:6379.")
    versions.append(state_of(app)["version"])

    assert len(set(versions)) == 3
    assert state_of(app)["version"] == versions[2]


def test_a_store_that_cannot_be_read_for_a_while_is_said_and_then_all_is_shown_again(
    open_page: Callable[..., AppTest], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.runs.create(TrainingConfig(), "MNIST-5000", "First steps", state="running")
    app = open_page(HOME)
    first = state_of(app)

    def fail(_: Runs) -> None:
        raise DigitLabError("The database cannot be reached.")

    with monkeypatch.context() as outage:
        outage.setattr(Runs, "in_progress", fail)
        assert state_of(app)["version"] != first["version"]
        app.run()
        assert [error.value for error in app.sidebar.error] == ["The database cannot be reached."]
        during = state_of(app)
    assert state_of(app) == first != during

    app.run()
    assert not app.sidebar.error
    assert run.name in [link.proto.label for link in app.sidebar.get("page_link")]


def test_where_the_sidebar_cannot_be_shown_it_is_tried_again(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Executor:
        raise DigitLabError("The cluster cannot be used.")

    monkeypatch.setattr(resources, "executor", fail)

    app = open_page(HOME)

    assert [error.value for error in app.sidebar.error] == ["The cluster cannot be used."]
    assert state_of(app)["version"] == ""  # which is none that can be shown


def test_workers_are_kept_as_long_as_a_page_is_open(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(HOME)
    kept: list[Executor] = []
    monkeypatch.setattr(Executor, "keep_workers", lambda self: kept.append(self))

    state_of(app)

    assert len(kept) == 1


def test_the_end_of_a_login_has_the_page_shown_anew_and_nothing_is_told_any_more(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    person = store.people.sign_in(ISSUER, "17", "One", teacher=False)
    store.as_seen_by(person).runs.create(TrainingConfig(), "MNIST-5000", state="running")
    who = user("17")
    app, other_tab = (open_page(HOME, user=who) for _ in range(2))
    first = state_of(other_tab)
    assert "sidebar-run-1" in first["texts"]

    app.button(key="log-out").click().run()

    ended = state_of(other_tab)
    assert ended["version"] != first["version"]
    assert ended["texts"] == {}
