"""Names that people give, and those that files and other services bring: what may be in them, how they are shown."""

import re
import unicodedata

from mnist_core import DigitLabError

LONGEST_NAME = 60
"""Letters of a name."""
# Control characters and line separators; marks that turn the direction of writing for whatever follows on the line
# (Unicode Standard Annex 9, sections 2.1 to 2.5); halves of characters, which cannot be written as UTF-8. PostgreSQL
# cannot store the first of them at all.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def checked(name: str) -> str:
    """A name on one line as it was given, in any alphabet; empty where nothing of it can be seen.

    Raises `DigitLabError` where it is too long, or has a character in it that nobody sees but that changes how others
    are shown or stored.
    """
    line = " ".join(name.split())
    if unfit := _UNFIT.search(line):
        raise DigitLabError(f"A name cannot hold the control character U+{ord(unfit[0]):04X}; type it without.")
    if len(line) > LONGEST_NAME:
        raise DigitLabError(f"A name has at most {LONGEST_NAME} letters; this one has {len(line):,}.")
    return line if any(unicodedata.category(letter) != "Cf" for letter in line) else ""


def shortened(name: str, longest: int = LONGEST_NAME) -> str:
    """A name from elsewhere, which nobody here can correct, as `checked` would take it: of at most so many letters.

    What `checked` refuses is left out. Empty where nothing is left.
    """
    line = " ".join(_UNFIT.sub("", " ".join(name.split())).split())
    return checked(line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…")


def visible(text: str) -> str:
    """A text of one line, such as a file's name, with a question mark for each character that `checked` refuses."""
    return _UNFIT.sub("?", text)
