"""Names that people give, in sentences that Streamlit reads as Markdown."""

import re

_MARKDOWN = re.compile(r"([\\`*_\[\]<>$~&=#+-]|:(?=\w)|(?<=\d)[.)](?=\s))")


def escape_markdown(name: str) -> str:
    """The name with what Markdown would take for its own escaped."""
    return _MARKDOWN.sub(r"\\\1", name)
