"""All that the browser is sent, and what of it people read."""

from streamlit.testing.v1 import AppTest

from tests.ui.markdown import as_shown


def is_sent(app: AppTest, text: str) -> bool:
    """Whether the text is in any element, the cells of tables included."""
    elements = [*app.main, *app.sidebar]
    return any(text.encode() in element.proto.SerializeToString() for element in elements if element.proto is not None)


def texts(app: AppTest) -> str:
    """What is said on the page, as it reads."""
    elements = (*app.main.markdown, *app.caption, *app.info, *app.success, *app.warning, *app.error)
    return as_shown("\n".join(str(element.value) for element in elements))
