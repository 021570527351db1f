"""What did it learn: the images as it sees them, projected to the plane, and the weights of its first layer."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import figures
from mnist_core.data import Digits
from mnist_core.evaluation import Classifier, Neighbours, Network, projection, weights
from pages.shared import address, picture_points, samples
from pages.shared import digits as pictures
from pages.shared.evaluating.subject import Subject
from pages.shared.frame import errors_shown

METHODS = ("PCA", "t-SNE")
KEYS = ("projection", "projected")
_COUNTS = (200, 500, 1000, projection.MOST)
_DEFAULT = 1000
_UNITS = 32
"""Units shown at a time."""
_READ = {
    "PCA": "Images near each other look alike to it. The two axes are the directions in which its numbers vary most; "
    "they hold {share:.0f} % of the variance, so images may lie on each other here that differ in the rest.",
    "t-SNE": "Images near each other look alike to it: t-SNE keeps neighbours together. How far apart two groups lie, "
    "and how large they are, means nothing.",
}


def show(subject: Subject) -> None:
    """The chosen images, or training images while the test set is closed."""
    classifier, name = subject.model.classifier, subject.model.name
    reading = subject.reading
    digits = subject.data_set.train if reading is None else reading.digits
    data_name = f"training images of {subject.data_set.name}" if reading is None else reading.name
    with address.checked(KEYS), st.container(horizontal=True, vertical_alignment="bottom"):
        method = st.segmented_control(
            "Projection",
            METHODS,
            required=True,
            default="PCA",
            key=KEYS[0],
            bind="query-params",
            persist_state="session",
        )
        count = _count(len(digits))
    with errors_shown():
        _points(classifier, name, digits.take(np.arange(count)), data_name, method)
    st.subheader("The weights of its first layer", anchor=False)
    if isinstance(classifier, Network):
        _weights(classifier)
    else:
        st.markdown(f"{name} has no weights: it keeps its references and compares each image with them.")


def _count(most: int) -> int:
    """Let a person choose how many images are projected."""
    counts = [*(count for count in _COUNTS if count < most), min(most, _COUNTS[-1])]
    if len(counts) == 1:
        return most
    if st.session_state.get(KEYS[1], counts[0]) not in counts:
        del st.session_state[KEYS[1]]  # chosen where there were other images
    return st.select_slider(
        "Images",
        counts,
        min(_DEFAULT, counts[-1]),
        key=KEYS[1],
        bind="query-params",
        persist_state="session",
        width=260,
    )


def _points(classifier: Classifier, name: str, digits: Digits, data_name: str, method: str) -> None:
    key, n = (classifier.key, digits.checksum), len(digits)
    seconds = f" takes about {projection.tsne_seconds(n):.0f} s" if method == "t-SNE" else ""
    with st.spinner(f"{method} of {n:,} images{seconds}"):
        answers = _answers(*key, classifier, digits.images)
        points, shares = _projected(*key, method, classifier, digits.images)
    misread = int((answers != digits.labels).sum())
    axes = ("", "")
    if method == "PCA":
        axes = (
            f"First direction, {100 * shares[0]:.0f} % of the variance",
            f"Second direction, {100 * shares[1]:.0f} %",
        )
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        picture_points.show(
            figures.projected(points, digits.labels, answers, axes),
            digits.images,
            key="picture-points",
            alt=f"{n:,} images as {name} sees them, by {method}, coloured by digit; {misread:,} are misread",
        )
    right.caption(
        f"The first {n:,} {data_name}, each as {_features(classifier, name)}, projected to the plane and coloured by "
        f"its digit. Crosses are the {misread:,} that it misreads."
    )
    right.caption(_READ[method].format(share=100 * shares.sum()))
    right.caption("Point at one, or tap it, to see its image.")


def _features(classifier: Classifier, name: str) -> str:
    if isinstance(classifier, Neighbours):
        return f"the {classifier.setting.grid.blocks:,} numbers of its blocks"
    assert isinstance(classifier, Network)
    config = classifier.config
    if config.hidden_sizes:
        return f"the {config.hidden_sizes[-1]:,} numbers of {name}'s last hidden layer"
    count = f"{config.linear_sizes[0]:,}"
    return f"its {count} pixels" if config.network == "mlp" else f"the {count} numbers of {name}'s last convolution"


def _weights(network: Network) -> None:
    images = weights.first_layer(network.model)
    # A few that are far larger than the rest do not make the rest dark.
    largest = float(np.quantile(np.abs(images), 0.999))
    order = weights.strongest(images)
    if network.config.network == "cnn":
        unit, sees, noise = "kernel", "a patch of 5 x 5 pixels", ""
    else:
        unit, sees = "unit", "the 28 x 28 pixels"
        noise = " Where images hardly have ink, at the border, the weights keep the noise that training began with."
    st.caption(
        f"The weights with which each of its {len(images):,} {unit}s looks at {sees}, those with the largest first. "
        f"Orange: ink there raises the {unit}'s number. Blue: ink lowers it. Black: it does not count.{noise}"
    )
    _scale(largest)
    start, end = 0, len(order)
    if len(order) > _UNITS:
        start, end = samples.turn_pages("units", len(order), _UNITS)
        st.caption(f"{start + 1:,} to {end:,} of {len(order):,}")
    shown, direct = order[start:end], network.config.linear_sizes == (28 * 28, 10)
    pictures.show(
        figures.signed_colours(images[shown], largest),
        [f"{'digit' if direct else unit} {number}" for number in shown],
        width=84,
    )


def _scale(largest: float) -> None:
    """A strip of all colours with the numbers at its ends and middle."""
    strip = figures.data_url(figures.signed_colours(np.linspace(-1, 1, 101)[None], 1.0))
    st.html(
        '<div style="width:260px;max-width:100%;font-size:0.8rem">'
        f'<img src="{strip}" alt="" style="width:100%;height:12px;border-radius:4px;display:block">'
        '<div style="display:flex;justify-content:space-between">'
        f"<span>&minus;{largest:.2g} or less</span><span>0</span><span>{largest:.2g} or more</span></div></div>"
    )


@st.cache_data(show_spinner=False, max_entries=16)
def _answers(
    classifier_key: str, images_key: str, _classifier: Classifier, _images: NDArray[np.uint8]
) -> NDArray[np.int64]:
    return _classifier.probabilities(_images).argmax(axis=1)


@st.cache_data(show_spinner=False, max_entries=16)
def _projected(
    classifier_key: str, images_key: str, method: str, _classifier: Classifier, _images: NDArray[np.uint8]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points (n, 2), and for PCA the shares of the variance."""
    features = _classifier.features(_images)
    return projection.pca(features) if method == "PCA" else (projection.tsne(features), np.zeros(2))
