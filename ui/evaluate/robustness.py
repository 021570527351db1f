"""How robust models are: their accuracy on ever more strongly corrupted images, several models on one chart."""

from collections.abc import Sequence
from functools import partial
from itertools import product
from typing import TypeAlias

import numpy as np
import pandas as pd
import streamlit as st

from mnist_core.evaluation.corruptions import CORRUPTIONS, Corruption, corrupt
from mnist_core.evaluation.robustness import accuracies, mean_accuracy, measure_robustness, stored_robustness
from mnist_core.figures.evaluation import accuracy_over_strength
from mnist_core.formatting import percent
from ui import query_params, resources
from ui.components import csv_button, digit_images, static_chart
from ui.components.choices import one_of
from ui.evaluate.models import KNN, Model
from ui.evaluate.selection import OWN, TEST, LabelledPredictions, Selection, predictions_or_hint, unseen_digits
from ui.long_task import Task, buttons, forget, progress_bar, run_tasks
from ui.text import escape_markdown

_Counts: TypeAlias = dict[tuple[str, str], list[int]]
"""How many images are read correctly, clean and at each strength, by the keys of classifier and corruption."""
_BY_NAME = {corruption.name: corruption for corruption in CORRUPTIONS}
_MEASURING = "robustness"
_MOST_MODELS = 6


def show(selection: Selection) -> None:
    labelled = predictions_or_hint(selection)
    if labelled is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        models = _comparable(selection, _choose_models(selection), labelled)
        classifiers, digits = [model.classifier for model in models], labelled.digits
        counts = stored_robustness(resources.store(), classifiers, digits, CORRUPTIONS)
        pairs = list(product(models, CORRUPTIONS))
        missing = [pair for pair in pairs if _key(*pair) not in counts]
        # In the address, so that a reload goes on. A model that is added after the end waits for the button.
        measuring = st.query_params.get("work") == _MEASURING
        if measuring and not missing:
            _measure(False)
            measuring = False
        buttons(_MEASURING, measuring, bool(missing), _measure, start=True, stop=False)
    with query_params.checked(["corruption"]):
        name = one_of("Made harder by", list(_BY_NAME), "corruption", bind="query-params")
    # Both are filled in every page run: during a long one, an element that is not written again stays on the page.
    bar, body = progress_bar(_MEASURING, measuring), st.empty()
    with body.container():
        _results(models, counts, labelled, _BY_NAME[name], measuring)
    if measuring:
        tasks = [
            Task(
                f"{escape_markdown(model.name)}, {corruption.name.lower()}",
                1.0,
                partial(measure_robustness, resources.store(), model.classifier, digits, corruption),
            )
            for model, corruption in missing
        ]
        run_tasks(tasks, len(pairs), len(pairs), bar, _MEASURING)


def _key(model: Model, corruption: Corruption) -> tuple[str, str]:
    return model.classifier.key, corruption.key


def _choose_models(selection: Selection) -> list[Model]:
    """Let a person choose the models, in the address too; the model of the page comes first when it has changed."""
    names, reference = selection.models.names, selection.model.reference
    default = list[str]()
    if "beside" not in st.session_state and "beside" not in st.query_params:
        (knn,) = selection.models.load([KNN])
        default = [KNN] if selection.images == OWN or knn.report is not None else []
    references = query_params.current_choices("beside", names, default, most=_MOST_MODELS)
    if st.session_state.get("beside-model") != reference:
        references = list(dict.fromkeys([reference, *references]))[:_MOST_MODELS]
        query_params.keep_choice("beside", references)
        st.session_state["beside-model"] = reference
    st.multiselect(
        "Models",
        list(names),
        key="beside",
        format_func=names.__getitem__,
        max_selections=_MOST_MODELS,
        persist_state="session",
        width=520,
    )
    return selection.models.load(references)


def _comparable(selection: Selection, models: Sequence[Model], labelled: LabelledPredictions) -> list[Model]:
    """Those of the models that may be evaluated on the chosen images; the others are named in a warning."""
    if selection.images == TEST:
        excluded = [model for model in models if model.report is None]
        reason, advice, icon = "its test set is closed", " Choose it above as the model to open it.", "lock"
    else:  # one's own digits are the same for all models, so that the curves can be compared
        kept, same = resources.store().digits.all(), labelled.digits.checksum
        unseen = zip(models, unseen_digits(models, kept), strict=True)
        excluded = [model for model, digits in unseen if digits is None or digits.checksum != same]
        reason, advice, icon = "trained on some of these digits", "", "school"
    if excluded:
        names = ", ".join(escape_markdown(model.name) for model in excluded)
        st.warning(f"Left out, since {reason}: {names}.{advice}", icon=f":material/{icon}:")
    return [model for model in models if model not in excluded]


def _measure(wanted: bool) -> None:
    forget(_MEASURING)
    if wanted:
        st.query_params["work"] = _MEASURING
    else:
        st.query_params.pop("work", None)


def _results(
    models: list[Model], counts: _Counts, labelled: LabelledPredictions, corruption: Corruption, measuring: bool
) -> None:
    n = len(labelled.digits)
    measured = [model for model in models if _key(model, corruption) in counts]
    if measured:
        curves = {model.name: accuracies(counts[_key(model, corruption)], n) for model in measured}
        figure = accuracy_over_strength(corruption, [model.reference for model in measured], curves)
        static_chart.show(figure, key="robustness", alt=f"Accuracy over {corruption.name.lower()}")
    elif measuring:
        st.empty()  # takes the place of the sentence below, or what follows would be shown twice meanwhile
    else:
        st.info("Press Measure to see how well these models read what is harder to read.", icon=":material/speed:")
    strengths = [corruption.clean, *corruption.strengths]
    examples = np.concatenate([corrupt(labelled.digits.images[:1], corruption, strength) for strength in strengths])
    digit_images.show(examples, ["clean", *(f"{strength:g}" for strength in corruption.strengths)], width=84)
    if measured:
        st.markdown(f"**Mean accuracy over the five strengths**, {n:,} {escape_markdown(labelled.name)}")
        st.dataframe(
            _mean_accuracies(models, counts, n),
            alt="Mean accuracy over the strengths, a row a corruption, a column a model",
        )
        csv_button.csv_button(_all_accuracies(models, counts, n), "robustness", labelled.name)


def _mean_accuracies(models: list[Model], counts: _Counts, n: int) -> pd.DataFrame:
    """The mean accuracy over the five strengths as text: a row a corruption, a column a model."""
    means = {key: percent(mean_accuracy(correct, n)) for key, correct in counts.items()}
    columns = {model.name: [means.get(_key(model, corruption), "") for corruption in CORRUPTIONS] for model in models}
    return pd.DataFrame(columns, index=pd.Index(list(_BY_NAME), name="Made harder by"))


def _all_accuracies(models: list[Model], counts: _Counts, n: int) -> pd.DataFrame:
    """A row a model, corruption and strength, with how often the model's test set was opened."""
    return pd.DataFrame(
        {"model": model.name, "made_harder_by": corruption.name, "unit": corruption.unit, "strength": strength}
        | {"accuracy": correct / n, "images": n, "test_openings": model.openings}
        for model, corruption in product(models, CORRUPTIONS)
        if _key(model, corruption) in counts
        for strength, correct in zip(
            [corruption.clean, *corruption.strengths], counts[_key(model, corruption)], strict=True
        )
    )
