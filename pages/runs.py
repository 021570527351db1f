"""Runs: every training so far; open, rename, delete and compare them."""

import streamlit as st

from mnist_core.names import LONGEST_NAME
from ui import query_params, resources
from ui.errors import errors_shown
from ui.run_view import run_links, run_view
from ui.runs import compare_runs, disk_space, import_network, run_list, sharing
from ui.shell import delete_button, page
from ui.text import escape_markdown


def rename(run_id: int, key: str) -> None:
    with errors_shown():
        resources.store().runs.rename(run_id, st.session_state[key])


with page("pages/runs.py", "Every training so far. Choose one to open it, or several to compare them."):
    store = resources.store()
    chosen = run_list.choose_runs()
    import_network.offer()
    disk_space.show()
    if not chosen:
        st.info("No network has been trained yet.", icon=":material/model_training:")
        st.page_link(
            "pages/train.py",
            label="Train the first one",
            icon=":material/arrow_forward:",
            query_params=query_params.link(),
        )
        st.stop()
    run, *others = chosen
    if others:
        compare_runs.show(store, chosen)
        st.stop()
    left, right = st.columns([1, 2], gap="large")
    with left:
        address = resources.link_to(run)
        st.page_link("pages/train.py", label="Open on Train", icon=":material/open_in_new:", query_params=address)
        if run.test_openings or run.trained_elsewhere:
            st.caption(f"The test set {run.testing} for this run.")
        if store.access.may_change(run):
            name = f"name-{run.id}"
            st.text_input("Name", run.name, key=name, max_chars=LONGEST_NAME, on_change=rename, args=(run.id, name))
            sharing.show(run)
            stopped = " It is stopped first." if run.in_progress else ""
            sentence = f"{escape_markdown(run.name)}, its curves and its network are removed for good.{stopped}"
            delete_button(sentence, f"delete-{run.id}", store.runs.delete, run.id)
    run_view.show(run, right)
    with right, errors_shown():
        run_links.show(run)
