"""Runs with trained networks and own digits for the tests of the Evaluate page, and what that page shows."""

import base64
import functools
import json
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest
from torch import nn

from mnist_core import data
from mnist_core.config import TrainingConfig, configure
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.evaluation import test_set
from mnist_core.evaluation.classifier import NetworkClassifier
from mnist_core.store import Run, Store
from mnist_core.training import networks
from mnist_core.training.trainer import Trainer

PAGE = "pages/evaluate.py"
WEAK = configure(hidden_sizes=(16,), epochs=1, train_size=1_000)
"""Hardly trained, and it holds nothing out."""
BY_HEART = configure(
    hidden_sizes=(128,), epochs=30, optimiser="adam", learning_rate=0.003, train_size=500, validation_share=0.1
)
"""Reads all its 500 training images and misreads one of seven others."""


@functools.cache
def _trained(config: TrainingConfig) -> nn.Sequential:
    digits = data.load_embedded().train
    used, validation = data.hold_out(digits, config.validation_share, config.train_size, config.seed)
    model = networks.build_network(config)
    for _ in Trainer(model, config, used, validation).run():
        pass
    return model


def finished(store: Store, name: str, config: TrainingConfig = BY_HEART, data_set: str = EMBEDDED) -> Run:
    """A run with its trained network."""
    run = store.runs.create(config, data_set, name, state="finished")
    keep_network(store, run, config)
    return run


def keep_network(store: Store, run: Run, config: TrainingConfig) -> None:
    networks.save_network(_trained(config), config, store.files.network_path(run.id))


def network(store: Store, run: Run) -> NetworkClassifier:
    return test_set.load_classifier(store, run)


def open_test_set(store: Store, run: Run, data_set: DataSet) -> None:
    test_set.open_test_set(store, network(store, run), data_set, run)


def opened_run(store: Store, data_set: DataSet) -> Run:
    """A run whose test set is open; it misreads nearly three of four."""
    run = finished(store, "Mine", WEAK)
    open_test_set(store, run, data_set)
    return run


def keep_own(store: Store, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
    """Keep (n, 28, 28) images as digits of one's own."""
    for image, label in zip(images, labels, strict=True):
        store.digits.add(int(label), image, None, [])


def labels_of_buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def texts(app: AppTest) -> str:
    """All that the page says in words, names without the backslashes that keep them from being read as Markdown."""
    elements = (*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.metric)
    return re.sub(r"\\(?=\W)", "", "\n".join(str(element.value) for element in elements))


def gallery(app: AppTest) -> str:
    """The HTML of all pictures with what they were read as."""
    return "\n".join(element.proto.body for element in app.get("html"))


def charts(app: AppTest) -> list[dict[str, Any]]:
    """The still charts as Plotly's JSON."""
    return [json.loads(element.proto.spec) for element in app.get("plotly_chart")]


def accuracies(app: AppTest) -> dict[str, str]:
    """The parts in the chart of the summary, the only one, with their accuracies as they are written."""
    ((trace,),) = (chart["data"] for chart in charts(app))
    return dict(zip(trace["y"], trace["text"], strict=True))


def numbers(values: Any) -> NDArray[Any]:
    """Numbers of a chart, which Plotly writes as a list or packed."""
    if not isinstance(values, dict):
        return np.array(values)
    shape = [int(size) for size in values["shape"].split(",")] if "shape" in values else [-1]
    return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).reshape(shape)


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"
