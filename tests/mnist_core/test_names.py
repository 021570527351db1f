"""A name is shown as it is given, in any alphabet, or refused in a sentence; one from elsewhere is made to fit."""

import pytest

from mnist_core import DigitLabError
from mnist_core.names import LONGEST_NAME, checked, shortened, visible
from tests.hostile_names import CONTROLS, REFUSED, SHOWN, each


@each(SHOWN)
def test_a_name_stays_as_it_is_given(name: str) -> None:
    assert checked(name) == shortened(name) == visible(name) == name


@each(REFUSED)
def test_a_name_is_refused_in_a_sentence_that_can_be_shown(name: str) -> None:
    with pytest.raises(DigitLabError, match=r"\AA name [ -~]{20,70}\.\Z"):
        checked(name)


@each(REFUSED)
def test_a_name_from_elsewhere_is_made_to_fit(name: str) -> None:
    assert checked(shortened(name)) == shortened(name)


def test_a_name_is_on_one_line() -> None:
    assert checked(" two\r\n\t lines\u2028and\x85more ") == "two lines and more"


@pytest.mark.parametrize("name", ["", " \n\t", "\u200b\u2060\u200d"])
def test_what_cannot_be_seen_is_no_name(name: str) -> None:
    assert checked(name) == shortened(name) == ""


def test_what_is_left_out_leaves_no_gap_and_what_is_cut_says_so() -> None:
    assert shortened(" \0 Ada\n \u202e \x1b Lovelace ") == "Ada Lovelace"
    assert shortened("\0\u202e") == ""
    assert shortened(200 * "x") == (LONGEST_NAME - 1) * "x" + "…"
    assert shortened("one two", 5) == "one…"
    assert shortened(LONGEST_NAME * "x") == LONGEST_NAME * "x"


@each(CONTROLS)
def test_what_cannot_be_seen_is_shown_as_a_question_mark(name: str) -> None:
    assert visible(name).startswith("a?")
