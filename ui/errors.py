"""Errors that a person can correct, shown as a sentence where they happen."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from mnist_core import DigitLabError
from ui.text import escape_markdown


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show a `DigitLabError` as its sentence and go on after the block."""
    try:
        yield
    except DigitLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
