"""Names of classes, and names that people give, in sentences that Streamlit reads as Markdown."""

import re

from mnist_core.names import visible

_MARKDOWN = re.compile(r"([\\`*_\[\]<>$~&=#+-]|:(?=\w|$)|(?<=\d)[.)](?=\s))")
# Streamlit replaces these also where they are escaped: `->` and the like by arrows and dashes, `:smile:` by an emoji,
# `:material/home:` by an icon, and what looks like an address by a link.
_REPLACED = re.compile(r"(?<=[-<>=~])(?=[-<>=~])|(?<=:)(?=//|[\w/+-]+:)|(?<=www)(?=\.)|(?<=@)(?=\S)", re.IGNORECASE)
_NOTHING = ":small[]"
"""Is shown and copied as nothing, and keeps what is before it apart from what is behind it."""


def with_article(name: str) -> str:
    """The name of a class after its article: `a 7`, `an 8`, `an Ankle boot`."""
    return f"{'an' if name[:1].casefold() in tuple('aeiou8') else 'a'} {name}"


def escape_markdown(name: str) -> str:
    """The name with what Markdown would take for its own escaped, on one line and in one direction of writing."""
    return _NOTHING.join(_MARKDOWN.sub(r"\\\1", part) for part in _REPLACED.split(visible(name)))
