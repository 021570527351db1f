"""The verdict: training, validation and test side by side, what their gap says, and a comparison with another model."""

import streamlit as st

from mnist_core import figures
from mnist_core.evaluation.comparison import compare_predictions
from mnist_core.evaluation.generalisation import assess_generalisation
from mnist_core.evaluation.report import scores
from mnist_core.export import html_report
from mnist_core.formatting import interval, percent
from ui import resources
from ui.components import static_chart
from ui.evaluate.selection import OWN, Selection
from ui.evaluate.test_set import predictions_or_hint
from ui.shell import errors_shown
from ui.text import escape_markdown

_BADGES = {
    "underfitting": ("trending_down", "orange"),
    "fitting": ("check", "green"),
    "overfitting": ("menu_book", "red"),
    "undecided": ("help", "gray"),
}
# What would help a network, and neighbours.
_HELPS = {
    "underfitting": (
        "More epochs, a higher learning rate or more units would help.",
        "More references or finer blocks would help.",
    ),
    "fitting": ("What it learned holds for images that it never saw.",) * 2,
    "undecided": ("More of them would tell.",) * 2,
    "overfitting": (
        "More or varied images, or fewer epochs, would help.",
        "More references or more neighbours that vote would help.",
    ),
}


def show(subject: Selection) -> None:
    if subject.images == OWN:
        predictions_or_hint(subject)
    report = subject.report
    if report is None:
        st.info(
            "The test set is closed for this model. What it reads of training and validation images is shown freely; "
            "open the test set when you have made your choices.",
            icon=":material/lock:",
        )
    else:
        score = report.score
        st.markdown(
            f"### {percent(score.accuracy)} of {score.n:,} test images of {report.data_set} are read correctly\n"
            f"Its accuracy on all digits of this kind lies {interval(*score.interval)}."
        )
    known = scores(subject.fit, report)
    if subject.own is not None:
        known["my digits"] = subject.own.predictions.score
    found = assess_generalisation(known)
    if found is not None:
        icon, colour = _BADGES[found.fitting]
        helps = _HELPS[found.fitting][subject.model.run is None]
        st.markdown(
            f":{colour}-badge[:material/{icon}: {found.fitting.capitalize()}] {found.sentence} {helps} "
            f"{found.gap_sentence}"
        )
    if known:
        static_chart.show(
            figures.accuracy_intervals(known), key="accuracies", alt="Accuracy on each part with its 95 % interval"
        )
    _notes(subject)
    _take_away(subject)
    _compare(subject)


def _notes(subject: Selection) -> None:
    fit = subject.fit
    notes = []
    if fit.training is not None:
        notes.append(f"Training: the first {fit.training.n:,} images that it was trained on.")
    if fit.training is not None and fit.validation is None:
        notes.append("It held out no validation images; set a validation share on Train to have some.")
    if subject.model.classifier.trained_on != subject.data_set.name:
        notes.append(
            f"It was trained on {subject.model.classifier.trained_on}, whose images are not in use, so there is no "
            "training accuracy."
        )
    if subject.model.run is None:
        notes.append("A reference is read by its nearest neighbours without itself.")
    st.caption(" ".join(notes))


def _take_away(subject: Selection) -> None:
    model = subject.model

    def report() -> str:
        return html_report.write_html(
            resources.store(),
            model.classifier,
            model.name,
            subject.data_set,
            run=model.run,
            openings=model.openings,
        )

    st.download_button(
        "Report as HTML",
        report,
        f"report-{model.reference}.html",
        mime="text/html",
        icon=":material/download:",
        on_click="ignore",
        help="One file with the charts, for handing in. It says how often the test set was opened.",
    )


def _compare(subject: Selection) -> None:
    st.subheader("Is another model better?", anchor=False)
    names = {key: name for key, name in subject.models.names.items() if key != subject.model.reference}
    if "compared" not in st.session_state and st.query_params.get("compared") in names:
        st.session_state["compared"] = st.query_params["compared"]
    chosen = st.selectbox(
        "Compare with",
        list(names),
        None,
        key="compared",
        format_func=names.__getitem__,
        placeholder="Choose another model",
        persist_state="session",
    )
    if chosen is None:
        st.query_params.pop("compared", None)
        return
    st.query_params["compared"] = chosen
    other = subject.models.load(chosen)
    theirs = other.report
    if subject.report is None or theirs is None:
        closed = subject.model if subject.report is None else other
        st.info(f"The test set is closed for {escape_markdown(closed.name)}.", icon=":material/lock:")
        if st.button(
            f"Open the test set for {escape_markdown(closed.name)}", icon=":material/lock_open:", key="open-compared"
        ):
            with errors_shown():
                closed.open_test_set()
                st.rerun()
        return
    found = compare_predictions(subject.report.test, theirs.test)
    names_shown = escape_markdown(subject.model.name), escape_markdown(other.name)
    for side, name, score in zip(st.columns(2), names_shown, (subject.report.score, theirs.score), strict=True):
        side.metric(name, percent(score.accuracy))
    p = "p < 0.001" if found.p_value < 0.001 else f"p = {found.p_value:.2g}"
    st.markdown(
        f"**{_capital(found.conclusion(*names_shown))}.** "
        f"Only {names_shown[0]} reads {found.only_first:,} images, only {names_shown[1]} {found.only_second:,}, "
        f"neither {found.neither:,}. {_capital(found.sentence)} (McNemar's exact test, {p})."
    )


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
