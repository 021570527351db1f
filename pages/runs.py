"""Runs: every training so far; open, rename and delete one."""

import streamlit as st

from mnist_core.formatting import times_opened
from mnist_core.store import LONGEST_NAME
from ui import resources
from ui.run_view import run_links, run_view, runs_table
from ui.runs import compare_runs
from ui.shell import errors_shown, page
from ui.text import escape_markdown


def rename(run_id: int, key: str) -> None:
    with errors_shown():
        resources.store().runs.rename(run_id, st.session_state[key])


def remove(run_id: int) -> None:
    with errors_shown():
        resources.store().runs.delete(run_id)


with page("pages/runs.py", "Every training so far. Choose one to open it, or several to compare them."):
    store = resources.store()
    runs = store.runs.all()
    if not runs:
        st.info("No network has been trained yet.", icon=":material/model_training:")
        st.page_link("pages/train.py", label="Train the first one", icon=":material/arrow_forward:")
        st.stop()
    # A selection is row numbers, so a list that has changed is a new table, with the same runs selected as before.
    # The address first, so that a reload and a link show the same runs.
    ids = [str(run.id) for run in runs]
    asked = st.query_params.get("runs") or st.session_state.get("runs", "")
    selected = [ids.index(number) for number in asked.split(",") if number in ids]
    chosen = st.dataframe(
        runs_table.runs_table(runs),
        hide_index=True,
        key=f"runs-{ids[0]}-{len(ids)}",
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": selected or [0]}},
        alt="All runs, newest first",
    )
    picked = [runs[row] for row in chosen["selection"]["rows"]] or runs[:1]
    st.session_state["runs"] = st.query_params["runs"] = ",".join(str(run.id) for run in picked)
    if len(picked) > 1:
        compare_runs.show(store, picked)
        st.stop()
    run = picked[0]
    left, right = st.columns([1, 2], gap="large")
    with left:
        st.page_link(
            "pages/train.py", label="Open on Train", icon=":material/open_in_new:", query_params={"run": str(run.id)}
        )
        name = f"name-{run.id}"
        st.text_input("Name", run.name, key=name, max_chars=LONGEST_NAME, on_change=rename, args=(run.id, name))
        if run.test_openings:
            st.caption(f"The test set {times_opened(run.test_openings)} for this run.")
        with st.popover("Delete", icon=":material/delete:", key=f"popover-{run.id}"):
            stopped = " It is stopped first." if run.in_progress else ""
            st.write(f"{escape_markdown(run.name)}, its curves and its network are removed for good.{stopped}")
            st.button("Delete for good", type="primary", key=f"delete-{run.id}", on_click=remove, args=(run.id,))
    with right:
        run_view.live(run)
        run_links.run_links(run)
