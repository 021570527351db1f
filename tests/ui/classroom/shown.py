"""All that the browser is sent, and what of it people read."""

from streamlit.testing.v1 import AppTest


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
