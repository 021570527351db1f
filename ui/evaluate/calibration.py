"""Does a model know when it is wrong: reliability, temperature, and accuracy where unsure answers are withheld."""

import streamlit as st

from mnist_core import figures
from mnist_core.evaluation import calibration
from mnist_core.evaluation.calibration import calibration_error, log_loss, reliability, risk_coverage
from mnist_core.evaluation.predictions import Predictions
from mnist_core.formatting import percent
from ui.components import static_chart
from ui.evaluate.selection import Selection
from ui.evaluate.test_set import predictions_or_hint


def show(subject: Selection) -> None:
    reading = predictions_or_hint(subject)
    if reading is None:
        return
    before, temperature = reading.predictions, subject.fit.temperature
    versions = calibration.with_temperature(before, temperature)
    st.markdown(_summary(before, versions))
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Is it right as often as it is sure?**")
        diagram = figures.reliability_diagram({name: reliability(each) for name, each in versions.items()})
        static_chart.show(diagram, key="reliability", alt="Accuracy over confidence")
        st.caption(
            "Below the dashed line it is surer than it is right, above it less sure. The larger a point, the more "
            "answers it stands for."
        )
    with right:
        st.markdown("**What if it answers only when it is sure?**")
        withheld = figures.risk_coverage({subject.model.name: risk_coverage(before)})
        static_chart.show(withheld, key="withheld", alt="Accuracy over the share of answers withheld")
        st.caption(_withheld_caption(before))
    _explain(temperature)


def _summary(before: Predictions, versions: dict[str, Predictions]) -> str:
    errors = [calibration_error(each) for each in versions.values()]
    parts = [
        f"{name[0].upper()}{name[1:]}: calibration error **{100 * error:.1f} points**, log loss {log_loss(each):.3f}."
        for (name, each), error in zip(versions.items(), errors, strict=True)
    ]
    if round(errors[-1], 3) > round(errors[0], 3):  # as they are shown
        parts.append(
            "The temperature is chosen for the log loss of validation images; the calibration error grows here."
        )
    return (
        f"On average it is **{percent(before.confidence.mean())}** sure of its answers, and "
        f"**{percent(before.score.accuracy)}** of them are right. {' '.join(parts)}"
    )


def _withheld_caption(predictions: Predictions) -> str:
    shares, accuracies = risk_coverage(predictions)
    place = 10
    if len(predictions) < 100:
        return ""  # a hundredth is less than an image
    return (
        f"Without the least sure {100 * shares[place]:.0f} % of its answers, {percent(accuracies[place])} of the "
        f"others are right instead of {percent(accuracies[0])}."
    )


def _explain(temperature: float | None) -> None:
    with st.expander("Calibration error and temperature", icon=":material/function:"):
        st.markdown(
            "Answers are put into 15 bins by their confidence. The expected calibration error is the mean distance of "
            "a bin's accuracy and its confidence, weighted by its answers:"
        )
        st.latex(r"\mathrm{ECE} = \sum_b \frac{n_b}{n} \left| \mathrm{acc}_b - \mathrm{conf}_b \right|")
        st.markdown(
            "A temperature $T$ makes all probabilities less extreme (above 1) or more extreme (below 1) and changes no "
            "answer. It is fitted on validation images, so that their labels become as probable as possible:"
        )
        st.latex(r"p_i' = \frac{p_i^{1/T}}{\sum_j p_j^{1/T}}")
        if temperature is None:
            st.markdown("This model held out no validation images to fit it on; set a validation share on Train.")
