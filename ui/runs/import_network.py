"""Bring in a network as a run: a file that was downloaded here, or from another Digit Lab."""

import streamlit as st

from ui import query_params, resources
from ui.errors import errors_shown

_MEGABYTES = 100


def offer() -> None:
    """A form behind a button; the run that comes of the file is chosen."""
    with (
        st.popover("Bring in a network", icon=":material/upload:"),
        st.form("import", clear_on_submit=True, border=False),
    ):
        file = st.file_uploader(
            "A safetensors file, as the button Network of a run gives it",
            type=["safetensors"],
            key="import-file",
            max_upload_size=_MEGABYTES,
        )
        sent = st.form_submit_button("Bring it in", icon=":material/upload:")
    if sent and file is None:
        st.warning("Choose a file first.", icon=":material/upload:")
    if sent and file is not None:
        with errors_shown():
            with resources.starting_pytorch():
                from mnist_core.export.network_import import import_network
            with st.spinner("Reading the network"):
                run = import_network(resources.store(), file.getvalue(), file.name)
            query_params.keep_choice("runs", [str(run.id)])
            st.rerun()
