"""Whose a run is, and whether the class may look at it."""

import streamlit as st

from mnist_core.store import Run
from ui import query_params, resources
from ui.errors import errors_shown


def show(run: Run) -> None:
    """Let a run's owner share it; on a server without login there is nobody to share it with."""
    if resources.person() is None or run.is_the_teachers:
        return
    key = f"shared-{run.id}"
    st.toggle(
        "Shared with the class",
        run.shared,
        key=key,
        on_change=_share,
        args=(run.id, key),
        help="Everybody who has logged in and has the address can look at this run. Nobody else can change it.",
    )
    if run.shared:
        st.code(query_params.address("train", run=str(run.id)), language=None, wrap_lines=True)


@errors_shown()
def _share(run_id: int, key: str) -> None:
    resources.store().runs.share(run_id, st.session_state[key])
