"""Keeps the end of a page run, which Streamlit loses where the request of a fragment arrives just as the page ends.

The thread of the page has ended then, but the server's event loop has not yet passed on all that it sent: elements,
timers, and that the page has ended. Streamlit begins a new thread for the fragment at once and drops the rest. On a
busy server that happened to every second page run beside polls; seen in Streamlit 1.67, in `AppSession.request_rerun`.
"""

from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

_AGAIN_SECONDS = 0.002
_create = getattr(AppSession, "_create_scriptrunner", None)


def keep() -> None:
    """From now on, the request of a fragment waits until all is passed on of the page that has ended before it.

    A Streamlit that is built otherwise is left as it is.
    """
    if _create is not None:
        AppSession._create_scriptrunner = _create_in_turn  # type: ignore[assignment, method-assign]


def _create_in_turn(session: AppSession, request: RerunData) -> None:
    """Begin a thread for a request; the event loop calls this where the session has none that can take it."""
    if request.fragment_id and session._scriptrunner is not None:  # it has ended, and its last message is on its way
        session._event_loop.call_later(_AGAIN_SECONDS, _take, session, request)
    elif _create is not None:
        _create(session, request)


def _take(session: AppSession, request: RerunData) -> None:
    if session._state == AppSessionState.SHUTDOWN_REQUESTED:
        return
    if session._scriptrunner is None or not session._scriptrunner.request_rerun(request):
        _create_in_turn(session, request)
