"""The charts of repeats show every seed: as a band of a learning curve, or as a point beside the mean."""

import numpy as np

from mnist_core.evaluation.repeats import AccuracyRange, LearningCurvePoint
from mnist_core.figures.repeats import learning_curve, seed_variance

POINTS = [
    LearningCurvePoint(100, 3, AccuracyRange(0.95, 0.9, 1.0), AccuracyRange(0.6, 0.5, 0.7)),
    LearningCurvePoint(1_000, 2, AccuracyRange(0.97, 0.96, 0.98), AccuracyRange(0.85, 0.8, 0.9)),
]
NEIGHBOURS = {100: 0.7, 1_000: 0.88}


def test_a_learning_curve_has_the_means_of_training_and_validation_by_images() -> None:
    figure = learning_curve(POINTS, {})

    training, validation = (trace for trace in figure.data if trace.name)
    assert (training.name, list(training.x), list(training.y)) == ("training", [100, 1_000], [0.95, 0.97])
    assert (validation.name, list(validation.x), list(validation.y)) == ("validation", [100, 1_000], [0.6, 0.85])
    assert list(training.customdata) == [3, 2]
    assert training.line.color != validation.line.color
    assert training.marker.symbol != validation.marker.symbol
    assert (figure.layout.xaxis.type, figure.layout.xaxis.title.text) == ("log", "Training images")


def test_a_band_goes_round_from_the_highest_to_the_lowest_seed() -> None:
    bands = [trace for trace in learning_curve(POINTS, {}).data if trace.fill == "toself"]

    assert [list(band.x) for band in bands] == [[100, 1_000, 1_000, 100]] * 2
    assert [list(band.y) for band in bands] == [[1.0, 0.98, 0.96, 0.9], [0.7, 0.9, 0.8, 0.5]]
    assert not any(band.showlegend for band in bands)


def test_neighbours_are_a_curve_beside_it_or_alone() -> None:
    beside = learning_curve(POINTS, NEIGHBOURS).data[-1]
    alone = learning_curve([], NEIGHBOURS).data

    assert (list(beside.x), list(beside.y)) == ([100, 1_000], [0.7, 0.88])
    assert [trace.name for trace in alone] == [beside.name]


def test_seed_variance_has_a_point_a_seed_and_a_line_at_the_mean_in_a_row_of_its_own() -> None:
    accuracies = {"test": (0.9, 0.92, 0.94, 0.92), "validation": (0.8, 0.8, 0.86)}

    figure = seed_variance(accuracies)

    points, means = figure.data[::2], figure.data[1::2]
    for row, (shares, dots, mean) in enumerate(zip(accuracies.values(), points, means, strict=True)):
        assert tuple(dots.x) == shares
        assert (np.abs(np.array(dots.y) - row) < 0.3).all()
        assert set(mean.x) == {np.mean(shares)}
        assert list(mean.y) == [row - 0.3, row + 0.3]
    assert list(figure.layout.yaxis.ticktext) == ["test", "validation"]
    assert list(figure.layout.yaxis.tickvals) == [0, 1]
    bottom, top = figure.layout.yaxis.range
    assert (bottom > 1.3, top < -0.3) == (True, True)


def test_equal_seeds_do_not_hide_each_other() -> None:
    dots = seed_variance({"test": (0.9, 0.9, 0.9)}).data[0]

    assert len(set(dots.y)) == 3
