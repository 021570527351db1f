"""What a search over settings has tried, and what came out. All accuracies are on validation images, 0 to 1.

A point's `customdata` holds the id of its run and the run's number in the sweep.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from mnist_core.config import HYPERPARAMETERS
from mnist_core.figures.theme import HIGHLIGHT, LEARNING_RATE, OTHER, PREDICTED, with_layout
from mnist_core.figures.training_curves import thin_curve
from mnist_core.sweep.values import Range, Values, format_value, share_of, value_at

if TYPE_CHECKING:
    from mnist_core.store import Run
    from mnist_core.sweep.results import BestSoFar

MOST_POINTS = 6_000
"""Points of all curves of `sweep_curves` together, about."""
_FEWEST_POINTS = 8  # of one curve
ENDED_TRACES = 3
"""Traces of `sweep_curves` that stand before those of runs in progress."""
_NOT_USED = -0.14
"""Height of a hyperparameter that has no effect beside the others of a run, below its axis from 0 to 1."""
_SINGLE_EPOCHS = 12  # at an axis, each is named up to so many
_TICKS = 3  # values named on the axis of a range
_FADED = {"color": OTHER, "width": 1}
_HOVER = "Run %{customdata[1]}"


def parallel_coordinates(space: Mapping[str, Values], runs: "Sequence[Run]") -> go.Figure:
    """A line for each run that has an accuracy: through its values of the varied hyperparameters to its accuracy.

    The best tenth stands out, and the better half from the rest.
    """
    measured = sorted((run for run in runs if run.validation_accuracy is not None), key=_accuracy)
    lowest, highest = (measured[0], measured[-1]) if measured else (None, None)
    low, high = (0.0, 1.0) if lowest is None or highest is None else (_accuracy(lowest), _accuracy(highest))
    figure = go.Figure()
    half, tenth = len(measured) // 2, len(measured) - max(round(len(measured) / 10), 1)
    parts = {"others": measured[:half], "better half": measured[half:tenth], "best tenth": measured[tenth:]}
    lines = (_FADED, {"color": PREDICTED, "width": 1.5}, {"color": HIGHLIGHT, "width": 3})
    for (name, part), line in zip(parts.items(), lines, strict=True):
        heights = [[*_heights(space, run), (_accuracy(run) - low) / ((high - low) or 1)] for run in part]
        across = np.arange(len(space) + 1, dtype=float)
        accuracies = [[_accuracy(run)] * len(across) for run in part]
        x, y, data = _broken_lines([across] * len(part), heights, part, accuracies)
        hover = f"{_HOVER}: %{{customdata[2]:.2%}}<extra></extra>"
        figure.add_scatter(x=x, y=y, customdata=data, name=name, mode="lines+markers", line=line, hovertemplate=hover)
    figure.update_traces(marker_size=4)
    for position, (name, values) in enumerate(space.items()):
        unused = any(_heights(space, run)[position] == _NOT_USED for run in measured)
        _name_values(figure, position, _named_values(name, values) | ({"not used": _NOT_USED} if unused else {}))
    if measured:
        _name_values(figure, len(space), {f"{100 * low:.1f} %": 0.0, f"{100 * high:.1f} %": 1.0})
    titles = [*(HYPERPARAMETERS[name].title for name in space), "Accuracy"]
    figure.update_xaxes(
        tickvals=list(range(len(titles))),
        ticktext=[title.replace(" ", "<br>") for title in titles],
        range=[-0.25, len(titles) - 0.6],
        fixedrange=True,
        showgrid=False,
        zeroline=False,
    )
    figure.update_yaxes(range=[-0.2, 1.08], visible=False, fixedrange=True)
    lines_ = [{"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "layer": "below"} for x in range(len(titles))]
    return with_layout(figure, 380, "", "", shapes=lines_, hovermode="closest", showlegend=True, margin_l=16)


def sweep_curves(
    curves: Mapping[int, Sequence[float]], ended: "Sequence[Run]", in_progress: "Sequence[Run]"
) -> go.Figure:
    """The validation accuracy of each run after each epoch; those that did not finish are faded.

    `curves` are by the number of the run. The last traces are empty, one for each run in progress: their points arrive.
    """
    finished = sorted((run for run in ended if run.status == "finished"), key=_accuracy)
    stopped = [run for run in ended if run.status != "finished"]
    figure = go.Figure()
    parts = {"not finished": stopped, "finished": finished[:-1], "best so far": finished[-1:]}
    lines = (_FADED, {"color": PREDICTED, "width": 1.5}, {"color": HIGHLIGHT, "width": 3})
    most = max(MOST_POINTS // max(len(ended), 1), _FEWEST_POINTS)
    for (name, part), line in zip(parts.items(), lines, strict=True):
        shown = [(run, np.asarray(curves[run.number or 0])) for run in part if curves.get(run.number or 0)]
        kept = [thin_curve(values, most) for _, values in shown]
        heights = [values[indices] for (_, values), indices in zip(shown, kept, strict=True)]
        x, y, data = _broken_lines(
            [np.asarray(indices + 1, np.float64) for indices in kept], heights, [run for run, _ in shown]
        )
        opacity = 0.45 if part is stopped else 1
        figure.add_scatter(x=x, y=y, customdata=data, name=name, mode="lines+markers", line=line, opacity=opacity)
    for place, run in enumerate(in_progress):
        style = {"mode": "lines+markers", "line": {"color": LEARNING_RATE, "width": 2.5}, "meta": [run.id, run.number]}
        figure.add_scatter(name="in progress", legendgroup="in progress", showlegend=place == 0, **style)
    figure.update_traces(marker_size=4, hovertemplate=f"{_HOVER}, epoch %{{x}}: %{{y:.2%}}<extra></extra>")
    figure.update_traces(
        hovertemplate="Run %{meta[1]}, epoch %{x}: %{y:.2%}<extra></extra>", selector={"legendgroup": "in progress"}
    )
    _count_epochs(figure, max((run.config.epochs for run in [*ended, *in_progress]), default=1))
    return with_layout(figure, 340, "Epoch", "Validation accuracy", hovermode="closest", showlegend=True)


def best_over_epochs(points: "Sequence[BestSoFar]", ids: Mapping[int, int]) -> go.Figure:
    """The best validation accuracy so far over the epochs that all runs together were trained.

    `ids` are the ids of the runs by their numbers.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[point.epochs for point in points],
        y=[point.accuracy for point in points],
        customdata=[[ids[point.number], point.number] for point in points],
        mode="lines+markers",
        line={"color": HIGHLIGHT, "shape": "hv", "width": 2.5},
        marker={"size": 5},
        hovertemplate="After %{x:,} epochs: %{y:.2%} by run %{customdata[1]}<extra></extra>",
    )
    _count_epochs(figure, max((point.epochs for point in points), default=1))
    return with_layout(figure, 280, "Epochs of all runs", "Best so far", hovermode="closest", showlegend=False)


def importance_bars(importance: Mapping[str, float]) -> go.Figure:
    """The share of each hyperparameter in what separates good settings from the others, the largest on top."""
    titles = [HYPERPARAMETERS[name].title for name in importance]
    figure = go.Figure()
    shares = list(importance.values())
    figure.add_bar(
        x=shares, y=titles, orientation="h", marker_color=PREDICTED, hovertemplate="%{y}: %{x:.0%}<extra></extra>"
    )
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_xaxes(tickformat=".0%", rangemode="tozero")
    return with_layout(figure, 100 + 34 * len(titles), "Importance", "", showlegend=False)


def _count_epochs(figure: go.Figure, most: int) -> None:
    """Axes of an accuracy over up to so many epochs, which are whole."""
    figure.update_xaxes(tickformat=",d", rangemode="tozero", dtick=1 if most <= _SINGLE_EPOCHS else None)
    figure.update_yaxes(tickformat=".1~%", minallowed=0, maxallowed=1.002)


def _accuracy(run: "Run") -> float:
    return run.validation_accuracy or 0.0


def _heights(space: Mapping[str, Values], run: "Run") -> list[float]:
    """Where a run's line crosses the axis of each hyperparameter."""
    settings = dict(run.config)
    shares = (
        share_of(values, settings[name]) if HYPERPARAMETERS[name].has_effect(settings) else None
        for name, values in space.items()
    )
    return [_NOT_USED if share is None else share for share in shares]


def _named_values(name: str, values: Values) -> dict[str, float]:
    """The values that are written at an axis, with their heights."""
    if isinstance(values, Range):
        shares = [index / (_TICKS - 1) for index in range(_TICKS)]
        return {format_value(value_at(name, values, share)): share for share in shares}
    return {HYPERPARAMETERS[name].text(value): share_of(values, value) or 0.0 for value in values}


def _name_values(figure: go.Figure, position: int, named: Mapping[str, float]) -> None:
    for text, height in named.items():
        place = {"x": position, "y": height, "xanchor": "left", "yanchor": "middle", "xshift": 4}
        figure.add_annotation(text=text, showarrow=False, font_size=11, **place)


def _broken_lines(
    x: "Sequence[NDArray[np.float64]]",
    y: "Sequence[Sequence[float] | NDArray[np.float64]]",
    runs: "Sequence[Run]",
    more: "Sequence[Sequence[float]]" = (),
) -> tuple[Any, Any, Any]:
    """The lines of several runs as one trace with gaps, since hundreds of traces take seconds to draw.

    `more` are further columns of `customdata`, a sequence for each run.
    """
    if not runs:
        return [], [], []
    across, up = (np.concatenate([part for line in lines for part in (line, [np.nan])]) for lines in (x, y))
    lengths = [len(line) + 1 for line in x]
    columns = [np.repeat([run.id for run in runs], lengths), np.repeat([run.number for run in runs], lengths)]
    if more:
        columns.append(np.concatenate([[*values, 0.0] for values in more]))
    return across, up, np.stack(columns, axis=1)
