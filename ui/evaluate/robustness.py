"""How far does it carry: accuracy on images made ever harder to read, for several models on one chart."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from mnist_core import figures
from mnist_core.data import Digits
from mnist_core.evaluation.corruptions import CORRUPTIONS, Corruption, corrupt
from mnist_core.evaluation.robustness import accuracies, mean_accuracy, measure_robustness, stored_robustness
from mnist_core.formatting import percent
from ui import query_params, resources
from ui.components import csv_button, digit_images, static_chart
from ui.evaluate.models import KNN, Model
from ui.evaluate.selection import OWN, TEST, LabelledPredictions, Selection, own_digits
from ui.evaluate.test_set import predictions_or_hint
from ui.long_task import Task, buttons, forget, run_tasks
from ui.text import escape_markdown

_WAYS = {corruption.name: corruption for corruption in CORRUPTIONS}
_AT_WORK = "robustness"
MOST_MODELS = 6


def show(subject: Selection) -> None:
    reading = predictions_or_hint(subject)
    if reading is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        models = _models(subject, reading)
        # In the address, so that a reload goes on.
        wanted = st.query_params.get("work") == _AT_WORK
        stored = stored_robustness(
            resources.store(), [model.classifier for model in models], reading.digits, CORRUPTIONS
        )
        found = {
            (model.reference, way): stored.get((model.classifier.key, way.key))
            for model in models
            for way in CORRUPTIONS
        }
        missing = [(model, way) for model in models for way in CORRUPTIONS if found[model.reference, way] is None]
        if wanted and not missing:  # done: what is chosen next waits for the button
            _want(False)
        wanted = wanted and bool(missing)
        buttons(_AT_WORK, wanted, bool(missing), _want, start=True, stop=False)
    with query_params.checked(["way"]):
        name = st.segmented_control(
            "Made harder by", list(_WAYS), required=True, default=CORRUPTIONS[0].name, key="way", bind="query-params"
        )
    # Written in each run: what a long run leaves unwritten would stay on the page meanwhile.
    bar, body = st.empty(), st.empty()
    with body.container():
        way = _WAYS[name]
        measured = {model: right for model in models if (right := found[model.reference, way]) is not None}
        if measured:
            curves = {model.name: accuracies(right, len(reading.digits)) for model, right in measured.items()}
            figure = figures.accuracy_over_strength(way, [model.reference for model in measured], curves)
            static_chart.show(figure, key="robustness", alt=f"Accuracy over {name.lower()}")
        elif wanted:
            st.empty()  # in place of the words, or what follows would be seen twice meanwhile
        else:
            st.info("Press Measure to see how well these models read what is harder to read.", icon=":material/speed:")
        _examples(reading, way)
        if measured:
            _table(models, found, len(reading.digits), reading)
    if wanted:
        tasks = [_task(model, way, reading.digits) for model, way in missing]
        run_tasks(tasks, len(found), len(found), bar, _AT_WORK)


def _models(subject: Selection, reading: LabelledPredictions) -> list[Model]:
    """Let a person choose the models, in the address too; those that may not be judged by the images are left out."""
    names = subject.models.names
    if st.session_state.get("beside-model") != subject.model.reference or "beside" not in st.session_state:
        if "beside" in st.query_params:
            asked = [part for part in st.query_params["beside"].split(",") if part in names]
        else:
            judged = subject.images != TEST or subject.models.load(KNN).report is not None
            asked = [KNN] if judged else []
        st.session_state["beside"] = list(dict.fromkeys([subject.model.reference, *asked]))[:MOST_MODELS]
        st.session_state["beside-model"] = subject.model.reference
    st.session_state["beside"] = [part for part in st.session_state["beside"] if part in names]
    chosen = st.multiselect(
        "Models",
        list(names),
        key="beside",
        format_func=names.__getitem__,
        max_selections=MOST_MODELS,
        persist_state="session",
        width=520,
    )
    st.query_params["beside"] = ",".join(chosen) or "none"
    models = [subject.models.load(reference) for reference in chosen]
    closed = [model for model in models if subject.images == TEST and model.report is None]
    if closed:
        names_shown = ", ".join(escape_markdown(model.name) for model in closed)
        st.warning(
            f"Left out, since its test set is closed: {names_shown}. Choose it above as the model to open it.",
            icon=":material/lock:",
        )
    # One's own digits are the same for all, so that the curves can be compared.
    partial = [model for model in models if subject.images == OWN and not _knows_none(model, reading)]
    if partial:
        known = ", ".join(escape_markdown(model.name) for model in partial)
        st.warning(
            f"Left out, since trained on some of these digits: {known}.",
            icon=":material/school:",
        )
    return [model for model in models if model not in (*closed, *partial)]


def _knows_none(model: Model, reading: LabelledPredictions) -> bool:
    unseen = own_digits(model)
    return unseen is not None and unseen.checksum == reading.digits.checksum


def _want(wanted: bool) -> None:
    forget(_AT_WORK)
    if wanted:
        st.query_params["work"] = _AT_WORK
    else:
        st.query_params.pop("work", None)


def _task(model: Model, way: Corruption, images: Digits) -> Task:
    def do(progress: Callable[[float], None]) -> None:
        measure_robustness(resources.store(), model.classifier, images, way, progress)

    return Task(f"{escape_markdown(model.name)}, {way.name.lower()}", 1.0, do)


def _examples(reading: LabelledPredictions, way: Corruption) -> None:
    """One digit from clean to severe."""
    image = reading.digits.images[:1]
    strengths = [way.clean, *way.strengths]
    images = np.concatenate([corrupt(image, way, strength) for strength in strengths])
    digit_images.show(images, ["clean", *(f"{strength:g}" for strength in way.strengths)], width=84)


def _table(
    models: list[Model], found: dict[tuple[str, Corruption], list[int] | None], n: int, reading: LabelledPredictions
) -> None:
    """The mean accuracy over the five strengths, a row a way."""
    rows = {
        model.name: [
            None if (right := found[model.reference, way]) is None else mean_accuracy(right, n) for way in CORRUPTIONS
        ]
        for model in models
    }
    # As objects, so that what is not measured stays None.
    means = pd.DataFrame(rows, index=pd.Index(list(_WAYS), name="Made harder by"), dtype=object)
    st.markdown(f"**Mean accuracy over the five strengths**, {n:,} {reading.name}")
    st.dataframe(means.map(percent), alt="Mean accuracy over the strengths, a row a way, a column a model")
    csv_button.csv_button(_points(models, found, n), "robustness")


def _points(models: list[Model], found: dict[tuple[str, Corruption], list[int] | None], n: int) -> pd.DataFrame:
    """What was measured, a row a model and strength, with how often the model's test set was opened."""
    return pd.DataFrame(
        {
            "model": model.name,
            "made_harder_by": way.name,
            "unit": way.unit,
            "strength": strength,
            "accuracy": accuracy,
            "images": n,
            "test_openings": openings,
        }
        for model, openings in [(model, model.openings) for model in models]
        for way in CORRUPTIONS
        if (right := found[model.reference, way]) is not None
        for strength, accuracy in zip([way.clean, *way.strengths], accuracies(right, n), strict=True)
    )
