"""The charts of digits show the counts, votes, shares and pixels that they are given."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core.data import DataSet
from mnist_core.figures import digit_charts


def test_counts_per_class_shows_each_part_by_its_name() -> None:
    bars = digit_charts.counts_per_class({"training": list(range(10)), "test": list(range(10, 20))}).data

    assert {bar.name: list(bar.y) for bar in bars} == {"training": list(range(10)), "test": list(range(10, 20))}
    assert bars[0].marker.color != bars[1].marker.color


@pytest.mark.parametrize("largest", [0, 4, 9])
def test_only_the_most_votes_are_highlighted(largest: int) -> None:
    votes = [1] * 10
    votes[largest] = 3

    bars = digit_charts.votes_per_class(votes).data[0]

    others = {colour for digit, colour in enumerate(bars.marker.color) if digit != largest}
    assert len(others) == 1
    assert bars.marker.color[largest] not in others
    assert list(bars.y) == votes


def test_votes_are_written_as_numbers_but_not_zero() -> None:
    assert list(digit_charts.votes_per_class([0, 2, 3] + [0] * 7).data[0].text) == ["", "2", "3"] + [""] * 7


def test_the_histogram_of_a_measure_holds_nearly_all_images_by_their_share_and_marks_one() -> None:
    values = np.append(np.random.default_rng(0).normal(100, 10, 10_000), 1e6)

    figure = digit_charts.histogram_with_marker(values, 130.5, "Ink in white pixels")

    (bars,) = figure.data
    assert 0.99 < sum(bars.y) <= 1
    assert 60 < min(bars.x) < max(bars.x) < 140  # one image far off does not press the others into one bar
    assert bars.x[np.argmax(bars.y)] == pytest.approx(100, abs=5)
    (line,) = figure.layout.shapes
    assert line.x0 == line.x1 == 130.5
    assert [note.text for note in figure.layout.annotations] == ["yours"]
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("Ink in white pixels", "Images")


@pytest.mark.parametrize("values", [np.ones(50), np.array([3.0])])
def test_the_histogram_of_images_that_are_all_alike_is_one_bar(values: NDArray[np.float64]) -> None:
    (bars,) = digit_charts.histogram_with_marker(values, 2.0, "Slant").data

    assert sorted(bars.y)[-2:] == [0, 1]


@pytest.mark.parametrize("epochs", [[0], [0, 1, 2], list(range(0, 200, 2))])
def test_bands_stack_the_ten_shares_after_each_epoch_each_digit_in_a_colour_of_its_own(epochs: list[int]) -> None:
    shares = np.random.default_rng(0).dirichlet(np.ones(10), len(epochs))

    figure = digit_charts.probability_bands(epochs, shares)

    assert [band.name for band in figure.data] == [str(digit) for digit in range(10)]
    assert len({band.stackgroup for band in figure.data}) == 1
    assert len({band.fillcolor for band in figure.data}) == 10
    for digit, band in enumerate(figure.data):
        assert list(band.x) == epochs
        np.testing.assert_array_equal(band.y, shares[:, digit])
    assert figure.layout.yaxis.range == (0, 1)
    assert len(figure.layout.xaxis.tickvals) <= 25
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("Epochs of training", "Probability")


def test_the_pixels_of_an_image_are_all_there_with_the_first_row_on_top(embedded: DataSet) -> None:
    figure = digit_charts.pixel_heatmap(embedded.test.images[3])

    np.testing.assert_array_equal(figure.data[0].z, embedded.test.images[3])
    assert figure.layout.yaxis.autorange == "reversed"
