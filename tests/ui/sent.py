"""What a page sends to the browser, whether or not it can be seen there."""

from streamlit.testing.v1 import AppTest


def sent(app: AppTest) -> bytes:
    """All elements of a page, the cells of tables included."""
    protos = [getattr(node, "proto", None) for node in app._tree]
    return b"".join(proto.SerializeToString() for proto in protos if proto is not None)


def is_sent(app: AppTest, text: str) -> bool:
    return text.encode() in sent(app)
