"""The charts of the lesson on K nearest neighbours show the numbers that they are given, and mark what is current."""

import numpy as np

from mnist_core.figures import knn


def test_shares_of_a_distance_are_in_their_blocks_with_the_first_row_on_top() -> None:
    shares = np.array([[0.1, 0.2, 0.0], [0.3, 0.4, 0.0]])

    figure = knn.distance_share_heatmap(shares)

    np.testing.assert_array_equal(figure.data[0].z, shares)
    assert figure.layout.yaxis.autorange == "reversed"


def test_each_grid_has_a_curve_over_k_and_the_current_k_is_marked() -> None:
    curves = {"5x4": [0.5, 0.6, 0.7], "2x2": [0.1, 0.2, 0.3]}

    figure = knn.accuracy_over_k(curves, "2x2", k=2)

    five, two, mark = figure.data
    assert (five.name, list(five.x), list(five.y)) == ("5x4", [1, 2, 3], curves["5x4"])
    assert two.line.width > five.line.width
    assert (mark.name, list(mark.x), list(mark.y)) == ("current", [2], [0.2])


def test_the_current_grid_and_the_best_are_framed_where_they_are() -> None:
    shares = np.arange(9).reshape(3, 3) / 10

    figure = knn.accuracy_over_grids((2, 5, 28), (2, 5, 28), shares, current=(5, 2), best=(28, 28))

    np.testing.assert_array_equal(figure.data[0].z, shares)
    frames = {(shape.x0 + 0.5, shape.y0 + 0.5) for shape in figure.layout.shapes}
    assert frames == {(2, 2), (0, 1)}
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("category", "category")


def test_the_learning_curve_marks_the_current_number_of_references() -> None:
    figure = knn.accuracy_over_references([30, 100, 1000], [0.4, 0.6, 0.8], current=100)

    curve, mark = figure.data
    assert (list(curve.x), list(curve.y)) == ([30, 100, 1000], [0.4, 0.6, 0.8])
    assert (list(mark.x), list(mark.y)) == ([100], [0.6])
