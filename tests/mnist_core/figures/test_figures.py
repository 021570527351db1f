"""Charts show the numbers that they are given."""

import numpy as np
import plotly.graph_objects as go
import pytest
from numpy.typing import NDArray

from mnist_core.config import TrainingConfig
from mnist_core.figures import training_curves
from mnist_core.figures.network_diagram import network_diagram


def noisy_losses(count: int) -> NDArray[np.float64]:
    """A falling loss with noise, one spike upwards and one downwards."""
    losses = np.exp(-np.arange(count) / count) + np.random.default_rng(0).normal(0, 0.02, count)
    losses[count // 3], losses[count // 2] = 9.0, 0.001
    return losses


@pytest.mark.parametrize("count", [2_001, 2_814, 50_000])
def test_a_long_curve_is_thinned_to_2000_points_in_order_that_keep_its_extremes(count: int) -> None:
    losses = noisy_losses(count)

    shown = training_curves.thin_curve(losses)

    assert 1_000 <= len(shown) <= 2_000
    assert (np.diff(shown) > 0).all()
    assert {losses.argmin(), losses.argmax()} <= set(shown.tolist())
    assert shown[0] < count / 500
    assert shown[-1] > count - count / 500


@pytest.mark.parametrize("count", [0, 1, 10, 2_000])
def test_a_short_curve_keeps_every_point(count: int) -> None:
    assert training_curves.thin_curve(np.ones(count)).tolist() == list(range(count))


@pytest.mark.parametrize("most", [2, 400])
def test_a_curve_is_thinned_to_as_many_points_as_are_asked_for(most: int) -> None:
    assert len(training_curves.thin_curve(noisy_losses(3_000), most)) == most


def test_the_smoothed_curve_varies_less_about_the_same_level() -> None:
    values = 1 + 0.1 * (-1.0) ** np.arange(1_000)

    smoothed, _ = training_curves.smooth_curve(values, 0.95)

    assert len(smoothed) == 1_000
    assert np.std(smoothed[100:]) < 0.1 * np.std(values[100:])
    assert np.mean(smoothed[100:]) == pytest.approx(1, abs=0.01)


def test_a_level_curve_stays_at_its_level_from_its_first_point_on() -> None:
    np.testing.assert_allclose(training_curves.smooth_curve(np.full(50, 0.7), 0.99)[0], 0.7)


def test_the_smoothed_curve_is_the_bias_corrected_moving_average() -> None:
    losses, average = noisy_losses(3_000), 0.0

    smoothed, carry = training_curves.smooth_curve(losses, 0.95)

    for index, loss in enumerate(losses):
        average = 0.95 * average + 0.05 * loss
        assert smoothed[index] == pytest.approx(average / (1 - 0.95 ** (index + 1)), abs=1e-12)
    assert carry == pytest.approx(average, abs=1e-12)


def test_no_smoothing_leaves_a_curve_as_it_is() -> None:
    np.testing.assert_array_equal(training_curves.smooth_curve(noisy_losses(100), 0.0)[0], noisy_losses(100))


def test_a_curve_smoothed_as_it_arrives_is_the_curve_smoothed_as_a_whole() -> None:
    values, pieces, carry, before = noisy_losses(100), list[float](), 0.0, 0

    for piece in np.split(values, [1, 1, 40]):
        smoothed, carry = training_curves.smooth_curve(piece, 0.9, carry, before)
        pieces += smoothed.tolist()
        before += len(piece)

    np.testing.assert_allclose(pieces, training_curves.smooth_curve(values, 0.9)[0])


@pytest.mark.parametrize(
    ("figure", "names", "titles"),
    [
        (training_curves.loss_figure(log=False), ["each step", "smoothed"], ("Step", "Loss")),
        (training_curves.accuracy_figure(), ["training", "validation"], ("Epoch", "Accuracy")),
        (training_curves.learning_rate_figure(), ["learning rate"], ("Step", "Learning rate")),
    ],
    ids=["loss", "accuracy", "learning rate"],
)
def test_a_figure_of_a_training_is_empty_with_named_curves_and_titled_axes(
    figure: go.Figure, names: list[str], titles: tuple[str, str]
) -> None:
    assert [curve.name for curve in figure.data] == names
    assert not any(curve.x or curve.y for curve in figure.data)
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == titles


@pytest.mark.parametrize(("log", "kind"), [(False, "linear"), (True, "log")])
def test_the_axis_of_the_loss_is_logarithmic_on_request(log: bool, kind: str) -> None:
    compared = training_curves.run_curves("Loss", ["Run 1"], [""], [(np.arange(2), np.ones(2))], log=log)

    assert {figure.layout.yaxis.type for figure in (training_curves.loss_figure(log), compared)} == {kind}


def test_the_axis_of_steps_already_reaches_the_last_step_of_a_run_in_progress() -> None:
    figure = training_curves.loss_figure(log=False).update_layout(training_curves.event_markers(2_814, []))

    assert figure.layout.xaxis.range == (0, 2_814)


def test_each_step_with_events_has_one_line_with_all_their_names() -> None:
    marks = [(40, "paused"), (40, "learning rate 0.1"), (90, "stopped")]
    layout = go.Figure(layout=training_curves.event_markers(100, marks)).layout

    assert [(line.x0, line.x1) for line in layout.shapes] == [(40, 40), (90, 90)]
    assert [note.x for note in layout.annotations] == [40, 90]
    assert all(name in layout.annotations[0].text for name in ("paused", "learning rate 0.1"))
    assert layout.annotations[1].text == "stopped"


def test_runs_are_compared_by_thinned_curves_in_one_colour_a_group_and_all_but_one_can_be_faded() -> None:
    curves = [(np.arange(1, 5_001), noisy_losses(5_000)), (np.arange(1, 4), np.ones(3)), (np.arange(0), np.empty(0))]
    names, groups = ["one", "two", "three"], ["mse", "cross_entropy", "mse"]

    shown = training_curves.run_curves("Loss", names, groups, curves, highlighted=1).data

    assert [curve.name for curve in shown] == names
    assert [len(curve.y) for curve in shown] == [400, 3, 0]
    assert max(shown[0].y) == 9
    assert shown[0].line.color == shown[2].line.color != shown[1].line.color
    assert shown[0].opacity == shown[2].opacity < shown[1].opacity == 1


@pytest.mark.parametrize(
    ("changes", "layers"),
    [
        ({}, ["28x28<br>pixels", "256", "64", "10<br>digits"]),
        ({"hidden_sizes": ()}, ["28x28<br>pixels", "10<br>digits"]),
        (
            {"network": "cnn", "hidden_sizes": (128,)},
            ["28x28<br>pixels", "16 x<br>12x12", "32 x<br>4x4", "128", "10<br>digits"],
        ),
    ],
    ids=["tutorial", "logistic regression", "convolutions"],
)
def test_the_diagram_of_a_network_names_its_layers_in_order(changes: dict[str, object], layers: list[str]) -> None:
    figure = network_diagram(TrainingConfig.model_validate(changes))

    assert list(figure.layout.xaxis.ticktext) == layers
    assert len(figure.data[0].y) == len(layers)
