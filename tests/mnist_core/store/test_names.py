"""Both databases keep any name as it is given, and what could not be kept is refused in a sentence."""

from collections.abc import Callable

import numpy as np
import pytest

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import NewDigit, Store
from tests.hostile_names import CONTROLS, REFUSED, SHOWN

CONFIG = TrainingConfig()
Give = Callable[[Store, str], str]
"""Gives something a name, and returns the name that it has then."""


def create(store: Store, name: str) -> str:
    return store.runs.get(store.runs.create(CONFIG, EMBEDDED, name).id).name


def bring_in(store: Store, name: str) -> str:
    return store.runs.get(store.runs.create_imported(CONFIG, EMBEDDED, name, 0, size=0).id).name


def rename(store: Store, name: str) -> str:
    run = store.runs.create(CONFIG, EMBEDDED)
    store.runs.rename(run.id, name)
    return store.runs.get(run.id).name


def repeat(store: Store, name: str) -> str:
    return store.repeats.get(store.repeats.create("seed variance", [], CONFIG, EMBEDDED, name).id).name


def search(store: Store, name: str) -> str:
    return store.sweeps.get(store.sweeps.create({}, CONFIG, EMBEDDED, name, size=1).id).name


def rename_search(store: Store, name: str) -> str:
    sweep = store.sweeps.create({}, CONFIG, EMBEDDED, size=1)
    store.sweeps.rename(sweep.id, name)
    return store.sweeps.get(sweep.id).name


by_any_way = pytest.mark.parametrize("give", [create, bring_in, rename, repeat, search, rename_search])


@by_any_way
def test_names_come_back_as_they_were_given(give: Give, store: Store) -> None:
    assert [give(store, name) for name in SHOWN.values()] == list(SHOWN.values())


@by_any_way
def test_names_that_cannot_be_kept_are_refused_in_a_sentence(give: Give, store: Store) -> None:
    for name in REFUSED.values():
        with pytest.raises(DigitLabError, match=r"\AA name [ -~]{20,70}\.\Z"):
            give(store, name)


def test_what_read_a_digit_is_kept_with_it_whatever_it_is_called(store: Store) -> None:
    names = [name for kind, name in (SHOWN | CONTROLS).items() if kind != "half a character"]  # which JSON cannot hold
    answers = [{"judge": name, "run": None, "digit": 7, "probability": 0.5} for name in names]
    image = np.zeros(784, np.uint8).tobytes()
    store.digits.add_many([NewDigit.model_validate({"label": 7, "strokes": None, "image": image, "answers": answers})])

    assert [digit.answers for digit in store.digits.all()] == [answers]
