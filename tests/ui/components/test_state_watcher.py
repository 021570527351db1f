"""A browser asks for the state of its own session only, below the path that the server has."""

from starlette.routing import Match
from streamlit.testing.v1 import AppTest

from tests.ui.watched_state import answer_to, state_of
from ui.components import state_watcher


def watching(version: str) -> AppTest:
    """A session that watches a state of that version."""

    def script(version: str) -> None:
        from ui.components import state_watcher

        state = version, {"run-1": ": 7%"}
        state_watcher.watch(lambda: state, state, seconds=10.0, longest=30.0)

    app = AppTest.from_function(script, args=(version,)).run()
    assert not app.exception
    return app


def test_each_session_is_told_its_own_state() -> None:
    sessions = [watching(version) for version in ("one", "two")]

    assert [state_of(session) for session in sessions] == [
        {"version": version, "texts": {"run-1": ": 7%"}} for version in ("one", "two")
    ]


def test_who_is_no_session_is_told_nothing() -> None:
    watching("one")

    assert answer_to("") is None
    assert answer_to("guessed") is None


def test_it_is_asked_for_below_the_servers_path() -> None:
    def answers(base_path: str, path: str) -> bool:
        match, _ = state_watcher.route(base_path).matches({"type": "http", "method": "GET", "path": path})
        return match == Match.FULL

    assert answers("", "/state")
    assert all(answers(path, "/digits/state") for path in ("digits", "/digits", "digits/", "/digits/"))
    assert answers("school/digits", "/school/digits/state")
    assert not answers("digits", "/state")
