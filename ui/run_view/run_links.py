"""What can be done with a run that has ended: draw for its network, evaluate it, download it."""

from collections.abc import Callable

import streamlit as st

from mnist_core.export import run_files
from mnist_core.store import Run
from ui import resources


def show(run: Run) -> None:
    """Link to the pages that use the run's network, and offer its network, its metrics and its script as files."""
    if run.in_progress or not run.step:
        return
    store, address = resources.store(), {"run": str(run.id)}
    with st.container(horizontal=True):
        if store.files.network(run.id).exists():
            st.page_link("pages/draw.py", label="Draw a digit for it", icon=":material/draw:", query_params=address)
            if run.status == "finished":
                st.page_link(
                    "pages/evaluate.py",
                    label="Evaluate it",
                    icon=":material/fact_check:",
                    query_params=address,
                )
            _download(
                run,
                "Network",
                "safetensors",
                lambda: run_files.network_file(store, store.runs.get(run.id)),
                "Weights, with the settings in its header.",
            )
        _download(
            run,
            "Metrics",
            "csv",
            lambda: run_files.metrics_csv(store, store.runs.get(run.id)),
            "Each step's loss, each epoch's results.",
        )
        if not run.own_images:
            _download(
                run,
                "PyTorch script",
                "py",
                lambda: run_files.training_script(store.runs.get(run.id)),
                "One file without this app that trains exactly this network.",
            )


def _download(run: Run, label: str, extension: str, content: Callable[[], bytes | str], explanation: str) -> None:
    st.download_button(
        label,
        content,
        f"run-{run.id}.{extension}",
        key=f"download-{extension}-{run.id}",
        icon=":material/download:",
        on_click="ignore",
        help=explanation,
    )
