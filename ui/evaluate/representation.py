"""What a model learned: its representation of images, projected to the plane, and the weights of its first layer."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import DataSet, Digits
from mnist_core.evaluation import projection
from mnist_core.evaluation.classifier import Classifier, KNNClassifier, NetworkClassifier
from mnist_core.evaluation.predictions import Predictions
from mnist_core.figures.representation import projection_scatter
from ui import query_params, resources
from ui.components import image_scatter
from ui.components.choices import one_of
from ui.errors import errors_shown
from ui.evaluate import first_layer
from ui.evaluate.models import Model
from ui.evaluate.selection import OWN, LabelledPredictions, Selection, chosen_predictions, predictions_or_hint
from ui.text import escape_markdown

_COUNTS = (200, 500, 1000, projection.MAX_IMAGES)
_EXPLANATIONS = {
    "PCA": "Images near each other look alike to it. The two axes are the directions in which its numbers vary most; "
    "they hold {share:.0f} % of the variance, so images may lie on each other here that differ in the rest.",
    "t-SNE": "Images near each other look alike to it: t-SNE keeps neighbours together. How far apart two groups lie, "
    "and how large they are, means nothing.",
}


def show(selection: Selection) -> None:
    model = selection.model
    with errors_shown():
        if selection.images == OWN:
            labelled = predictions_or_hint(selection)
        else:  # training images stand in while the test set is closed
            labelled = chosen_predictions(selection) or LabelledPredictions(
                f"training images of {selection.data_set.name}",
                *_training_predictions(model.classifier, selection.data_set),
                selection.data_set.identity,
            )
        if labelled is not None:
            _projection(model, labelled)
    st.subheader("The weights of its first layer", anchor=False)
    if isinstance(model.classifier, NetworkClassifier):
        first_layer.show(model.classifier, selection.data_set.identity)
    else:
        st.markdown(
            f"{escape_markdown(model.name)} has no weights: it keeps its references and compares each image with them."
        )


def _projection(model: Model, labelled: LabelledPredictions) -> None:
    identity, names = labelled.identity, labelled.identity.class_names
    with query_params.checked(["projection", "projected"]), st.container(horizontal=True, vertical_alignment="bottom"):
        method = one_of("Projection", list(_EXPLANATIONS), "projection", bind="query-params")
        chosen = st.pills(
            "Digits" if identity.of_digits else "Classes",
            range(len(names)),
            selection_mode="multi",
            default=range(len(names)),
            format_func=lambda label: escape_markdown(names[label]),
            key=f"projected_digits{'' if identity.of_digits else f'-{identity.name}'}",
            persist_state="session",
        )
        matching = np.flatnonzero(np.isin(labelled.digits.labels, chosen))
        if not len(matching):
            st.info(f"No image is left; choose another {identity.category}.", icon=":material/filter_alt:")
            return
        count = _count(len(matching))
    listed = ", ".join(escape_markdown(names[label]) for label in sorted(chosen))
    restriction = "" if len(chosen) == len(names) else f" that are labelled {listed}"
    _points(model, labelled, matching[:count], restriction, method)


def _count(most: int) -> int:
    counts = [*(count for count in _COUNTS if count < most), min(most, _COUNTS[-1])]
    if len(counts) == 1:
        return most
    if st.session_state.get("projected", counts[0]) not in counts:
        del st.session_state["projected"]  # it was chosen when there were more images, or fewer
    count: int = st.select_slider(
        "Images",
        counts,
        min(1000, counts[-1]),
        key="projected",
        bind="query-params",
        persist_state="session",
        width=260,
    )
    return count


def _points(
    model: Model, labelled: LabelledPredictions, indices: NDArray[np.int64], restriction: str, method: str
) -> None:
    names, category = labelled.identity.class_names, labelled.identity.category
    digits, answers, n = labelled.digits.take(indices), labelled.predictions.predicted[indices], len(indices)
    seconds = f" takes about {projection.tsne_seconds(n):.0f} s" if method == "t-SNE" else ""
    with st.spinner(f"{method} of {n:,} images{seconds}"):
        points, shares = _projected(model.classifier, digits, method)
    misread, (first, second) = int((answers != digits.labels).sum()), 100 * shares
    axes = (f"First direction, {first:.0f} % of the variance", f"Second direction, {second:.0f} %")
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        image_scatter.show(
            projection_scatter(points, digits.labels, answers, axes if method == "PCA" else ("", ""), names),
            digits.images,
            key="projected-images",
            alt=f"{n:,} images as {model.name} sees them, by {method}, coloured by {category}; {misread:,} are misread",
        )
    right.caption(
        f"The first {n:,} {escape_markdown(labelled.name)}{restriction}, each as {_features(model)}, projected to "
        "the plane and "
        f"coloured by its {category}. Crosses are the {misread:,} that it misreads."
    )
    right.caption(_EXPLANATIONS[method].format(share=100 * shares.sum()))
    right.caption("Point at one, or tap it, to see its image.")


def _features(model: Model) -> str:
    classifier, name = model.classifier, escape_markdown(model.name)
    if isinstance(classifier, KNNClassifier):
        return f"the {classifier.setting.grid.blocks:,} numbers of its blocks"
    assert isinstance(classifier, NetworkClassifier)
    config = classifier.config
    if config.hidden_sizes:
        return f"the {config.hidden_sizes[-1]:,} numbers of {name}'s last hidden layer"
    count = f"{config.linear_sizes[0]:,}"
    return f"its {count} pixels" if config.network == "mlp" else f"the {count} numbers of {name}'s last convolution"


@st.cache_data(show_spinner=False, max_entries=16, hash_funcs=resources.HASH_FUNCS)
def _training_predictions(classifier: Classifier, data_set: DataSet) -> tuple[Digits, Predictions]:
    """The first training images and the predictions for them; an image is no neighbour of itself."""
    trained_on = classifier.split(data_set.train)[0] if classifier.trained_on == data_set.name else data_set.train
    predictions = classifier.training_predictions(trained_on, projection.MAX_IMAGES)
    return trained_on.take(np.arange(len(predictions))), predictions


@st.cache_data(show_spinner=False, max_entries=16, hash_funcs=resources.HASH_FUNCS)
def _projected(classifier: Classifier, digits: Digits, method: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points (n, 2), and for PCA the shares of the variance."""
    features = classifier.features(digits.images)
    return projection.pca(features) if method == "PCA" else (projection.tsne(features), np.zeros(2))
