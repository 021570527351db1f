"""Several runs side by side: their curves on one chart, the settings that differ, the results."""

import streamlit as st

from mnist_core.config import HYPERPARAMETERS
from mnist_core.figures.training_curves import run_curves, smooth_curve
from mnist_core.store import Run, Store
from ui import resources
from ui.components import live_chart
from ui.components.choices import choose_rows
from ui.run_view import runs_table

_CURVES = {
    "loss": "Loss, smoothed",
    "training_accuracy": "Training accuracy",
    "validation_accuracy": "Validation accuracy",
}


def show(store: Store, runs: list[Run]) -> None:
    """Compare runs; the one under the pointer, or the one chosen in the table, is highlighted."""
    mixed = len({run.data_set for run in runs}) > 1
    if mixed:
        st.warning(
            "These runs were trained on different data sets, so their numbers say little about their settings. "
            "Each name is followed by its data set.",
            icon=":material/compare_arrows:",
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        curve = st.selectbox("Curve", _CURVES, format_func=_CURVES.__getitem__, key="compared_curve", width=220)
        grouping = st.selectbox(
            "Group by",
            list(HYPERPARAMETERS),
            None,
            format_func=lambda name: HYPERPARAMETERS[name].title,
            placeholder="Each run by itself",
            key="group_by",
            help="Runs with the same value of this setting get the same colour.",
            width=220,
        )
        log = st.toggle("Logarithmic axis", key="compared_log")
    chart = st.container()
    rows = choose_rows(
        runs_table.differing_settings(runs, resources.person()),
        "single-row",
        key="compared-" + "-".join(str(run.id) for run in runs),
        alt="Settings that differ and results, a row a run",
    )
    curves = [store.metrics.curve(run.id, curve) for run in runs]
    if curve == "loss":
        curves = [(steps, smooth_curve(losses)[0]) for steps, losses in curves]
    groups = [str(run.id) if grouping is None else run.config.texts[grouping] for run in runs]
    names = [
        run.name + (f", {group}" if grouping else "") + (f", {run.data_set}" if mixed else "")
        for run, group in zip(runs, groups, strict=True)
    ]
    figure = run_curves(_CURVES[curve], names, groups, curves, highlighted=next(iter(rows), None), log=log)
    with chart:
        live_chart.show_highlighting(figure, key="comparison")
    st.caption("Point at a curve, or choose a row, to highlight a run.")
