"""Why the models answer as they do: which pixels spoke, whether the drawing is like MNIST, and how a run learnt it."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import DataSet
from mnist_core.drawing import stroke_measures
from mnist_core.evaluation import saliency
from mnist_core.figures.digit_charts import histogram_with_marker, probability_bands
from mnist_core.store import Run
from ui import predictors, resources
from ui.components import digit_images, static_chart
from ui.draw.predictions import Prediction
from ui.polling import poll
from ui.text import escape_markdown


def pixels(image: NDArray[np.uint8], predictions: list[Prediction]) -> None:
    """The pixels that spoke for each network's answer."""
    by_networks = [(prediction, prediction.run) for prediction in predictions if prediction.run is not None]
    if not by_networks:
        st.info("Choose a network to see which pixels spoke for its answer.", icon=":material/model_training:")
        return
    st.caption(
        "A black square of 5 x 5 pixels is laid over each place in turn. Orange: hiding it makes the answer less "
        "likely, so it spoke for it. Blue: it spoke against it."
    )
    effects = [
        saliency.occlusion(predictors.network_classifier(run).probabilities, image, prediction.digit)
        for prediction, run in by_networks
    ]
    names = [f"{prediction.model}: {prediction.digit}" for prediction, _ in by_networks]
    digit_images.show([_coloured(image, effect) for effect in effects], names, width=200)


def like_mnist(image: NDArray[np.uint8], data_set: DataSet) -> None:
    """Where the drawing's ink, stroke width and slant are in the histograms of training images."""
    drawing, others = stroke_measures.measure_strokes(image[None]), _measures(data_set)
    count = len(next(iter(others.values())))
    unusual = stroke_measures.unusual_measures(drawing, others)
    name = escape_markdown(data_set.name)
    if unusual:
        differences = " and ".join(f"{description} than {1 - share:.1%}" for description, share in unusual.items())
        st.warning(
            f"This drawing has {differences} of the first {count:,} training images of {name}.",
            icon=":material/difference:",
        )
    else:
        st.success(f"In all three this is like the training images of {name}.", icon=":material/check:")
    for name, unit in stroke_measures.UNITS.items():
        static_chart.show(
            histogram_with_marker(others[name], float(drawing[name][0]), f"{name.capitalize()} in {unit}"),
            key=f"likeness-{name}",
            alt=f"The {name} of this drawing among those of {count:,} training images",
        )


def learning(image: NDArray[np.uint8]) -> None:
    """The answer to the drawing after each epoch of a run, which may be in progress."""
    runs = resources.trained_on_digits(resources.runs_to_choose("run", "networks"))
    names = {run.id: run.name for run in runs if run.status != "queued"}
    if not names:
        st.info("Train a network: after each epoch it is kept, to read your drawing here.", icon=":material/timeline:")
        return
    number = st.selectbox(
        "Run", list(names), key="learning-run", format_func=names.__getitem__, persist_state="session"
    )
    poll(
        f"run-{number}-",
        lambda: resources.whole_store().runs.get(number),
        lambda run: _bands(run, image),
        lambda run: 1.0 if run.in_progress else None,
    )


def _bands(run: Run, image: NDArray[np.uint8]) -> None:
    resources.store().access.require_to_open(run)  # read for everybody who watches it
    epochs = resources.store().files.snapshots(run.id)
    if not epochs:
        st.info("This run has kept no network of its epochs yet; choose another one.", icon=":material/timeline:")
        return
    shares = np.concatenate([predictors.predict_snapshot(run, epoch, image[None]) for epoch in epochs])
    static_chart.show(
        probability_bands(epochs, shares),
        key="bands",
        alt="How likely each digit was for this drawing after each epoch",
    )
    st.caption(
        f"How {run.name} shared its probability among the ten digits for this drawing, from before its training "
        f"on. After epoch {epochs[-1]} it says {shares[-1].argmax()}."
    )


@st.cache_data(show_spinner=False, max_entries=2, hash_funcs=resources.HASH_FUNCS)
def _measures(data_set: DataSet) -> dict[str, NDArray[np.float64]]:
    return stroke_measures.measure_strokes(data_set.train.images[:10_000])


def _coloured(image: NDArray[np.uint8], effect: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The digit in grey with orange where it spoke for the answer and blue where against, (28, 28, 3)."""
    strength = (np.abs(effect) / max(float(np.abs(effect).max()), 1e-9))[..., None]
    colour = np.where(effect[..., None] > 0, (230, 159, 0), (0, 114, 178))
    return np.asarray(0.6 * image[..., None] * (1 - strength) + colour * strength, np.uint8)
