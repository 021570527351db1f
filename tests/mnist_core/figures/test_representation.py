"""Each image is a point of its digit, misread or not; a weight's colour tells its sign and size."""

import numpy as np
import pytest

from mnist_core.figures.representation import projection_scatter, signed_colours
from mnist_core.figures.theme import CLASS_COLOURS

LABELS = np.array([3, 3, 7, 3, 7])
ANSWERS = np.array([8, 3, 7, 3, 1])
POINTS = np.arange(10.0).reshape(5, 2)


def test_every_image_is_a_point_where_it_was_projected_in_the_colour_of_its_digit() -> None:
    traces = projection_scatter(POINTS, LABELS, ANSWERS, ("First", "Second")).data

    assert [trace.name for trace in traces] == ["3", "7"]
    assert [trace.marker.color for trace in traces] == [CLASS_COLOURS[3], CLASS_COLOURS[7]]
    shown = {}
    for trace in traces:
        for index, x, y in zip(trace.customdata, trace.x, trace.y, strict=True):
            assert str(LABELS[index]) == trace.name
            shown[int(index)] = (x, y)
    assert shown == {index: tuple(point) for index, point in enumerate(POINTS)}


def test_misread_images_are_crosses_that_say_as_what_and_the_legend_shows_no_cross() -> None:
    traces = projection_scatter(POINTS, LABELS, ANSWERS, ("First", "Second")).data

    said = {
        int(index): (symbol, text)
        for trace in traces
        for index, symbol, text in zip(trace.customdata, trace.marker.symbol, trace.text, strict=True)
    }
    assert said == {
        0: ("x", "3, read as 8"),
        1: ("circle", "3"),
        2: ("circle", "7"),
        3: ("circle", "3"),
        4: ("x", "7, read as 1"),
    }
    assert [trace.marker.symbol[0] for trace in traces] == ["circle", "circle"]


def test_a_distance_is_as_long_in_either_direction_and_the_axes_are_named() -> None:
    layout = projection_scatter(POINTS, LABELS, ANSWERS, ("First", "Second")).layout

    assert layout.yaxis.scaleanchor == "x"
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("First", "Second")


def test_colours_of_opposite_weights_differ_and_grow_lighter_with_size() -> None:
    colours = signed_colours(np.array([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0]), 1.0).astype(int)

    assert colours.shape == (7, 3)
    assert colours[3].tolist() == [0, 0, 0]
    red, blue = colours[:, 0], colours[:, 2]
    assert (blue[:3] > red[:3]).all()
    assert (red[4:] > blue[4:]).all()
    assert colours.sum(axis=1)[1] > colours.sum(axis=1)[2] > 0
    assert colours.sum(axis=1)[5] > colours.sum(axis=1)[4] > 0
    assert colours[0].tolist() == colours[1].tolist()
    assert colours[6].tolist() == colours[5].tolist()


def test_both_ends_of_the_scale_are_about_as_light() -> None:
    ends = signed_colours(np.array([-1.0, 1.0]), 1.0) / 255
    linear = np.where(ends <= 0.04045, ends / 12.92, ((ends + 0.055) / 1.055) ** 2.4)

    low, high = linear @ (0.2126, 0.7152, 0.0722)
    assert low == pytest.approx(high, rel=0.2)


def test_weights_of_nothing_are_black_images() -> None:
    colours = signed_colours(np.zeros((2, 5, 5)), 0.0)

    assert colours.shape == (2, 5, 5, 3)
    assert colours.dtype == np.uint8
    assert not colours.any()
