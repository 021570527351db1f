"""What people read on a page."""

from streamlit.testing.v1 import AppTest

from tests.ui.markdown import as_shown


def texts(app: AppTest) -> str:
    """What is said on the page, as it reads."""
    elements = (*app.main.markdown, *app.caption, *app.info, *app.success, *app.warning, *app.error)
    return as_shown("\n".join(str(element.value) for element in elements))
