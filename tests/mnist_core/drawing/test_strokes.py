"""Strokes are drawn with the pen of the Draw page, at one size in the middle; a wrong strokes file is one sentence."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core import DigitLabError
from mnist_core.drawing import draw, read_drawings, read_strokes
from mnist_core.drawing.pen import PEN

SEVEN = [[(10.0, 10.0), (60.0, 10.0), (30.0, 110.0)], [(20.0, 60.0), (55.0, 60.0)]]
ONE = [[(0.0, 0.0), (0.0, 5.0)]]


def box(canvas: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """First and last row, first and last column with ink that is at least half white."""
    rows, columns = np.flatnonzero((canvas >= 128).any(axis=1)), np.flatnonzero((canvas >= 128).any(axis=0))
    return int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])


def written(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "drawings.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.mark.parametrize("strokes", [SEVEN, ONE])
def test_a_drawing_fills_70_percent_of_the_canvas_and_is_centred(strokes: list[list[tuple[float, float]]]) -> None:
    canvas = draw(strokes)

    assert (canvas.shape, canvas.dtype, canvas.max()) == ((280, 280), np.uint8, 255)
    top, bottom, left, right = box(canvas)
    # The pen's middle goes over 70 %; half its width is added at each end.
    assert bottom - top + 1 == pytest.approx(0.7 * 280 + PEN, abs=2)
    assert (top + bottom + 1) / 2 == pytest.approx(140, abs=1)
    assert (left + right + 1) / 2 == pytest.approx(140, abs=1)


@pytest.mark.parametrize(("scale", "x", "y"), [(0.001, 0, 0), (100, -5_000, 3), (1, 1e6, -1e6)])
def test_the_unit_and_the_place_of_the_strokes_do_not_matter(scale: float, x: float, y: float) -> None:
    moved = [[(scale * px + x, scale * py + y) for px, py in stroke] for stroke in SEVEN]

    difference = draw(moved).astype(int) - draw(SEVEN)

    assert np.abs(difference).mean() < 0.5


def test_y_points_down_and_x_to_the_right() -> None:
    canvas = draw([[(0, 0), (100, 0)], [(0, 0), (0, 100)]])

    assert canvas[:60].sum() > 3 * canvas[-60:].sum()
    assert canvas[:, :60].sum() > 3 * canvas[:, -60:].sum()


@pytest.mark.parametrize("strokes", [[[(3, 4)]], [[(3, 4), (3, 4)]]])
def test_a_single_point_is_a_dot_as_wide_as_the_pen(strokes: list[list[tuple[float, float]]]) -> None:
    top, bottom, left, right = box(draw(strokes))

    assert bottom - top + 1 == pytest.approx(PEN, abs=1)
    assert right - left + 1 == pytest.approx(PEN, abs=1)
    assert (top + bottom + 1) / 2 == pytest.approx(140, abs=1)
    assert (left + right + 1) / 2 == pytest.approx(140, abs=1)


def test_strokes_are_not_joined_to_each_other() -> None:
    canvas = draw([[(0, 0), (0, 100)], [(100, 0), (100, 100)]])

    assert not canvas[:, 100:180].any()


@pytest.mark.parametrize("length", [1e-300, 1e300, 1.7e308])
def test_finite_points_of_any_size_are_drawn_like_any_others(length: float) -> None:
    usual = draw([[(-1, -1), (1, 1)]])

    np.testing.assert_array_equal(draw([[(-length, -length), (length, length)]]), usual)


def test_a_strokes_file_is_read_with_its_labels_in_order(tmp_path: Path) -> None:
    path = written(tmp_path, [{"label": 7, "strokes": SEVEN}, {"strokes": ONE}, {"label": None, "strokes": ONE}])

    drawings = read_strokes(path)

    assert [drawing.label for drawing in drawings] == [7, None, None]
    assert drawings[0].strokes == [[list(point) for point in stroke] for stroke in SEVEN]


def test_drawings_are_read_as_ink_with_their_labels(tmp_path: Path) -> None:
    path = written(tmp_path, [{"label": 7, "strokes": SEVEN}, {"strokes": ONE}]).rename(tmp_path / "DRAWINGS.JSON")

    seven, one = read_drawings(path)

    assert (seven.label, one.label) == (7, None)
    assert (seven.unreadable, one.unreadable) == (None, None)
    np.testing.assert_array_equal(seven.ink, draw(SEVEN))
    np.testing.assert_array_equal(one.ink, draw(ONE))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_strokes_file_is_read_with_the_byte_order_mark_that_an_editor_wrote(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "drawings.json"
    path.write_text(json.dumps([{"label": 7, "strokes": SEVEN}]), encoding=encoding)

    [drawing] = read_strokes(path)

    assert drawing.label == 7


@pytest.mark.parametrize(
    "content",
    [
        "",
        "a digit",
        '[{"strokes": [[[1, 2], [3,',
        {"strokes": [[[1, 2]]]},
        3,
        None,
        [[[1, 2]]],
        [{}],
        [{"strokes": []}],
        [{"strokes": [[]]}],
        [{"strokes": [[[1, 2]], []]}],
        [{"strokes": [[[1, 2, 3]]]}],
        [{"strokes": [[["left", 2]]]}],
        '[{"strokes": [[[NaN, 2]]]}]',
        '[{"strokes": [[[Infinity, 2]]]}]',
        '[{"strokes": [[[1, -Infinity]]]}]',
        '[{"strokes": [[[1, 1e999]]]}]',
        [{"label": 11, "strokes": ONE}],
        [{"label": -1, "strokes": ONE}],
        [{"label": "seven", "strokes": ONE}],
        [{"strokes": ONE}, {"label": 10, "strokes": ONE}],
        "[" * 100_000,
    ],
    ids=lambda content: re.sub(r"\W+", "_", str(content))[:40],
)
def test_a_wrong_strokes_file_is_one_sentence_naming_it(content: Any, tmp_path: Path) -> None:
    path = written(tmp_path, content)

    with pytest.raises(DigitLabError, match=r"\A[^\n]*drawings\.json is not a strokes file[^\n]*\.\Z"):
        read_strokes(path)


def test_a_strokes_file_that_is_not_text_is_one_sentence_naming_it(tmp_path: Path) -> None:
    (tmp_path / "drawings.json").write_bytes(b"\xff\xfe\x00[")

    with pytest.raises(DigitLabError, match=r"\A[^\n]*drawings\.json is not a strokes file[^\n]*\.\Z"):
        list(read_drawings(tmp_path / "drawings.json"))


def test_a_missing_strokes_file_is_one_sentence_naming_it(tmp_path: Path) -> None:
    with pytest.raises(DigitLabError, match=r"\AThere is no file [^\n]*missing\.json; check the name\.\Z"):
        list(read_drawings(tmp_path / "missing.json"))
