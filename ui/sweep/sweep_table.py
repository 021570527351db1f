"""The runs of a sweep as a table, a page at a time, newest first; a row opens its run."""

import pandas as pd
import streamlit as st

from mnist_core.config import HYPERPARAMETERS
from mnist_core.formatting import percent
from mnist_core.store import Run
from mnist_core.sweep.plan import SweepPlan, varied_texts
from mnist_core.sweep.snapshot import Snapshot
from ui.components.choices import choose_rows
from ui.components.csv_button import lazy_csv_button
from ui.sweep.sweep_charts import open_run

PER_PAGE = 25


def show(snapshot: Snapshot) -> None:
    runs, pages = snapshot.runs, -(-len(snapshot.runs) // PER_PAGE)
    if not runs:
        return
    page = 1
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            page = st.pagination(pages, key=f"sweep-page-{snapshot.sweep.id}")
            st.caption(f"{len(runs):,} runs, newest first, {PER_PAGE} on a page.")
    last = len(runs) - (page - 1) * PER_PAGE
    shown = runs[max(last - PER_PAGE, 0) : last][::-1]
    table = _table(shown, snapshot.outcome.plan)
    # A selection is kept as row numbers, so other runs are another table.
    key = f"sweep-runs-{snapshot.sweep.id}-{shown[0].id}-{len(shown)}"
    for row in choose_rows(table, "single-row", key=key, alt="The runs of the sweep, newest first"):
        open_run(shown[row].id)
    sweep, plan = snapshot.sweep, snapshot.outcome.plan
    lazy_csv_button(
        lambda: _table(runs, plan).assign(data_set=sweep.data_set), f"sweep-{sweep.id}", "All runs of the sweep."
    )


def _table(runs: tuple[Run, ...], plan: SweepPlan) -> pd.DataFrame:
    texts = [varied_texts(plan, run.config) for run in runs]
    return pd.DataFrame(
        {
            "Run": [_name(run) for run in runs],
            "Status": [run.status for run in runs],
            "Validation": [percent(run.validation_accuracy) for run in runs],
            "Epochs": [f"{run.epoch} of {run.config.epochs}" for run in runs],
        }
        | {HYPERPARAMETERS[name].title: [text[name] for text in texts] for name in plan.space}
        | {"Reason": [run.pruned_because or run.error for run in runs]}
    )


def _name(run: Run) -> str:
    """Its number; of one that repeats the settings of another, that one's and the seed too."""
    return f"{run.number}" if run.confirms is None else f"{run.number}: {run.confirms} with seed {run.config.seed}"
