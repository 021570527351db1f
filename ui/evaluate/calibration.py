"""Whether a model knows when it is wrong: reliability, temperature, and accuracy when it may withhold answers."""

import streamlit as st

from mnist_core.evaluation import calibration
from mnist_core.evaluation.calibration import calibration_error, log_loss, reliability, risk_coverage
from mnist_core.evaluation.predictions import Predictions
from mnist_core.figures.evaluation import reliability_diagram, risk_coverage_curve
from mnist_core.formatting import percent
from ui.components import static_chart
from ui.evaluate.selection import Selection, predictions_or_hint


def show(selection: Selection) -> None:
    labelled = predictions_or_hint(selection)
    if labelled is None:
        return
    predictions, temperature = labelled.predictions, selection.fit.temperature
    versions = calibration.with_temperature(predictions, temperature)
    st.markdown(_sentences(predictions, versions))
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Is it right as often as it is sure?**")
        diagram = reliability_diagram({name: reliability(version) for name, version in versions.items()})
        static_chart.show(diagram, key="reliability", alt="Accuracy over confidence")
        st.caption(
            "Below the dashed line it is surer than it is right, above it less sure. The larger a point, the more "
            "answers it stands for."
        )
    with right:
        st.markdown("**What if it answers only when it is sure?**")
        curve = risk_coverage(predictions)
        static_chart.show(
            risk_coverage_curve({selection.model.name: curve}),
            key="risk-coverage",
            alt="Accuracy over the share of answers withheld",
        )
        if len(predictions) >= 100:  # of fewer, a hundredth is less than an image
            shares, accuracies = curve
            st.caption(
                f"Without the least sure {100 * shares[10]:.0f} % of its answers, {percent(accuracies[10])} of the "
                f"others are right instead of {percent(accuracies[0])}."
            )
    _explain(temperature)


def _sentences(predictions: Predictions, versions: dict[str, Predictions]) -> str:
    """How sure it is, how often it is right, and the calibration error before and after the temperature."""
    errors = [calibration_error(version) for version in versions.values()]
    parts = [
        f"{name.capitalize()}: calibration error **{100 * error:.1f} points**, log loss {log_loss(version):.3f}."
        for (name, version), error in zip(versions.items(), errors, strict=True)
    ]
    if round(errors[-1], 3) > round(errors[0], 3):  # as they are shown
        parts.append(
            "The temperature is chosen for the log loss of validation images; the calibration error grows here."
        )
    return (
        f"On average it is **{percent(predictions.confidence.mean())}** sure of its answers, and "
        f"**{percent(predictions.score.accuracy)}** of them are right. {' '.join(parts)}"
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
