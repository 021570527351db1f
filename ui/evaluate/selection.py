"""What a person chose to evaluate: a model, the images that it is evaluated on, and what it reads them as."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from mnist_core.data import DataSet, Digits, Identity
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.report import TrainingFit
from mnist_core.evaluation.test_set import training_fit
from mnist_core.store import OwnDigit, as_digits
from ui import knn_controls, query_params, resources
from ui.evaluate import test_set
from ui.evaluate.models import KNN, Model, Models

TEST, OWN = "Test images", "My digits"


@dataclass(frozen=True)
class Selection:
    """`images` is TEST or OWN: those that the model is evaluated on."""

    models: Models
    model: Model
    data_set: DataSet
    fit: TrainingFit
    images: str


@dataclass(frozen=True)
class LabelledPredictions:
    """The predictions for `digits`; `name` is what these are called in a sentence."""

    name: str
    digits: Digits
    predictions: Predictions
    identity: Identity
    """The data set to whose classes they belong."""


def choose(data_set: DataSet) -> Selection:
    """Show the controls; the model is in the address as `run`, a number or `knn`."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    notes = st.container()
    place = row.container(width=380)
    with notes, query_params.checked(["images", *knn_controls.KEYS]), row:
        # One's own are digits, which only networks of digits read.
        options = [TEST, OWN] if data_set.identity.of_digits else [TEST]
        images = st.segmented_control(
            "Evaluated on", options, required=True, default=TEST, key="images", bind="query-params"
        )
        with st.popover("Neighbours", icon=":material/hub:"):
            models = Models(data_set, *knn_controls.show(data_set))
    with notes:
        reference = query_params.current_choice(
            "model",
            models.names,
            next(iter(models.names)),
            param="run",
            missing="There is no finished run {} whose network is there; choose another model.",
        )
    place.selectbox(
        "Model", list(models.names), key="model", format_func=models.names.__getitem__, persist_state="session"
    )
    (model,) = models.load([reference])
    with notes:
        test_set.show(model)
        if set(models.names) == {KNN}:
            st.page_link(
                "pages/train.py",
                label="Train a network to evaluate",
                icon=":material/model_training:",
                query_params=query_params.link(),
            )
    with st.spinner("Reading training and validation images"):
        fit = training_fit(resources.store(), model.classifier, data_set)
    return Selection(models, model, data_set, fit, images)


def predict_own_digits(model: Model) -> LabelledPredictions | None:
    """Let a model read one's own digits that it was not trained on; None where there are none."""
    if not model.data_set.identity.of_digits:
        return None
    (digits,) = unseen_digits([model], resources.store().digits.all())
    if digits is None:
        return None
    predictions = Predictions(model.classifier.probabilities(digits.images), digits.labels)
    return LabelledPredictions("digits of yours", digits, predictions, model.data_set.identity)


def unseen_digits(models: Sequence[Model], own_digits: Sequence[OwnDigit]) -> list[Digits | None]:
    """For each model, those of one's own digits that it was not trained on; None where there are none."""
    trained_on = resources.store().fine_tuning.trained_on([model.run.id for model in models if model.run is not None])
    known = [set[str]() if model.run is None else trained_on[model.run.id] for model in models]
    unseen = [[digit for digit in own_digits if digit.checksum not in checksums] for checksums in known]
    return [as_digits(digits) if digits else None for digits in unseen]


def chosen_predictions(selection: Selection) -> LabelledPredictions | None:
    """Let the model read the chosen images; None while the test set is closed, and where there are no own digits."""
    if selection.images == OWN:
        return predict_own_digits(selection.model)
    data_set, report = selection.data_set, selection.model.report
    if report is None:
        return None
    return LabelledPredictions(f"test images of {data_set.name}", data_set.test, report.test, data_set.identity)


def predictions_or_hint(selection: Selection) -> LabelledPredictions | None:
    """The predictions for the chosen images, or None after saying what to do."""
    labelled = chosen_predictions(selection)
    if labelled is None and selection.images == OWN:
        st.info("There are no digits of yours that this model was not trained on.", icon=":material/draw:")
        st.page_link(
            "pages/draw.py", label="Draw some and keep them", icon=":material/draw:", query_params=query_params.link()
        )
    elif labelled is None:
        st.info(
            "The test set is closed for this model. "
            f"{'Open it above' if test_set.may_open(selection.model) else 'Its owner can open it'}"
            f"{', or evaluate the model on digits of yours' if selection.data_set.identity.of_digits else ''}.",
            icon=":material/lock:",
        )
    return labelled
