"""Data: browse the digits, their counts and means, one image as numbers, the constants, and the download."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import data
from mnist_core.data import DataSet
from mnist_core.figures.digit_charts import counts_per_digit, pixel_heatmap
from ui import query_params, resources
from ui.components import digit_images, image_picker, static_chart
from ui.data import download, own_set
from ui.shell import page

PER_PAGE = 40


@st.cache_data(show_spinner=False, max_entries=1, hash_funcs=resources.HASH_FUNCS)
def means_and_constants(data_set: DataSet) -> tuple[NDArray[np.uint8], tuple[float, float]]:
    """The mean image of each digit, and the normalisation constants, of the training images: 0.2 s for all of MNIST."""
    return data.mean_images(data_set.train), data.normalisation_constants(data_set.train.images)


with page("pages/data.py", "The handwritten digits that everything here learns from and is tested on."):
    download.control()
    settings, data_set = resources.settings(), resources.data_set()
    st.write(
        f"{data.identify(settings).sentence} Source: {data_set.source}. "
        f"Checksum {'verified' if data_set.verified else 'not verified'}."
    )
    browse, numbers, statistics = st.tabs(["Browse", "One image as numbers", "Counts and means"])
    with browse:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            part, digit = image_picker.part_control("browse"), image_picker.digit_control("browse")
        chosen = getattr(data_set, part)
        matching = image_picker.matching(chosen, digit)
        first, last = image_picker.turn_pages("browse_page", len(matching), PER_PAGE)
        shown = matching[first:last]
        digit_images.show(chosen.images[shown], [f"{chosen.labels[index]}" for index in shown], width=64)
        st.caption(f"Images {first + 1:,} to {last:,} of {len(matching):,}. The label is under each.")
    with numbers:
        left, right = st.columns([1, 2], gap="large")
        with left, query_params.checked(image_picker.keys("numbers")):
            part, index = image_picker.choose(data_set, "numbers")
            chosen = getattr(data_set, part)
            digit_images.show(chosen.images[index : index + 1], [f"labelled {chosen.labels[index]}"], width=140)
            st.caption("Each pixel is a number from 0, black, to 255, white.")
        with right:
            static_chart.show(pixel_heatmap(chosen.images[index]), key="pixels", alt="The 28 x 28 pixels as numbers")
    with statistics:
        counts = {
            "training": np.bincount(data_set.train.labels, minlength=10).tolist(),
            "test": np.bincount(data_set.test.labels, minlength=10).tolist(),
        }
        static_chart.show(counts_per_digit(counts), key="counts", alt="Images of each digit")
        st.write("The mean of all training images of each digit:")
        means, (mean, deviation) = means_and_constants(data_set)
        digit_images.show(means, [str(digit) for digit in range(10)])
        st.subheader("Why 0.1307 and 0.3081?")
        st.write(
            "Networks learn faster from inputs that have mean 0 and standard deviation 1. So each pixel $p$, "
            "from 0 to 255, is normalised:"
        )
        st.latex(rf"x = \frac{{p / 255 - {data.MEAN}}}{{{data.STD}}}")
        st.write(
            f"The two constants are the mean and the standard deviation of all pixels of the 60,000 MNIST training "
            f"images, on the scale 0 to 1. Recomputed from the {len(data_set.train):,} training images in use here, "
            f"they are **{mean:.4f}** and **{deviation:.4f}**."
        )
    st.divider()
    own_set.show()
