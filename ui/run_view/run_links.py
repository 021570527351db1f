"""What can be done with a run that has ended: draw for its network, evaluate it, download it."""

from collections.abc import Callable

import streamlit as st

from mnist_core.export import run_files
from mnist_core.store import Run, Store
from ui import resources
from ui.components.download_button import download_button


def show(run: Run) -> None:
    """Link to the pages that use the run's network; offer its files to its owner: network, metrics and script."""
    if run.in_progress or not (run.step or run.imported):
        return
    address = resources.link_to(run)
    with st.container(horizontal=True):
        if resources.store().files.network_path(run.id).exists():
            label = "Draw a digit for it" if resources.trained_on_digits([run]) else "Show it a picture"
            st.page_link("pages/draw.py", label=label, icon=":material/draw:", query_params=address)
            if run.status == "finished":
                st.page_link(
                    "pages/evaluate.py", label="Evaluate it", icon=":material/fact_check:", query_params=address
                )
            _download(
                run, "Network", "safetensors", run_files.network_file, "Weights, with the settings in its header."
            )
            explanation = "For programs without PyTorch: from pixels, 0 to 255, to the probabilities of the classes."
            _download(run, "ONNX", "onnx", run_files.onnx_file, explanation)
        varied = {"sweep-base" if name == "run" else name: value for name, value in address.items()}
        st.page_link("pages/sweep.py", label="Vary its settings", icon=":material/travel_explore:", query_params=varied)
        if run.imported:
            return
        _download(run, "Metrics", "csv", run_files.metrics_csv, "Each step's loss, each epoch's results.")
        if run_files.has_script(run):
            explanation = "One file without this app that trains exactly this network."
            _download(run, "PyTorch script", "py", lambda _, run: run_files.training_script(run), explanation)


def _download(
    run: Run, label: str, extension: str, write: Callable[[Store, Run], bytes | str], explanation: str
) -> None:
    store = resources.store()

    def content() -> bytes | str:
        """Of the run as it is when the button is pressed."""
        return write(store, store.runs.get_to_change(run.id))

    if store.access.may_change(run):
        download_button(label, content, f"run-{run.id}.{extension}", explanation)
