"""Training, validation and test accuracy side by side, what their gap says, and a comparison with another model."""

from collections.abc import Iterator

import streamlit as st

from mnist_core.evaluation.comparison import compare_predictions
from mnist_core.evaluation.generalisation import assess_generalisation
from mnist_core.evaluation.report import possible_overlap, scores_by_part
from mnist_core.export import html_report
from mnist_core.figures.evaluation import accuracy_intervals
from mnist_core.formatting import interval, percent
from mnist_core.store import UNKNOWN_DATA_SET
from ui import query_params, resources
from ui.components import static_chart
from ui.components.download_button import download_button
from ui.evaluate import test_set
from ui.evaluate.models import Model
from ui.evaluate.selection import OWN, Selection, predict_own_digits, predictions_or_hint
from ui.text import escape_markdown

_JUDGEMENTS = {
    "underfitting": (
        "trending_down",
        "orange",
        "More epochs, a higher learning rate or more units would help.",
        "More references or finer blocks would help.",
    ),
    "fitting": ("check", "green", *("What it learned holds for images that it never saw.",) * 2),
    "overfitting": (
        "menu_book",
        "red",
        "More or varied images, or fewer epochs, would help.",
        "More references or more neighbours that vote would help.",
    ),
    "undecided": ("help", "gray", *("More images would tell.",) * 2),
}
"""Icon and colour of the badge, what would help a network, and what would help K nearest neighbours."""


def show(selection: Selection) -> None:
    model = selection.model
    own = predictions_or_hint(selection) if selection.images == OWN else predict_own_digits(model)
    if model.report is None:
        st.info(
            "The test set is closed for this model. What it reads of training and validation images is shown freely; "
            "open the test set when you have made your choices.",
            icon=":material/lock:",
        )
    else:
        score = model.report.score
        st.markdown(
            f"### {percent(score.accuracy)} of {score.n:,} test images of {escape_markdown(model.report.data_set)} "
            "are read correctly\n"
            f"Its accuracy on all images of this kind lies {interval(*score.interval)}."
        )
    by_part = scores_by_part(selection.fit, model.report)
    if own is not None:
        by_part["my digits"] = own.predictions.score
    assessment = assess_generalisation(by_part)
    if assessment is not None:
        icon, colour, *advice = _JUDGEMENTS[assessment.fitting]
        st.markdown(
            f":{colour}-badge[:material/{icon}: {assessment.fitting.capitalize()}] {assessment.sentence} "
            f"{advice[model.run is None]} {assessment.gap_sentence}"
        )
    if by_part:
        static_chart.show(
            accuracy_intervals(by_part), key="accuracies", alt="Accuracy on each part with its 95 % interval"
        )
    st.caption(" ".join(_notes(selection)))
    if test_set.may_open(model):
        _offer_report(selection)
    _compare_models(selection)


def _offer_report(selection: Selection) -> None:
    model, store = selection.model, resources.store()  # where the report is written, nobody is logged in
    download_button(
        "Report as HTML",
        lambda: html_report.write_html(
            store, model.classifier, model.name, selection.data_set, run=model.run, openings=model.openings
        ),
        f"report-{model.reference}.html",
        "One file with the charts, for handing in. It says how often the test set was opened.",
    )


def _notes(selection: Selection) -> Iterator[str]:
    training, trained_on = selection.fit.training, selection.model.classifier.trained_on
    if training is not None:
        yield f"Training: the first {training.n:,} images that it was trained on."
        if selection.fit.validation is None:
            yield "It held out no validation images; set a validation share on Train to have some."
    if trained_on == UNKNOWN_DATA_SET:
        yield "Its file does not say what it was trained on; it may have seen the test images."
    elif trained_on != selection.data_set.name:
        yield (
            f"It was trained on {escape_markdown(trained_on)}, whose images are not in use, so there is no "
            "training accuracy."
        )
    if (overlap := possible_overlap(trained_on, selection.data_set.name)) is not None:
        yield overlap
    if selection.model.run is None:
        yield "A reference is read by its nearest neighbours without itself."


def _compare_models(selection: Selection) -> None:
    st.subheader("Is another model better?", anchor=False)
    other = _other_model(selection)
    if other is None:
        return
    models = (selection.model, other)
    names = [escape_markdown(model.name) for model in models]
    for model, name in zip(models, names, strict=True):
        if model.report is None:
            st.info(f"The test set is closed for {name}.", icon=":material/lock:")
            test_set.open_button(model, f"Open the test set for {name}", key="open-compared")
            return
    reports = [model.report for model in models if model.report is not None]
    for column, name, report in zip(st.columns(2), names, reports, strict=True):
        column.metric(name, percent(report.score.accuracy))
    comparison = compare_predictions(*(report.test for report in reports))
    conclusion = comparison.conclusion(*names)
    p = "p < 0.001" if comparison.p_value < 0.001 else f"p = {comparison.p_value:.2g}"
    st.markdown(
        f"**{conclusion[0].upper()}{conclusion[1:]}.** "
        f"Only {names[0]} reads {comparison.only_first:,} images, only {names[1]} {comparison.only_second:,}, "
        f"neither {comparison.neither:,}. {comparison.sentence.capitalize()} (McNemar's exact test, {p})."
    )


def _other_model(selection: Selection) -> Model | None:
    names, own = selection.models.names, selection.model.reference
    reference = query_params.current_choice("compared", names, None)
    if reference == own:  # the model that was compared with has become the one that is evaluated
        reference = None
        query_params.keep_choice("compared", None)
    st.selectbox(
        "Compare with",
        [other for other in names if other != own],
        None,
        key="compared",
        format_func=names.__getitem__,
        placeholder="Choose another model",
        persist_state="session",
    )
    return None if reference is None else selection.models.load([reference])[0]
