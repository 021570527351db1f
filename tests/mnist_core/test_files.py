"""A file has its old or its new content, whatever happens while it is written."""

from pathlib import Path

import pytest

from mnist_core import DigitLabError
from mnist_core.files import open_atomically, put_aside, write_atomically


def test_new_content_takes_the_place_of_the_old(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"old")
    write_atomically(tmp_path / "a", b"new")

    assert (tmp_path / "a").read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


def break_off(path: Path) -> None:
    with open_atomically(path) as file:
        file.write(b"new")
        raise KeyboardInterrupt


def test_the_old_content_stays_where_writing_is_broken_off(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"old")

    with pytest.raises(KeyboardInterrupt):
        break_off(tmp_path / "a")

    assert (tmp_path / "a").read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DigitLabError, match=r"\Aa cannot be saved in [^\n]*\.\Z"):
        write_atomically(tmp_path / "missing" / "a", b"new")


def test_what_is_put_aside_keeps_its_content_beside_what_was_put_aside_before(tmp_path: Path) -> None:
    for content in ("first", "second"):
        (tmp_path / "a").write_text(content)
        put_aside(tmp_path / "a")
    (tmp_path / "a").symlink_to("nowhere")

    assert put_aside(tmp_path / "a").name == "a.before-3"
    assert [(tmp_path / name).read_text() for name in ("a.before", "a.before-2")] == ["first", "second"]
    assert not (tmp_path / "a").is_symlink()
