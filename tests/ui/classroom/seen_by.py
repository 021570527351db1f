"""Open a page as somebody who has logged in."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.store import Person, Store
from ui import login, resources


def log_in(monkeypatch: pytest.MonkeyPatch, store: Store, person: Person) -> None:
    """Let the pages of this test be opened by that person."""
    seen = store.as_seen_by(person)
    monkeypatch.setattr(resources, "person", lambda: person)
    monkeypatch.setattr(resources, "store", lambda: seen)


def sent(app: AppTest) -> str:
    """All that is sent to the browser, tables as text."""
    elements = [str(element.proto) for element in app._tree]
    return "\n".join([*elements, *(table.value.to_csv() for table in app.dataframe)])


__all__ = ["Any", "Callable", "log_in", "login", "sent"]
