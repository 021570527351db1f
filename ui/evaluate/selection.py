"""What a person evaluates: a model, and the images that it is judged by; and the act of opening the test set."""

from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from mnist_core.data import DataSet, Digits
from mnist_core.evaluation import test_set
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.report import Report, TrainingFit
from mnist_core.formatting import times_opened
from mnist_core.store import as_digits
from ui import knn_settings, query_params, resources
from ui.evaluate.models import KNN, Model, Models
from ui.shell import errors_shown

TEST, OWN = "Test images", "My digits"
_WHY = (
    "Whoever changes something because of a test result and tests again fits the model to the test images by hand: the "
    "best of many tries is partly the luckiest. So choose settings by validation images, and open the test set once, "
    "at the end. Each opening is counted and stays on record: with the run, its files and its report."
)


@dataclass(frozen=True)
class LabelledPredictions:
    """What the model reads the chosen images as."""

    name: str
    digits: Digits
    predictions: Predictions


@dataclass(frozen=True)
class Selection:
    """`report` is None while the test set is closed."""

    models: Models
    model: Model
    data_set: DataSet
    fit: TrainingFit
    report: Report | None
    images: str
    """The images that are asked for: TEST or OWN."""

    @cached_property
    def own(self) -> LabelledPredictions | None:
        """One's own digits as they are read, read where they are asked for; None where there are none to judge by."""
        return own_reading(self.model)

    @property
    def reading(self) -> LabelledPredictions | None:
        """The chosen images as they are read; None while they are closed or missing."""
        if self.images == OWN:
            return self.own
        return None if self.report is None else test_reading(self.data_set, self.report)


def choose(data_set: DataSet) -> Selection:
    """Show the controls; the model is in the address as `run`, a number or `knn`."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    notes = st.container()
    place = row.container(width=380)
    with notes, query_params.checked(["images", *knn_settings.SETTINGS]), row:
        images = st.segmented_control(
            "Judged by", [TEST, OWN], required=True, default=TEST, key="images", bind="query-params"
        )
        with st.popover("Neighbours", icon=":material/hub:"):
            models = Models(*knn_settings.settings(data_set))
    with notes:
        _asked(models)
    with place:
        model = _model(models)
    with notes:
        _test_set(model)
        if set(models.names) == {KNN}:
            st.page_link("pages/train.py", label="Train a network to evaluate", icon=":material/model_training:")
    with st.spinner("Reading training and validation images"):
        fit = test_set.training_fit(resources.store(), model.classifier, data_set)
    return Selection(models, model, data_set, fit, model.report, images)


def _asked(models: Models) -> None:
    """Choose the model that the address asks for, where it is another one than before."""
    asked = st.query_params.get("run", "")
    if asked in models.names and st.session_state.get("evaluated-asked") != asked:
        st.session_state["evaluated"] = asked
    elif asked and asked not in models.names:
        st.warning(
            f"There is no finished run {asked[:30]} whose network is there; choose another model.",
            icon=":material/link_off:",
        )
    if st.session_state.get("evaluated") not in models.names:
        st.session_state["evaluated"] = next(iter(models.names))


def _model(models: Models) -> Model:
    chosen = st.selectbox(
        "Model", list(models.names), key="evaluated", format_func=models.names.__getitem__, persist_state="session"
    )
    st.session_state["evaluated-asked"] = st.query_params["run"] = chosen
    return models.load(chosen)


def _test_set(model: Model) -> None:
    """Offer to open the test set where it is closed, and say how often it was opened."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if model.report is None:
            key = f"open-{model.classifier.key}"
            if st.button("Open the test set", type="primary", icon=":material/lock_open:", key=key):
                with errors_shown():
                    model.open_test_set()
                    st.rerun()
        count = model.openings
        again = ", but it has not read these images as it is now" if count and model.report is None else ""
        whom = "this model" if model.run else f"{model.name}, or other settings of them"
        st.caption(f"The test set **{times_opened(count)}** for {whom}{again}.", width="content")
        with st.popover("Why count?", icon=":material/help:", type="tertiary"):
            st.write(_WHY)


def test_reading(data_set: DataSet, report: Report) -> LabelledPredictions:
    return LabelledPredictions(f"test images of {data_set.name}", data_set.test, report.test)


def own_digits(model: Model) -> Digits | None:
    """One's own digits but those that the model was trained on; None where there are none."""
    store = resources.store()
    known = set[str]() if model.run is None else store.fine_tuning.trained_on(model.run.id)
    unseen = [digit for digit in store.digits.all() if digit.checksum not in known]
    return as_digits(unseen) if unseen else None


def own_reading(model: Model) -> LabelledPredictions | None:
    """These as the model reads them."""
    digits = own_digits(model)
    if digits is None:
        return None
    return LabelledPredictions(
        "digits of yours", digits, Predictions(model.classifier.probabilities(digits.images), digits.labels)
    )
