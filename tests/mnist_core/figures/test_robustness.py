"""The chart of robustness goes from clean on the left to severe on the right, and tells its curves apart twice."""

import pytest

from mnist_core.evaluation.corruptions import CORRUPTIONS, Corruption
from mnist_core.figures.evaluation import accuracy_over_strength

BY_KEY = {corruption.key: corruption for corruption in CORRUPTIONS}
CURVES = {"Run 3": [0.95, 0.9, 0.8, 0.6, 0.4, 0.2], "5 nearest neighbours": [0.91, 0.9, 0.7, 0.5, 0.3, 0.1]}


def test_each_classifier_has_a_curve_from_clean_to_severe() -> None:
    figure = accuracy_over_strength(BY_KEY["shift"], ["3", "knn"], CURVES)

    assert [curve.name for curve in figure.data] == list(CURVES)
    assert [list(curve.y) for curve in figure.data] == list(CURVES.values())
    assert {tuple(curve.x) for curve in figure.data} == {(0, *BY_KEY["shift"].strengths)}


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda corruption: corruption.key)
def test_clean_is_on_the_left_and_the_axis_says_what_it_counts(corruption: Corruption) -> None:
    axes = accuracy_over_strength(corruption, ["3", "knn"], CURVES).layout

    assert (axes.xaxis.autorange == "reversed") == (corruption.key in ("scale", "contrast"))
    assert axes.xaxis.title.text == f"{corruption.name}, {corruption.unit}"
    assert axes.xaxis.ticktext[0] == "clean"
    assert [float(text) for text in axes.xaxis.ticktext[1:]] == list(corruption.strengths)
    assert (axes.yaxis.range, axes.yaxis.tickformat) == ((0, 1), ".0%")


def test_no_two_curves_look_alike_and_neither_colour_nor_symbol_is_alone() -> None:
    many = {f"Run {number}": CURVES["Run 3"] for number in (1, 9, 17, 4)} | {"5 nearest neighbours": CURVES["Run 3"]}

    curves = accuracy_over_strength(BY_KEY["noise"], ["1", "9", "17", "4", "knn"], many).data

    assert len({curve.line.color for curve in curves}) == len({curve.marker.symbol for curve in curves}) == 5


def test_a_run_keeps_its_colour_whatever_it_is_shown_beside() -> None:
    alone = accuracy_over_strength(BY_KEY["blur"], ["3"], {"Run 3": CURVES["Run 3"]}).data[0]
    second = accuracy_over_strength(BY_KEY["blur"], ["1", "3"], {"Run 1": [0.5] * 6, "Run 3": [0.4] * 6}).data[1]

    assert alone.line.color == second.line.color


def test_a_single_curve_is_named_too() -> None:
    assert accuracy_over_strength(BY_KEY["blur"], ["3"], {"Run 3": [0.5] * 6}).layout.showlegend
