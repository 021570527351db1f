"""How much of the server's disk one's runs take, and a way to free some."""

import streamlit as st

from ui import resources
from ui.errors import errors_shown


def show() -> None:
    """Show it on a server with login, where everybody has a share of the disk."""
    if resources.person() is None:
        return
    used, most = resources.store().runs.used_megabytes()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Your runs take {used:,.0f} of {most:,} MB.", width="content")
        with st.popover("Free space", icon=":material/delete_sweep:", type="tertiary"):
            st.write(
                "A run keeps its network as it was after each epoch, for the view Watch it learn on Draw. Removing "
                "these snapshots keeps the trained networks, the curves and the results."
            )
            st.button("Remove the snapshots of my ended runs", key="remove-snapshots", on_click=_remove)


@errors_shown()
def _remove() -> None:
    count = resources.store().runs.remove_snapshots()
    st.toast(f"Snapshots of {count:,} {'run was' if count == 1 else 'runs were'} removed.", icon=":material/check:")
