"""A small diagram of a network, layer by layer."""

import math

import plotly.graph_objects as go

from mnist_core.config import TrainingConfig
from mnist_core.config.training_config import CHANNELS
from mnist_core.figures.theme import LEARNING_RATE, OTHER, PREDICTED, with_layout

_SIDES = (12, 4)
"""Side in pixels of the CNN's feature maps after each convolution and its pooling."""


def network_diagram(config: TrainingConfig) -> go.Figure:
    """The layers from left to right as bars; the height shows the number of outputs, on a logarithmic scale."""
    layers = [("28x28<br>pixels", 28 * 28, OTHER)]
    if config.network == "cnn":
        layers += [
            (f"{channels} x<br>{side}x{side}", channels * side**2, LEARNING_RATE)
            for channels, side in zip(CHANNELS, _SIDES, strict=True)
        ]
    layers += [(f"{size}", size, PREDICTED) for size in config.hidden_sizes]
    layers.append(("10<br>digits", 10, OTHER))
    figure = go.Figure(
        go.Bar(
            x=list(range(len(layers))),
            # On a linear scale, 10 units could not be seen beside 784.
            y=[math.log2(size + 1) for _, size, _ in layers],
            base=[-math.log2(size + 1) / 2 for _, size, _ in layers],
            width=0.45,
            marker_color=[colour for _, _, colour in layers],
            hovertext=[f"{size:,} numbers" for _, size, _ in layers],
            hoverinfo="text",
        )
    )
    figure.update_xaxes(
        tickvals=list(range(len(layers))), ticktext=[text for text, _, _ in layers], showgrid=False, fixedrange=True
    )
    figure.update_yaxes(visible=False, fixedrange=True)
    with_layout(figure, 150, x="", y="")
    return figure.update_layout(margin={"l": 4, "r": 4, "t": 4, "b": 40}, showlegend=False)
