"""KNN: a digit as a grid of ink counts, its nearest reference digits, and their vote."""

import numpy as np
import pandas as pd
import streamlit as st

from mnist_core import figures
from pages.shared import address, chart, digits, loaders, samples
from pages.shared.frame import page

CONTROLS = (*samples.keys("sample"), "rows", "columns", "k", "per_digit", "threshold")

with page(
    "pages/knn.py",
    "Count the ink in each block of a digit; the digits with the most similar counts vote.",
):
    data_set = loaders.data_set()
    with st.spinner("Starting PyTorch"):
        from pages.shared import judges
    left, right = st.columns([2, 3], gap="large")
    with left, address.checked(CONTROLS):
        part, index = samples.choose(data_set, "sample")
        most = int(np.bincount(data_set.train.labels).min())
        one, two = st.columns(2)
        rows = one.slider("Rows of blocks", 1, 28, 5, key="rows", bind="query-params")
        columns = two.slider("Columns of blocks", 1, 28, 4, key="columns", bind="query-params")
        one, two = st.columns(2)
        k = one.slider("Neighbours, k", 1, 50, 11, key="k", bind="query-params", help="How many vote.")
        per_digit = two.slider("References a digit", 10, most, 100, 10, key="per_digit", bind="query-params")
        threshold = st.slider(
            "Ink threshold", 0, 254, 0, key="threshold", bind="query-params", help="A pixel brighter than this is ink."
        )
    sample, label = getattr(data_set, part).images[index], int(getattr(data_set, part).labels[index])
    judge = judges.sample_judge(data_set, per_digit, rows, columns, threshold)
    if part == "train":
        neighbours = judges.neighbours_of_training_image(judge, data_set, per_digit, index, k)
    else:
        neighbours = judge.neighbours(sample[None], k)
    counts = judge.describe(sample[None])[0]
    answer = int(neighbours.answers()[0, -1])
    with right:
        grid_side, vote_side = st.columns(2)
        with grid_side:
            st.markdown(f"**{part.capitalize()} image {index}, labelled {label}**")
            chart.still(
                figures.block_grid(sample, counts.reshape(rows, columns)), key="grid", alt="Ink pixels in each block"
            )
        with vote_side:
            st.metric("Answer", answer)
            if answer == label:
                st.badge("Right", icon=":material/check:", color="green")
            else:
                st.badge(f"Wrong: the label is {label}", icon=":material/close:", color="red")
            chart.still(
                figures.shares_per_digit(neighbours.votes()[0].tolist(), "Votes"),
                key="tally",
                alt="Votes for each digit",
            )
        st.markdown(f"**The feature row: {rows * columns} counts, block by block in reading order**")
        st.dataframe(
            pd.DataFrame([counts.astype(int)], columns=[str(block) for block in range(1, len(counts) + 1)]),
            hide_index=True,
            alt="The ink counts as one row",
        )
        st.markdown(
            f"**The {k} nearest of {len(judge.reference):,} reference images, with label and Euclidean distance**"
        )
        digits.show(
            judge.reference.images[neighbours.indices[0]],
            [
                f"{digit} at {distance:.1f}"
                for digit, distance in zip(neighbours.labels[0], neighbours.distances[0], strict=True)
            ],
        )
        st.caption(
            "Distance ties go to the reference with the lower index, vote ties to the digit whose nearest neighbour is "
            "nearer. A training image is not counted among its own neighbours."
        )
