"""A small diagram of a network, layer by layer."""

import math
from functools import lru_cache

import plotly.graph_objects as go

from mnist_core.config import TrainingConfig
from mnist_core.config.training_config import Convolution
from mnist_core.figures.theme import LEARNING_RATE, OTHER, PREDICTED, with_layout


def network_diagram(config: TrainingConfig, outputs: str = "digits") -> go.Figure:
    """The layers from left to right as bars; the height shows the number of outputs, on a logarithmic scale.

    `outputs` says what the last ones stand for. The same figure is returned to all, so it must not be changed.
    """
    return _diagram(config.convolutions, config.hidden_sizes, outputs)


@lru_cache(64)  # a page shows it again whenever any control is moved
def _diagram(convolutions: tuple[Convolution, ...], hidden_sizes: tuple[int, ...], outputs: str) -> go.Figure:
    layers = [("28x28<br>pixels", 28 * 28, OTHER)]
    side = 28
    for _, channels, kernel, padding, pooled in convolutions:
        side = (side + 2 * padding - kernel + 1) // (2 if pooled else 1)
        layers.append((f"{channels} x<br>{side}x{side}", channels * side**2, LEARNING_RATE))
    layers += [(f"{size}", size, PREDICTED) for size in hidden_sizes]
    layers.append((f"10<br>{outputs}", 10, OTHER))
    names, sizes, colours = zip(*layers, strict=True)
    # On a linear scale, 10 units could not be seen beside 784.
    heights = [math.log2(size + 1) for size in sizes]
    figure = go.Figure().add_bar(y=heights, base=[-height / 2 for height in heights], width=0.45, marker_color=colours)
    figure.update_traces(
        x=list(range(len(layers))), hovertext=[f"{size:,} numbers" for size in sizes], hoverinfo="text"
    )
    figure.update_xaxes(tickvals=list(range(len(layers))), ticktext=names, showgrid=False, fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True)
    return with_layout(figure, 150, "", "", margin={"l": 4, "r": 4, "t": 4, "b": 40}, showlegend=False)
