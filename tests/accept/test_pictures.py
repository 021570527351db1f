"""What the product promises of pictures, measured: digits are read, whatever they are on, or refused."""

import json
import os
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray
from torch import nn

from mnist_core.drawing import find_digits, image_file, normalise, thin_strokes
from mnist_core.evaluation import rejection_thresholds
from mnist_core.training import networks
from tests.mnist_core.drawing.made_pictures import DIGIT_KINDS
from tests.mnist_core.drawing.made_rows import ROW_KINDS

pytestmark = [pytest.mark.accept, pytest.mark.full_mnist]

# As it was when pytest started: a folder of pictures, one folder a kind, and what is on them in `expected.json`:
# {"kind/file": "4", or "407" for rows, "?" for what is no digit, "blank" for nothing}.
PICTURES = Path(os.environ.get("MNIST_PICTURES", "nowhere"))
NO_DIGIT = ("?", "blank")

Read: TypeAlias = Callable[[bytes], str]
"""The digits of an image file in the order of reading, "?" for each that the network does not know."""
Outcome: TypeAlias = Literal["right", "unknown", "wrong"]


@pytest.fixture(scope="session")
def read(network: nn.Module, most_perplexity: float) -> Read:
    def probabilities(images: NDArray[np.uint8]) -> NDArray[np.floating]:
        return networks.probabilities(network, "cross_entropy", images)

    def read(content: bytes) -> str:
        picture = image_file.decode(content, "picture")
        found = find_digits(picture, confidence=lambda images: probabilities(images).max(axis=1)).digits
        if not found:
            return ""
        images = [image for digit in found if (image := normalise(thin_strokes(digit))) is not None]
        likely = probabilities(np.stack(images))
        sure = rejection_thresholds.network_is_sure(likely, most_perplexity)
        return "".join(str(row.argmax()) if known else "?" for row, known in zip(likely, sure, strict=True))

    return read


def outcome(answer: str, expected: str) -> Outcome:
    """What an answer is worth: not to know one digit of a row is not to know the row."""
    if answer == expected:
        return "right"
    return "unknown" if answer == "" or "?" in answer else "wrong"


@pytest.fixture(scope="session")
def outcomes(read: Read) -> dict[str, list[Outcome]]:
    """Of the pictures in the folder, those of each kind; those without a digit are a kind of their own."""
    if not (PICTURES / "expected.json").is_file():
        pytest.skip("MNIST_PICTURES names no folder with an expected.json")
    by_kind = defaultdict[str, list[Outcome]](list)
    for name, expected in json.loads((PICTURES / "expected.json").read_text()).items():
        kind = "no digit" if expected in NO_DIGIT else name.split("/")[0]
        by_kind[kind].append(outcome(read((PICTURES / name).read_bytes()), expected))
    return by_kind


@pytest.fixture(scope="session")
def with_digits(outcomes: dict[str, list[Outcome]]) -> dict[str, list[Outcome]]:
    return {kind: of_kind for kind, of_kind in outcomes.items() if kind != "no digit"}


def test_at_least_85_percent_of_the_digits_and_rows_are_read(with_digits: dict[str, list[Outcome]]) -> None:
    assert np.mean([each == "right" for of_kind in with_digits.values() for each in of_kind]) >= 0.85


def test_at_most_3_percent_are_read_wrongly_with_confidence(with_digits: dict[str, list[Outcome]]) -> None:
    assert np.mean([each == "wrong" for of_kind in with_digits.values() for each in of_kind]) <= 0.03


def test_at_least_60_percent_of_each_kind_are_read(with_digits: dict[str, list[Outcome]]) -> None:
    shares = {kind: of_kind.count("right") / len(of_kind) for kind, of_kind in with_digits.items()}

    assert {kind: share for kind, share in shares.items() if share < 0.6} == {}


def test_all_but_one_without_a_digit_are_said_to_have_none(outcomes: dict[str, list[Outcome]]) -> None:
    assert outcomes["no digit"].count("wrong") <= 1


@pytest.mark.parametrize("kind", DIGIT_KINDS)
def test_of_20_made_pictures_of_a_digit_at_least_19_are_read(kind: str, read: Read) -> None:
    answers = {
        number: read(DIGIT_KINDS[kind](np.random.default_rng([7, number]), number % 10).jpeg()) for number in range(20)
    }

    misread = {number: answer for number, answer in answers.items() if answer != str(number % 10)}
    assert len(misread) <= 1, misread


@pytest.mark.parametrize("kind", ROW_KINDS)
def test_of_20_digits_in_made_rows_at_least_19_are_read(kind: str, read: Read) -> None:
    rows = ["4071", "2583", "6994", "1750", "3628"]
    answers = [read(ROW_KINDS[kind](np.random.default_rng([7, place]), row).jpeg()) for place, row in enumerate(rows)]

    correct = sum(a == b for answer, row in zip(answers, rows, strict=True) for a, b in zip(answer, row, strict=False))
    assert correct >= 19, answers
    assert list(map(len, answers)) == list(map(len, rows))
