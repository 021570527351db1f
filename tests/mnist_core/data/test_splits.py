"""Choosing among digits: the same seed gives the same choice, and no image is used twice."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core import DigitLabError, data
from mnist_core.data import DataSet, Digits, splits


def numbered(count: int) -> Digits:
    """Images that can be told apart: image i holds the number i in its first two pixels and the label i % 10."""
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(count), 256)
    return Digits(images, (np.arange(count) % 10).astype(np.uint8))


def numbers(digits: Digits) -> list[int]:
    return [256 * int(high) + int(low) for high, low in digits.images[:, 0, :2]]


def test_the_same_seed_holds_out_the_same_images() -> None:
    first, second = (data.hold_out(numbered(500), 0.2, 300, seed=3) for _ in range(2))

    assert [numbers(part) for part in first] == [numbers(part) for part in second]


def test_another_seed_holds_out_other_images() -> None:
    first, second = (data.hold_out(numbered(500), 0.2, None, seed=seed) for seed in (0, 1))

    assert numbers(first[1]) != numbers(second[1])


def test_images_to_validate_on_are_drawn_from_the_whole_set() -> None:
    _, validation = data.hold_out(numbered(1_000), 0.2, None, seed=0)

    assert min(numbers(validation)) < 100
    assert max(numbers(validation)) > 900


@pytest.mark.parametrize("seed", range(5))
def test_no_image_is_both_trained_on_and_held_out(seed: int) -> None:
    train, validation = data.hold_out(numbered(500), 0.3, None, seed)

    assert sorted(numbers(train) + numbers(validation)) == list(range(500))


@pytest.mark.parametrize(
    ("share", "train_size", "sizes"),
    [
        (0.0, None, (500, 0)),
        (0.0, 10, (10, 0)),
        (0.1, None, (450, 50)),
        (0.1, 450, (450, 50)),
        (0.5, 20, (20, 250)),
        (0.9, None, (50, 450)),
    ],
)
def test_the_parts_have_the_sizes_asked_for(share: float, train_size: int | None, sizes: tuple[int, int]) -> None:
    train, validation = data.hold_out(numbered(500), share, train_size, seed=0)

    assert (len(train), len(validation)) == sizes
    assert not set(numbers(train)) & set(numbers(validation))


def test_each_image_keeps_its_label() -> None:
    for part in data.hold_out(numbered(500), 0.3, 100, seed=0):
        assert [number % 10 for number in numbers(part)] == part.labels.tolist()


def test_the_held_out_images_do_not_depend_on_the_training_size() -> None:
    validations = [data.hold_out(numbered(500), 0.2, size, seed=0)[1] for size in (None, 10)]

    assert numbers(validations[0]) == numbers(validations[1])


@pytest.mark.parametrize(("share", "train_size", "left"), [(0.0, 501, "500"), (0.1, 451, "450")])
def test_more_images_than_are_left_are_refused_in_one_sentence(share: float, train_size: int, left: str) -> None:
    with pytest.raises(DigitLabError, match=rf"\A[^\n]* {train_size}, but only {left} images [^\n]*\.\Z"):
        data.hold_out(numbered(500), share, train_size, seed=0)


def test_the_first_of_each_digit_are_the_first_in_the_set(embedded: DataSet) -> None:
    labels = embedded.test.labels

    indices = embedded.test.first_indices(3)

    expected = sorted(index for digit in range(10) for index in np.flatnonzero(labels == digit).tolist()[:3])
    assert indices.tolist() == expected
    assert len(indices) == 30


@pytest.mark.parametrize("count", [-5, 0, 401])
def test_more_or_fewer_images_a_digit_than_there_are_is_one_sentence(count: int, embedded: DataSet) -> None:
    with pytest.raises(DigitLabError, match=r"choose one from 1 to 400\.$"):
        embedded.train.first_indices(count)


def test_the_mean_image_of_each_digit_is_the_mean_of_its_images() -> None:
    images = np.zeros((20, 28, 28), np.uint8)
    images[:10, 5, 5] = 10 * np.arange(10)
    images[10:, 5, 5] = 10 * np.arange(10) + 20

    means = data.mean_images(Digits(images, np.tile(np.arange(10, dtype=np.uint8), 2)))

    assert means[:, 5, 5].tolist() == [10 * digit + 10 for digit in range(10)]
    assert means.sum() == means[:, 5, 5].sum()


def fingerprints(digits: Digits) -> NDArray[np.uint64]:
    return np.array([splits.fingerprint(image) for image in digits.images], np.uint64)


def test_a_seventh_of_all_images_is_for_test_and_of_each_digit_within_one(embedded: DataSet) -> None:
    digits = embedded.train.take(np.arange(3_500))

    test = splits.for_test(digits.labels, fingerprints(digits))

    assert test.sum() == 500
    assert np.abs(np.bincount(digits.labels[test]) - 50).max() <= 1


def test_which_images_are_for_test_follows_from_the_images(embedded: DataSet) -> None:
    digits = embedded.train.take(np.arange(400))
    mixed = np.random.default_rng(0).permutation(400)
    test = splits.for_test(digits.labels, fingerprints(digits))

    np.testing.assert_array_equal(splits.for_test(digits.labels[mixed], fingerprints(digits.take(mixed))), test[mixed])


def test_a_class_of_few_images_has_one_in_each_part_where_two_differ(embedded: DataSet) -> None:
    pixels = fingerprints(embedded.train.take(np.arange(17)))
    pixels[3:5] = pixels[2]  # copies
    labels = np.repeat(np.arange(3, dtype=np.uint8), (2, 3, 12))

    assert np.bincount(labels[splits.for_test(labels, pixels)], minlength=3).tolist() == [1, 0, 2]
