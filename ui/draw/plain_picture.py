"""A picture that is read by networks for other things than digits: scaled down as it is, without looking for digits."""

from collections.abc import Sequence

import streamlit as st

from mnist_core.drawing import plain_image
from mnist_core.store import Run
from ui import predictors, resources
from ui.components import digit_images
from ui.draw import prediction_cards, predictions
from ui.draw.picture_input import Picture
from ui.draw.step_images import SIDE, in_square, levels
from ui.text import escape_markdown


def show(picture: Picture, runs: Sequence[Run]) -> None:
    """What networks, all trained on the same data set, take a picture for."""
    data_set, colours = resources.data_set_of(runs[0]), picture.colours()
    image = plain_image.scale_down(colours)
    results, neighbours = predictions.predict(runs, data_set, image)
    prediction_cards.show_answer(results)
    digit_images.show(
        [in_square(levels(colours)), in_square(image)], ["The picture", "What the models see"], width=SIDE
    )
    st.caption(
        f"Scaled down to 28 x 28 pixels on a dark ground, as in {escape_markdown(data_set.name)}. Nothing is looked "
        "for in it: a box "
        "that is drawn on the picture cuts out a part."
    )
    prediction_cards.side_by_side(results)
    prediction_cards.nearest(neighbours, predictors.drawing_knn(data_set).reference, data_set.class_names)
