"""Data: browse the images, their counts and means, one image as numbers, the constants, and other data sets."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import data
from mnist_core.data import DataSet
from mnist_core.figures.digit_charts import counts_per_class, pixel_heatmap
from ui import query_params, resources
from ui.components import digit_images, image_picker, static_chart
from ui.data import data_sets, own_set
from ui.errors import errors_shown
from ui.shell import page
from ui.text import escape_markdown

PER_PAGE = 40


@st.cache_data(show_spinner=False, max_entries=2, hash_funcs=resources.HASH_FUNCS)
def means_and_constants(data_set: DataSet) -> tuple[NDArray[np.uint8], tuple[float, float]]:
    """The mean image of each class, and the normalisation constants, of the training images: 0.2 s for all of MNIST."""
    return data.mean_images(data_set.train), data.normalisation_constants(data_set.train.images)


@errors_shown()
def show_data_set() -> None:
    """The data set in use; where it cannot be loaded, one can still choose or bring in another."""
    data_set = resources.data_set()
    identity, names = data_set.identity, data_set.class_names
    st.write(
        f"{escape_markdown(identity.sentence)} Source: {escape_markdown(data_set.source)}. "
        f"Checksum {'verified' if data_set.verified else 'not known'}."
    )
    browse, numbers, statistics = st.tabs(["Browse", "One image as numbers", "Counts and means"])
    with browse:
        with (
            query_params.checked(image_picker.keys("browse")[:2]),
            st.container(horizontal=True, vertical_alignment="bottom"),
        ):
            part, label = image_picker.part_control("browse"), image_picker.class_control("browse", identity)
        chosen = getattr(data_set, part)
        matching = image_picker.matching(chosen, label)
        first, last = image_picker.turn_pages("browse_page", len(matching), PER_PAGE)
        shown = matching[first:last]
        digit_images.show(chosen.images[shown], [names[label] for label in chosen.labels[shown]], width=64)
        st.caption(f"Images {first + 1:,} to {last:,} of {len(matching):,}. The label is under each.")
    with numbers:
        left, right = st.columns([1, 2], gap="large")
        with left, query_params.checked(image_picker.keys("numbers")):
            part, index = image_picker.choose(data_set, "numbers")
            chosen = getattr(data_set, part)
            digit_images.show(chosen.images[index : index + 1], [f"labelled {names[chosen.labels[index]]}"], width=140)
            st.caption("Each pixel is a number from 0, black, to 255, white.")
        with right:
            static_chart.show(pixel_heatmap(chosen.images[index]), key="pixels", alt="The 28 x 28 pixels as numbers")
    with statistics:
        counts = {
            name: np.bincount(part.labels, minlength=len(names)).tolist()
            for name, part in (("training", data_set.train), ("test", data_set.test))
        }
        figure = counts_per_class(counts, names, identity.category.capitalize())
        static_chart.show(figure, key="counts", alt=f"Images of each {identity.category}")
        st.write(f"The mean of all training images of each {identity.category}:")
        means, (mean, deviation) = means_and_constants(data_set)
        digit_images.show(means, [names[label] for label in np.unique(data_set.train.labels)])
        used_mean, used_deviation = data_set.normalisation
        st.subheader(f"Why {used_mean} and {used_deviation}?")
        st.write(
            "Networks learn faster from inputs that have mean 0 and standard deviation 1. So each pixel $p$, "
            "from 0 to 255, is normalised:"
        )
        st.latex(rf"x = \frac{{p / 255 - {used_mean}}}{{{used_deviation}}}")
        whose = (
            "the 60,000 MNIST"
            if identity.name == data.EMBEDDED
            else f"the {len(data_set.train):,} {escape_markdown(identity.name)}"
        )
        st.write(
            f"The two constants are the mean and the standard deviation of all pixels of {whose} training "
            f"images, on the scale 0 to 1. Recomputed from the {len(data_set.train):,} training images in use here, "
            f"they are **{mean:.4f}** and **{deviation:.4f}**. A network keeps the constants of the data set that it "
            "was trained on."
        )


with page("pages/data.py", "The images that everything here learns from and is tested on."):
    data_sets.choose()
    show_data_set()
    st.divider()
    own_set.show()
