"""Buttons of a page in AppTest."""

from streamlit.testing.v1 import AppTest


def press(app: AppTest, label: str) -> AppTest:
    """Press the first button with that label; fails where the page raises."""
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app
