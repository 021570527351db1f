"""The app in AppTest, without worker processes: a page's runs are made in the store by the test."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import streamlit as st
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from mnist_core.jobs.executor import Executor
from mnist_core.store import controls, schema, workers
from tests.ui.users import SECRETS


@pytest.fixture(scope="session", autouse=True)
def packages_are_searched_once() -> Iterator[None]:
    """A server reads the descriptions of all installed packages once; each AppTest reads them anew, in 0.3 s."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session", autouse=True)
def secrets_of_a_developer_are_not_read() -> None:
    config.set_option("secrets.files", [])


@pytest.fixture(autouse=True)
def runs_in_progress_stay_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that a test makes has no worker that reports on it, and on a busy machine a page may take long to open."""
    for module in (schema, controls, workers):
        monkeypatch.setattr(module, "ALIVE_SECONDS", 3_600.0)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open a page by its file, with query parameters; fails where the page raises.

    On a server with login a `user` is given, or a dictionary of somebody who is not logged in.
    """
    monkeypatch.setattr(Executor, "keep_workers", lambda self: None)
    st.cache_resource.clear()  # as in a server that has just started
    st.cache_data.clear()

    def open_file(path: str, *, user: dict[str, Any] | None = None, **query: str) -> AppTest:
        app = AppTest.from_file("../../streamlit_app.py", default_timeout=300)
        if user is not None:
            app.secrets, app.user = SECRETS, user
        if path != "streamlit_app.py":
            app.switch_page(path)
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        return app

    return open_file
