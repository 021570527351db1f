"""Open pages as somebody who has logged in, and see all that the browser is sent."""

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.store import Person, Store
from ui import resources


def log_in(monkeypatch: pytest.MonkeyPatch, store: Store, person: Person) -> None:
    """Let the pages of this test be opened by that person."""
    seen = store.as_seen_by(person)
    monkeypatch.setattr(resources, "person", lambda: person)
    monkeypatch.setattr(resources, "store", lambda: seen)


def is_sent(app: AppTest, text: str) -> bool:
    """Whether the text is in any element, the cells of tables included."""
    elements = [*app.main, *app.sidebar]
    return any(text.encode() in element.proto.SerializeToString() for element in elements if element.proto is not None)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    """What is said on the page, as it reads."""
    elements = (*app.main.markdown, *app.caption, *app.info, *app.success, *app.warning, *app.error)
    return "\n".join(str(element.value) for element in elements).replace("\\", "")
