"""Synthetic images are drawn once for a seed, by several processes, and are those that one process would draw."""

from pathlib import Path

import numpy as np
import pytest

from mnist_core.data import Digits, synthetic
from mnist_core.data.synthetic import cache

SEED = 3


def expected(digits: int, non_digits: int) -> Digits:
    drawn = synthetic.generate_digits(digits, SEED)
    return drawn.joined(synthetic.generate_non_digits(non_digits, SEED))


def assert_alike(one: Digits, other: Digits) -> None:
    np.testing.assert_array_equal(one.images, other.images)
    np.testing.assert_array_equal(one.labels, other.labels)


def refuse(*_: object) -> Digits:
    raise AssertionError("nothing is left to draw")


def test_several_processes_draw_what_one_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "SMALLEST_PART", 8)

    assert_alike(cache.load_or_generate(tmp_path, 20, 13, SEED), expected(20, 13))


def test_what_was_drawn_is_not_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.load_or_generate(tmp_path, 9, 6, SEED)
    monkeypatch.setattr(synthetic, "render_all", refuse)

    again = cache.load_or_generate(tmp_path, 9, 6, SEED)

    monkeypatch.undo()
    assert_alike(again, expected(9, 6))


def test_another_number_of_them_is_drawn_anew(tmp_path: Path) -> None:
    cache.load_or_generate(tmp_path, 4, 0, SEED)

    assert_alike(cache.load_or_generate(tmp_path, 9, 2, SEED), expected(9, 2))


def test_each_seed_has_its_own(tmp_path: Path) -> None:
    one, other = (cache.load_or_generate(tmp_path, 5, 0, seed) for seed in (SEED, SEED + 1))

    assert not (one.images == other.images).all(axis=(1, 2)).any()


@pytest.mark.parametrize("content", [b"", b"PK no archive", b"no archive"])
def test_a_damaged_file_is_drawn_anew(tmp_path: Path, content: bytes) -> None:
    cache.load_or_generate(tmp_path, 5, 0, SEED)
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)

    assert_alike(cache.load_or_generate(tmp_path, 5, 0, SEED), expected(5, 0))


def test_a_file_with_damaged_content_is_drawn_anew(tmp_path: Path) -> None:
    cache.load_or_generate(tmp_path, 5, 0, SEED)
    (path,) = tmp_path.iterdir()
    content = bytearray(path.read_bytes())
    content[100:140] = bytes(40)
    path.write_bytes(content)

    assert_alike(cache.load_or_generate(tmp_path, 5, 0, SEED), expected(5, 0))


def test_images_of_an_earlier_program_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.load_or_generate(tmp_path, 5, 0, SEED)
    monkeypatch.setattr(cache, "_version", lambda: "later")

    cache.load_or_generate(tmp_path, 5, 0, SEED)

    (path,) = tmp_path.iterdir()
    assert "later" in path.name


def test_where_nothing_can_be_kept_images_are_drawn_all_the_same(tmp_path: Path) -> None:
    assert_alike(cache.load_or_generate(tmp_path / "missing", 5, 0, SEED), expected(5, 0))
