"""Draw: a digit drawn by hand, read by the last finished network and by K nearest neighbours."""

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from mnist_core import figures, ink
from mnist_core.config import PRESETS
from mnist_core.ink.strokes import CANVAS, PEN
from pages.shared import chart, digits, loaders, run_view
from pages.shared.frame import page


def clear() -> None:
    """A new key is a new canvas."""
    st.session_state["drawings"] = st.session_state.get("drawings", 0) + 1


with page("pages/draw.py", "Draw a digit from 0 to 9 with mouse, pen or finger. It is read when you lift the pen."):
    store, data_set = loaders.store(), loaders.data_set()
    with st.spinner("Starting PyTorch"):
        from mnist_core import knn
        from pages.shared import judges
    asked = st.query_params.get("run")
    run = store.find(asked) if asked else store.latest_finished()
    left, right = st.columns([2, 3], gap="large")
    with left:
        canvas = st_canvas(
            stroke_width=PEN,
            stroke_color="#ffffff",
            background_color="#000000",
            width=CANVAS,
            height=CANVAS,
            return_image_data=True,
            key=f"canvas-{st.session_state.get('drawings', 0)}",
        )
        st.button("Clear", icon=":material/delete:", on_click=clear)
        # White on black: any colour channel is the ink.
        image = None if canvas.image_data is None else ink.normalise(canvas.image_data[..., 0])
        if image is not None:
            st.session_state["last_drawing"] = image
            digits.show(image[None], ["What they see: 28x28"], width=140)
            st.caption("Box, scale and centre as MNIST's makers did.")
    with right:
        if image is None:
            st.info("The canvas is blank. Draw a digit in the black square.", icon=":material/draw:")
        network_side, neighbours_side = st.columns(2)
        if run is None:
            with network_side:
                waiting = store.in_progress()
                if waiting:
                    run_view.live(waiting[0], brief=True)
                else:
                    st.info("There is no trained network yet.", icon=":material/model_training:")
                    if st.button("Train the tutorial's network now", type="primary"):
                        loaders.executor().submit(PRESETS["tutorial"], "Tutorial")
                        st.rerun()
        elif image is not None:
            with network_side:
                shares = judges.read(run, image[None])[0]
                st.metric("Network", str(shares.argmax()))
                st.caption(f"{run.name}, trained on {run.data_set}.")
                chart.still(
                    figures.shares_per_digit(shares.tolist(), "Probability", percent=True),
                    key="probabilities",
                    alt=f"The network gives {shares.argmax()} the largest probability",
                )
        if image is not None:
            with neighbours_side:
                judge = judges.drawing_judge(data_set)
                neighbours = judge.neighbours(image[None], knn.K_DRAWINGS)
                answer = int(neighbours.answers()[0, -1])
                st.metric("KNN", str(answer))
                st.caption(
                    f"{judge.grid.rows} x {judge.grid.columns} blocks, {knn.K_DRAWINGS} of {len(judge.reference):,} "
                    f"training images of {data_set.name} vote."
                )
                chart.still(
                    figures.shares_per_digit(neighbours.votes()[0].tolist(), "Votes"),
                    key="votes",
                    alt=f"Most neighbours vote for {answer}",
                )
                nearest = judge.reference.take(neighbours.indices[0])
                digits.show(nearest.images, [str(label) for label in nearest.labels], width=48)
