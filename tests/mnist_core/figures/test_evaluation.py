"""The charts of a test show its very numbers; a click on a cell of the confusion matrix tells which one it is."""

import base64
import io
from itertools import product

import numpy as np
import pytest
from PIL import Image

from mnist_core.evaluation.calibration import reliability, risk_coverage, scale_temperature
from mnist_core.evaluation.score import Score
from mnist_core.figures import evaluation
from mnist_core.figures.png import data_url
from tests.mnist_core.made_predictions import random_predictions

MATRIX = np.arange(100).reshape(10, 10)


def test_each_part_is_a_point_with_its_interval() -> None:
    scores = {"training": Score(99, 100), "validation": Score(90, 100), "test": Score(450, 500)}

    figure = evaluation.accuracy_intervals(scores)

    (points,) = figure.data
    assert list(points.y) == list(scores)
    assert list(points.x) == [0.99, 0.9, 0.9]
    assert list(points.text) == ["99.0 %", "90.0 %", "90.0 %"]
    low, high = np.array([score.interval for score in scores.values()]).T
    np.testing.assert_allclose(points.x - points.error_x.arrayminus, low)
    np.testing.assert_allclose(points.x + points.error_x.array, high)
    left, right = figure.layout.xaxis.range
    assert left < low.min() < high.max() < right


def test_the_first_part_is_on_top_and_all_are_in_view() -> None:
    first, last = evaluation.accuracy_intervals({"training": Score(1, 2), "test": Score(1, 2)}).layout.yaxis.range

    assert first > 1
    assert last < 0


def test_parts_that_are_all_right_are_in_view() -> None:
    left, right = evaluation.accuracy_intervals({"training": Score(4_000, 4_000)}).layout.xaxis.range

    assert left < Score(4_000, 4_000).interval[0]
    assert 1 < right < 1.01


def test_a_confusion_matrix_writes_all_counts_and_colours_only_the_wrong_ones() -> None:
    figure = evaluation.confusion_heatmap(MATRIX)

    np.testing.assert_array_equal(figure.data[0].text, MATRIX)
    assert not np.diag(figure.data[0].z).any()
    assert figure.data[0].z[3, 4] == MATRIX[3, 4]
    assert figure.data[0].zmax == 98
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("Read as", "Label")
    assert figure.layout.yaxis.range == (9.5, -0.5)  # the first row on top


def test_shares_of_a_label_sum_to_100_and_a_label_without_images_has_zeros() -> None:
    matrix = MATRIX.copy()
    matrix[7] = 0

    figure = evaluation.confusion_heatmap(matrix, shares=True)

    shares = np.array(figure.data[0].text, float)
    np.testing.assert_allclose(np.delete(shares, 7, axis=0).sum(axis=1), 100, atol=0.5)
    assert not shares[7].any()
    assert shares[2, 5] == pytest.approx(100 * 25 / 245, abs=0.05)
    assert figure.layout.yaxis.title.text == "Label, in % of its images"


def test_each_cell_can_be_clicked_and_tells_its_label_and_its_predicted_digit() -> None:
    cells = evaluation.confusion_heatmap(MATRIX).data[-1]

    assert list(zip(cells.y, cells.x, strict=True)) == list(product(range(10), repeat=2))
    for label, predicted, text in zip(cells.y, cells.x, cells.text, strict=True):
        assert text.startswith(f"{label} read as {predicted}: {MATRIX[label, predicted]} images, ")
    assert (cells.marker.opacity, cells.selected.marker.opacity) == (0, 1)


def test_nothing_misread_is_no_trouble_for_the_colours() -> None:
    assert evaluation.confusion_heatmap(np.diag(np.full(10, 5))).data[0].zmax == 1


def test_the_reliability_diagram_has_a_point_a_bin_larger_where_it_holds_more() -> None:
    predictions, _ = random_predictions(2_000, seed=1, temperature=2.0)
    bins = {"as it is": reliability(predictions), "scaled": reliability(scale_temperature(predictions, 2.0))}

    diagonal, *curves = evaluation.reliability_diagram(bins).data

    assert (list(diagonal.x), list(diagonal.y)) == ([0, 1], [0, 1])
    assert [curve.name for curve in curves] == list(bins)
    assert len({curve.line.color for curve in curves}) == len({curve.marker.symbol for curve in curves}) == 2
    for curve, points in zip(curves, bins.values(), strict=True):
        assert list(curve.x) == [point.confidence for point in points]
        assert list(curve.y) == [point.accuracy for point in points]
        counts = [point.count for point in points]
        assert list(curve.customdata) == counts
        assert (np.diff(np.array(curve.marker.size)[np.argsort(counts, kind="stable")]) >= 0).all()


def test_the_risk_coverage_figure_has_a_curve_per_name() -> None:
    curves = {name: risk_coverage(random_predictions(300, seed)[0]) for seed, name in enumerate(("One", "Other"))}

    traces = evaluation.risk_coverage_curve(curves).data

    for trace, (name, (shares, accuracy)) in zip(traces, curves.items(), strict=True):
        assert trace.name == name
        np.testing.assert_array_equal(trace.x, shares)
        np.testing.assert_array_equal(trace.y, accuracy)
    assert traces[0].line.color != traces[1].line.color


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 3), (1, 101, 3)])
def test_a_picture_comes_back_from_its_address(shape: tuple[int, ...]) -> None:
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)

    kind, content = data_url(image).split(",")

    assert kind == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(content))) as picture:
        np.testing.assert_array_equal(np.asarray(picture), image)
