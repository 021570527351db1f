"""What Markdown that a page gives to Streamlit shows."""


def as_shown(markdown: str) -> str:
    """The text without what keeps names in it from being read as Markdown."""
    return markdown.replace(":small[]", "").replace("\\", "")
