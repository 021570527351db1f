"""The digits found in pictures of many kinds are those that were written, whole and without what is around them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.drawing import find_digits, image_file, normalise, thin_strokes
from tests.mnist_core.drawing.made_pictures import DIGIT_KINDS
from tests.mnist_core.drawing.made_rows import BLANK_KINDS, ROW_KINDS
from tests.mnist_core.drawing.made_sheets import Photo

ALIKE = 0.8
"""Least correlation of what is found with what was written; blurred and very small digits reach 0.86, others 0.97."""


def likeness(found: NDArray[np.number], written: NDArray[np.number]) -> float:
    """Correlation of two digits as a network sees them, at the best of the shifts by one pixel of a rounded centre."""
    first, second = normalise(thin_strokes(found)), normalise(thin_strokes(written))
    assert first is not None
    assert second is not None
    moves = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return max(float(np.corrcoef(np.roll(first, move, (0, 1)).ravel(), second.ravel())[0, 1]) for move in moves)


def digits_in(photo: Photo) -> list[NDArray[np.number]]:
    return find_digits(image_file.decode(photo.jpeg(), "photo")).digits


@pytest.mark.parametrize("number", [0, pytest.param(1, marks=pytest.mark.accept)])
@pytest.mark.parametrize("kind", DIGIT_KINDS)
def test_a_digit_is_found_as_it_was_written(kind: str, number: int) -> None:
    place = list(DIGIT_KINDS).index(kind)
    photo = DIGIT_KINDS[kind](np.random.default_rng([place, number]), (place + 5 * number) % 10)

    [found] = digits_in(photo)

    assert likeness(found, photo.digits[0]) >= ALIKE


@pytest.mark.parametrize("digits", ["2716", "580394"])
@pytest.mark.parametrize("kind", ROW_KINDS)
def test_the_digits_of_rows_are_found_in_the_order_of_reading(kind: str, digits: str) -> None:
    photo = ROW_KINDS[kind](np.random.default_rng(1), digits)

    found = digits_in(photo)

    assert len(found) == len(digits)
    assert min(likeness(*pair) for pair in zip(found, photo.digits, strict=True)) >= ALIKE


@pytest.mark.parametrize("kind", BLANK_KINDS)
def test_paper_without_a_digit_has_none(kind: str) -> None:
    assert digits_in(BLANK_KINDS[kind](np.random.default_rng(2))) == []
