"""One's own digits are kept once each, with a label from 0 to 9 and what they were taken for."""

import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from mnist_core import DigitLabError
from mnist_core.store import Answer, NewDigit, Store

STROKES = [[[10.5, 20.0], [30.0, 200.25]], [[5.0, 5.0]]]
ANSWERS: list[Answer] = [
    {"judge": "Run 3", "run": 3, "digit": 7, "probability": 0.952},
    {"judge": "Nearest neighbours", "run": None, "digit": None, "probability": 0.4},
]


def image(seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (28, 28)).astype(np.uint8)


def add(store: Store, seed: int, label: int = 7) -> int:
    return store.digits.add(label, image(seed), None, []).id


def new(seed: int, label: int = 7, created: float | None = None) -> NewDigit:
    return NewDigit(label=label, strokes=None, image=image(seed).tobytes(), created=created)


def labels(store: Store) -> dict[int, int]:
    return {digit.id: digit.label for digit in store.digits.all()}


def test_a_digit_comes_back_as_it_was_added_also_from_another_store(store: Store) -> None:
    added = store.digits.add(7, image(0), STROKES, ANSWERS)

    (found,) = Store(store.folder, store.database_url).digits.all()

    assert (found.id, found.label, found.strokes, found.answers) == (added.id, 7, STROKES, ANSWERS)
    np.testing.assert_array_equal(found.pixels, image(0))
    assert (found.pixels.shape, found.pixels.dtype) == ((28, 28), np.uint8)
    assert found.checksum == hashlib.md5(image(0).tobytes()).hexdigest()
    assert found.created == added.created


def test_a_photographed_digit_has_no_strokes(store: Store) -> None:
    assert store.digits.add(1, image(0), None, []).strokes is None
    assert store.digits.all()[0].strokes is None


def test_numbers_of_numpy_are_kept_as_plain_ones(store: Store) -> None:
    answer: Answer = {"judge": "x", "run": None, "digit": np.int64(4), "probability": np.float32(0.5)}  # type: ignore[typeddict-item]
    store.digits.add(np.int64(4), image(0), [[(np.float64(1), np.float64(2))]], [answer])  # type: ignore[arg-type]

    (found,) = store.digits.all()
    assert (found.label, found.strokes) == (4, [[[1, 2]]])
    assert found.answers == [{"judge": "x", "run": None, "digit": 4, "probability": 0.5}]


def test_the_same_image_is_kept_once_and_takes_the_new_label(store: Store) -> None:
    first = store.digits.add(1, image(0), STROKES, ANSWERS)
    again = store.digits.add(7, image(0), None, [])

    assert (again.id, again.label, again.strokes, again.answers) == (first.id, 7, STROKES, ANSWERS)
    assert labels(store) == {first.id: 7}


def test_digits_are_listed_newest_first_by_the_time_they_were_first_stored(store: Store) -> None:
    store.digits.add_many([new(0, label=0, created=100.0), new(1, label=1, created=300.0), new(2, 2, created=200.0)])
    add(store, 3, label=3)

    assert [digit.label for digit in store.digits.all()] == [3, 1, 2, 0]


def test_many_are_imported_at_once_and_those_that_are_new_are_counted(store: Store) -> None:
    known = add(store, 0, label=1)

    assert store.digits.add_many([new(0, label=2), new(1, label=3), new(1, label=4), new(2, label=5)]) == 2
    assert sorted(labels(store).values()) == [2, 4, 5]
    assert labels(store)[known] == 2
    assert store.digits.add_many([]) == 0


def test_an_import_with_one_wrong_label_stores_nothing(store: Store) -> None:
    with pytest.raises(DigitLabError, match="10"):
        store.digits.add_many([new(0), new(1, label=10)])

    assert store.digits.all() == []


@pytest.mark.parametrize("label", [-1, 10])
def test_a_label_that_is_no_digit_is_one_sentence_and_changes_nothing(label: int, store: Store) -> None:
    digit = add(store, 0)
    sentence = rf"^A label of {label} [^\n]* from 0 to 9\.$"

    with pytest.raises(DigitLabError, match=sentence):
        add(store, 1, label)
    with pytest.raises(DigitLabError, match=sentence):
        store.digits.relabel([digit], label)

    assert labels(store) == {digit: 7}


def test_only_the_chosen_digits_are_relabelled(store: Store) -> None:
    first, second, third = (add(store, seed) for seed in range(3))
    store.digits.relabel([first, third, 99], 2)

    assert labels(store) == {first: 2, second: 7, third: 2}


def test_only_the_chosen_digits_are_deleted(store: Store) -> None:
    first, second, third = (add(store, seed) for seed in range(3))
    store.digits.delete([first, third, 99])
    store.digits.delete([])

    assert labels(store) == {second: 7}


def test_the_number_of_a_deleted_digit_is_never_used_again(store: Store) -> None:
    last = [add(store, seed) for seed in range(3)][-1]
    store.digits.delete([last])

    assert add(Store(store.folder, store.database_url), 5) > last


def test_thousands_are_relabelled_and_deleted_at_once(store: Store) -> None:
    store.digits.add_many(new(seed) for seed in range(2_000))
    store.digits.relabel([digit.id for digit in store.digits.all()], 3)
    assert set(labels(store).values()) == {3}

    store.digits.delete(list(labels(store)))
    assert store.digits.all() == []


@pytest.mark.parametrize("strokes", [[], [[]], [[[1.0]]], [[[1.0, float("nan")]]]])
def test_strokes_that_no_strokes_file_may_hold_are_not_stored(strokes: list[list[list[float]]], store: Store) -> None:
    with pytest.raises(ValidationError):
        store.digits.add(7, image(0), strokes, [])

    assert store.digits.all() == []


def test_an_image_that_is_not_28x28_bytes_is_not_stored(store: Store) -> None:
    with pytest.raises(ValidationError):
        store.digits.add(7, image(0).astype(np.float32), None, [])  # type: ignore[arg-type]

    assert store.digits.all() == []
