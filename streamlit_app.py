"""Home: what the app is, the three things to do first, the data set, the device and the last runs."""

import streamlit as st
from streamlit import runtime

from mnist_core import data
from ui import query_params, resources
from ui.components import state_watcher
from ui.run_view import runs_table
from ui.shell import page
from ui.sidebar_state import device_line
from ui.text import escape_markdown

TRAIN = ("pages/train.py", "1. Train a network", "Start the tutorial's recipe and watch its loss fall.", "Open Train")
DRAW = ("pages/draw.py", "2. Draw a digit", "See whether your network and its neighbours can read it.", "Open Draw")
UPLOAD = ("pages/draw.py", "2. Show it a picture", "Upload one and see what your network takes it for.", "Open Draw")
KNN = ("pages/knn.py", "3. Ask the neighbours", "See an image as a grid of ink counts that vote.", "Open KNN")

# `streamlit run` imports `app` from this file and serves it; then this file runs as its page.
if not runtime.exists():
    app = st.App(__file__, routes=[state_watcher.route(st.get_option("server.baseUrlPath"))])
else:
    with page(
        "streamlit_app.py",
        "Train networks on handwritten digits or other small images, watch them learn, and test them with your own.",
    ):
        steps = (TRAIN, DRAW if resources.uses_digits() else UPLOAD, KNN)
        for column, (path, title, sentence, label) in zip(st.columns(3), steps, strict=True):
            with column.container(border=True, height="stretch"):
                st.subheader(title)
                st.write(sentence)
                st.page_link(path, label=label, icon=":material/arrow_forward:", query_params=query_params.link())
        st.subheader("State of things")
        store, data_set = resources.store(), resources.identity()
        st.write(f":material/database: {escape_markdown(data_set.sentence)}")
        if data_set.name == data.EMBEDDED:
            st.page_link(
                "pages/data.py",
                label="Get all 70,000 on the Data page",
                icon=":material/download:",
                query_params=query_params.link(),
            )
        st.write(device_line(store.workers.device()))
        runs = store.runs.all(most=5)
        if runs:
            st.write("Last runs")
            table = runs_table.runs_table(runs, resources.person())
            st.dataframe(table, hide_index=True, alt="The last five runs")
        else:
            st.info("No network has been trained yet. Start with Train.", icon=":material/model_training:")
