"""What did it learn: images as it sees them, projected to the plane, and the weights of its first layer."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core import figures
from mnist_core.data import Digits
from mnist_core.evaluation import projection
from mnist_core.evaluation.classifier import Classifier, KNNClassifier, NetworkClassifier
from mnist_core.evaluation.predictions import Predictions
from ui import query_params
from ui.components import image_scatter
from ui.evaluate import first_layer
from ui.evaluate.selection import OWN, LabelledPredictions, Selection
from ui.evaluate.test_set import predictions_or_hint
from ui.shell import errors_shown
from ui.text import escape_markdown

METHODS = ("PCA", "t-SNE")
KEYS = ("projection", "projected")
_COUNTS = (200, 500, 1000, projection.MAX_IMAGES)
_DEFAULT = 1000
_READ = {
    "PCA": "Images near each other look alike to it. The two axes are the directions in which its numbers vary most; "
    "they hold {share:.0f} % of the variance, so images may lie on each other here that differ in the rest.",
    "t-SNE": "Images near each other look alike to it: t-SNE keeps neighbours together. How far apart two groups lie, "
    "and how large they are, means nothing.",
}


def show(subject: Selection) -> None:
    classifier, name = subject.model.classifier, subject.model.name
    with errors_shown():
        # One's own digits are asked for; for test images that are closed, training images stand in.
        reading = predictions_or_hint(subject) if subject.images == OWN else subject.reading or _training(subject)
        if reading is not None:
            _projection(classifier, name, reading)
    st.subheader("The weights of its first layer", anchor=False)
    if isinstance(classifier, NetworkClassifier):
        first_layer.show(classifier)
    else:
        st.markdown(f"{name} has no weights: it keeps its references and compares each image with them.")


def _training(subject: Selection) -> LabelledPredictions:
    """The first training images as they are read; none vouches for itself."""
    classifier, data_set = subject.model.classifier, subject.data_set
    # Of another data set than that trained on, it knows none.
    known = classifier.split(data_set.train)[0] if classifier.trained_on == data_set.name else data_set.train
    digits = known.take(np.arange(min(len(known), projection.MAX_IMAGES)))
    probabilities = _training_probabilities(classifier.key, data_set.checksum, classifier, known)
    name = f"training images of {data_set.name}"
    return LabelledPredictions(name, digits, Predictions(probabilities, digits.labels))


def _projection(classifier: Classifier, name: str, reading: LabelledPredictions) -> None:
    with query_params.checked(KEYS), st.container(horizontal=True, vertical_alignment="bottom"):
        method = st.segmented_control(
            "Projection",
            METHODS,
            required=True,
            default="PCA",
            key=KEYS[0],
            bind="query-params",
            persist_state="session",
        )
        chosen = st.pills(
            "Digits",
            range(10),
            selection_mode="multi",
            default=range(10),
            key="projected_digits",
            persist_state="session",
        )
        of_these = np.flatnonzero(np.isin(reading.digits.labels, chosen))
        if not len(of_these):
            st.info(
                "None of these images is one of the chosen digits; choose another one.", icon=":material/filter_alt:"
            )
            return
        count = _count(len(of_these))
    which = "" if len(chosen) == 10 else f" that are labelled {', '.join(map(str, sorted(chosen)))}"
    _points(classifier, name, reading, of_these[:count], which, method)


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


def _points(
    classifier: Classifier, name: str, reading: LabelledPredictions, indices: NDArray[np.int64], which: str, method: str
) -> None:
    digits, answers, n = reading.digits.take(indices), reading.predictions.predicted[indices], len(indices)
    seconds = f" takes about {projection.tsne_seconds(n):.0f} s" if method == "t-SNE" else ""
    with st.spinner(f"{method} of {n:,} images{seconds}"):
        points, shares = _projected(classifier.key, digits.checksum, method, classifier, digits.images)
    misread = int((answers != digits.labels).sum())
    axes = ("", "")
    if method == "PCA":
        axes = (
            f"First direction, {100 * shares[0]:.0f} % of the variance",
            f"Second direction, {100 * shares[1]:.0f} %",
        )
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        image_scatter.show(
            figures.projection_scatter(points, digits.labels, answers, axes),
            digits.images,
            key="picture-points",
            alt=f"{n:,} images as {name} sees them, by {method}, coloured by digit; {misread:,} are misread",
        )
    right.caption(
        f"The first {n:,} {reading.name}{which}, each as {_features(classifier, name)}, projected to the plane and "
        f"coloured by its digit. Crosses are the {misread:,} that it misreads."
    )
    right.caption(_READ[method].format(share=100 * shares.sum()))
    right.caption("Point at one, or tap it, to see its image.")


def _features(classifier: Classifier, name: str) -> str:
    if isinstance(classifier, KNNClassifier):
        return f"the {classifier.setting.grid.blocks:,} numbers of its blocks"
    assert isinstance(classifier, NetworkClassifier)
    config = classifier.config
    if config.hidden_sizes:
        return f"the {config.hidden_sizes[-1]:,} numbers of {escape_markdown(name)}'s last hidden layer"
    count = f"{config.linear_sizes[0]:,}"
    return (
        f"its {count} pixels"
        if config.network == "mlp"
        else f"the {count} numbers of {escape_markdown(name)}'s last convolution"
    )


@st.cache_data(show_spinner=False, max_entries=16)
def _training_probabilities(
    classifier_key: str, data_key: str, _classifier: Classifier, _known: Digits
) -> NDArray[np.floating]:
    return _classifier.training_predictions(_known, projection.MAX_IMAGES).probabilities


@st.cache_data(show_spinner=False, max_entries=16)
def _projected(
    classifier_key: str, images_key: str, method: str, _classifier: Classifier, _images: NDArray[np.uint8]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points (n, 2), and for PCA the shares of the variance."""
    features = _classifier.features(_images)
    return projection.pca(features) if method == "PCA" else (projection.tsne(features), np.zeros(2))
