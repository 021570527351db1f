"""The weights of a network's first layer as images."""

from pathlib import Path

import numpy as np
import streamlit as st

from mnist_core.data import Identity
from mnist_core.evaluation import first_layer
from mnist_core.evaluation.classifier import NetworkClassifier
from mnist_core.figures.png import data_url
from mnist_core.figures.representation import signed_colours
from ui.components import digit_images, image_picker

_UNITS_PER_PAGE = 32
_STYLES = Path(__file__).with_suffix(".css")


def show(network: NetworkClassifier, identity: Identity) -> None:
    images = first_layer.first_layer_weights(network.model)
    # A few that are far larger than the rest do not make the rest dark.
    largest = float(np.quantile(np.abs(images), 0.999))
    order = first_layer.largest_first(images)
    if network.config.convolutions:
        unit, inputs, noise = "kernel", "a patch of 5 x 5 pixels", ""
    else:
        unit, inputs = "unit", "the 28 x 28 pixels"
        noise = " Where images hardly have ink, at the border, the weights keep the noise that training began with."
    st.caption(
        f"The weights with which each of its {len(images):,} {unit}s looks at {inputs}, those with the largest first. "
        f"Orange: ink there raises the {unit}'s number. Blue: ink lowers it. Black: it does not count.{noise}"
    )
    strip = data_url(signed_colours(np.linspace(-1, 1, 101)[None], 1.0))
    st.html(_STYLES)
    st.html(
        f'<div class="weight-scale"><img src="{strip}" alt=""><div><span>&minus;{largest:.2g} or less</span>'
        f"<span>0</span><span>{largest:.2g} or more</span></div></div>"
    )
    start, end = 0, len(order)
    if len(order) > _UNITS_PER_PAGE:
        start, end = image_picker.turn_pages("units", len(order), _UNITS_PER_PAGE)
        st.caption(f"{start + 1:,} to {end:,} of {len(order):,}")
    shown, direct = order[start:end], network.config.linear_sizes == (28 * 28, 10)
    digit_images.show(
        signed_colours(images[shown], largest),
        [_name(number, identity) if direct else f"{unit} {number}" for number in shown.tolist()],
        width=84,
    )


def _name(output: int, identity: Identity) -> str:
    """What an output of the last layer stands for; there are ten, and a data set may have fewer classes."""
    if identity.of_digits:
        return f"digit {output}"
    return identity.class_names[output] if output < len(identity.class_names) else f"output {output}"
