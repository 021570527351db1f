"""Charts show the numbers that they are given."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_core import figures
from mnist_core.blocks import features
from mnist_core.data import DataSet


def noisy_losses(count: int) -> NDArray[np.float64]:
    """A falling loss with noise, one spike upwards and one downwards."""
    losses = np.exp(-np.arange(count) / count) + np.random.default_rng(0).normal(0, 0.02, count)
    losses[count // 3], losses[count // 2] = 9.0, 0.001
    return losses


@pytest.mark.parametrize("count", [2_001, 2_814, 50_000])
def test_a_long_loss_curve_is_thinned_to_2000_points_and_keeps_its_extremes(count: int) -> None:
    losses = noisy_losses(count)

    raw = figures.loss_curve(np.arange(count), losses, count).data[0]

    assert 1_000 <= len(raw.y) <= 2_000
    assert (max(raw.y), min(raw.y)) == (9.0, 0.001)
    np.testing.assert_array_equal(raw.y, losses[np.asarray(raw.x)])


@pytest.mark.parametrize("count", [1, 10, 2_000])
def test_a_short_loss_curve_shows_every_step(count: int) -> None:
    losses = np.random.default_rng(1).random(count)

    raw = figures.loss_curve(np.arange(count), losses, count).data[0]

    np.testing.assert_array_equal(raw.x, np.arange(count))
    np.testing.assert_array_equal(raw.y, losses)


def test_points_stay_in_the_order_of_the_steps_from_start_to_end() -> None:
    steps = 10 * np.arange(30_000)

    for curve in figures.loss_curve(steps, noisy_losses(30_000), 300_000).data:
        assert (np.diff(curve.x) > 0).all()
        assert curve.x[0] < 300
        assert curve.x[-1] > 299_000


def test_the_smoothed_curve_varies_less_about_the_same_level() -> None:
    raw, smoothed = figures.loss_curve(np.arange(1_000), 1 + 0.1 * (-1.0) ** np.arange(1_000), 1_000).data

    assert np.std(smoothed.y[100:]) < 0.1 * np.std(raw.y[100:])
    assert np.mean(smoothed.y[100:]) == pytest.approx(1, abs=0.01)


def test_the_loss_axis_already_reaches_the_last_step_of_a_run_in_progress() -> None:
    assert list(figures.loss_curve(np.arange(5), np.ones(5), 2_814).layout.xaxis.range) == [0, 2_814]


def test_a_loss_curve_before_the_first_step_is_empty() -> None:
    figure = figures.loss_curve(np.arange(0), np.empty(0), 0)

    assert [len(curve.y) for curve in figure.data] == [0, 0]


def test_the_accuracy_curve_shows_the_accuracy_after_each_epoch() -> None:
    curve = figures.accuracy_curve([1, 2, 3], [0.9, 0.94, 0.95]).data[0]

    assert (list(curve.x), list(curve.y)) == ([1, 2, 3], [0.9, 0.94, 0.95])


def test_counts_per_digit_shows_each_part_by_its_name() -> None:
    bars = figures.counts_per_digit({"training": list(range(10)), "test": list(range(10, 20))}).data

    assert {bar.name: list(bar.y) for bar in bars} == {"training": list(range(10)), "test": list(range(10, 20))}
    assert bars[0].marker.color != bars[1].marker.color


@pytest.mark.parametrize("largest", [0, 4, 9])
def test_only_the_largest_share_is_highlighted(largest: int) -> None:
    shares = [0.05] * 10
    shares[largest] = 0.55

    bars = figures.shares_per_digit(shares, "Probability", percent=True).data[0]

    others = {colour for digit, colour in enumerate(bars.marker.color) if digit != largest}
    assert len(others) == 1
    assert bars.marker.color[largest] not in others
    assert list(bars.y) == shares


def test_shares_are_written_as_percentages_and_votes_as_numbers_but_not_zero() -> None:
    percentages = figures.shares_per_digit([0.85, 0.15] + [0.0] * 8, "Probability", percent=True).data[0]
    votes = figures.shares_per_digit([0.0, 2.0, 3.0] + [0.0] * 7, "Votes").data[0]

    assert list(percentages.text) == ["85%", "15%"] + [""] * 8
    assert list(votes.text) == ["", "2", "3"] + [""] * 7


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (5, 4), (14, 14), (28, 28)])
def test_the_block_grid_writes_every_count_inside_its_block(rows: int, columns: int, embedded: DataSet) -> None:
    image = embedded.test.images[3]
    counts = features(image[None], rows, columns, 0).reshape(rows, columns)

    texts = figures.block_grid(image, counts).data[1]

    assert len(texts.text) == rows * columns
    written = np.zeros((rows, columns))
    for x, y, text in zip(texts.x, texts.y, texts.text, strict=True):
        written[int((y + 0.5) * rows / 28), int((x + 0.5) * columns / 28)] = int(text)
    np.testing.assert_array_equal(written, counts)


def test_the_block_grid_draws_the_image_and_a_line_at_every_cut(embedded: DataSet) -> None:
    image = embedded.test.images[3]

    figure = figures.block_grid(image, features(image[None], 5, 4, 0).reshape(5, 4))

    np.testing.assert_array_equal(figure.data[0].z, image)
    lines = figure.layout.shapes
    assert sorted(line.y0 + 0.5 for line in lines if line.y0 == line.y1) == [0, 6, 11, 17, 22, 28]
    assert sorted(line.x0 + 0.5 for line in lines if line.x0 == line.x1) == [0, 7, 14, 21, 28]


def test_the_pixels_of_an_image_are_all_there_with_the_first_row_on_top(embedded: DataSet) -> None:
    figure = figures.pixels(embedded.test.images[3])

    np.testing.assert_array_equal(figure.data[0].z, embedded.test.images[3])
    assert figure.layout.yaxis.autorange == "reversed"


def test_axes_are_titled() -> None:
    figure = figures.loss_curve(np.arange(5), np.ones(5), 5)

    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("Step", "Loss")
