"""Runs: every training so far; open, rename, delete and compare them."""

import streamlit as st

from mnist_core.formatting import times_opened
from mnist_core.store import LONGEST_NAME, Run
from ui import query_params, resources
from ui.components.choices import choose_rows
from ui.run_view import run_links, run_view, runs_table
from ui.runs import compare_runs
from ui.shell import delete_button, errors_shown, page
from ui.text import escape_markdown


def choose_runs(runs: list[Run]) -> list[Run]:
    """Show all runs and let a person choose some, in the address too; the newest one where none is chosen."""
    numbers = [str(run.id) for run in runs]
    rows = [numbers.index(number) for number in query_params.current_choices("runs", numbers)]
    # A selection is kept as row numbers, so a list that has changed is a new table with the same runs selected.
    rows = choose_rows(
        runs_table.runs_table(runs),
        "multi-row",
        key=f"runs-{numbers[0]}-{len(numbers)}",
        selection_default={"selection": {"rows": rows or [0]}},
        alt="All runs, newest first",
    )
    chosen = [runs[row] for row in rows] or runs[:1]
    query_params.keep_choice("runs", [str(run.id) for run in chosen])
    return chosen


def rename(run_id: int, key: str) -> None:
    with errors_shown():
        resources.store().runs.rename(run_id, st.session_state[key])


with page("pages/runs.py", "Every training so far. Choose one to open it, or several to compare them."):
    store = resources.store()
    runs = store.runs.all()
    if not runs:
        st.info("No network has been trained yet.", icon=":material/model_training:")
        st.page_link("pages/train.py", label="Train the first one", icon=":material/arrow_forward:")
        st.stop()
    run, *others = choose_runs(runs)
    if others:
        compare_runs.show(store, [run, *others])
        st.stop()
    left, right = st.columns([1, 2], gap="large")
    with left:
        address = {"run": str(run.id)}
        st.page_link("pages/train.py", label="Open on Train", icon=":material/open_in_new:", query_params=address)
        name = f"name-{run.id}"
        st.text_input("Name", run.name, key=name, max_chars=LONGEST_NAME, on_change=rename, args=(run.id, name))
        if run.test_openings:
            st.caption(f"The test set {times_opened(run.test_openings)} for this run.")
        stopped = " It is stopped first." if run.in_progress else ""
        sentence = f"{escape_markdown(run.name)}, its curves and its network are removed for good.{stopped}"
        delete_button(sentence, f"delete-{run.id}", store.runs.delete, run.id)
    with right:
        run_view.show(run)
        run_links.show(run)
