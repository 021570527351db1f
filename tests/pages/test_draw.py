import base64
import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core import ink, models
from mnist_core.config import PRESETS, TrainingConfig
from mnist_core.ink import Drawing
from mnist_core.store import Store

PAGE = "pages/draw.py"
SEVEN = Drawing(strokes=[[(0, 0), (60, 0), (25, 90)]])


@pytest.fixture
def network(store: Store) -> TrainingConfig:
    """A finished run whose network was never trained: what it answers is known from the file."""
    config = TrainingConfig(hidden_sizes=(16,))
    run = store.create(config, "MNIST-5000", "Sixteen units", state="finished")
    models.save(models.build(config), config, store.model_path(run.id))
    return config


def draw(app: AppTest, drawing: Drawing) -> AppTest:
    file = io.BytesIO()
    Image.fromarray(ink.draw(drawing)).convert("RGBA").save(file, format="PNG")
    url = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    app.session_state["canvas-0"] = {"drawing": {"raw": {"objects": []}, "data": url}}
    return app.run()


def test_a_drawing_is_read_by_the_last_network_and_by_neighbours(
    open_page: Callable[..., AppTest], store: Store, network: TrainingConfig
) -> None:
    app = draw(open_page(PAGE), SEVEN)

    assert not app.exception
    model, _ = models.load(store.model_path(store.latest_finished().id))
    seen = ink.normalise(ink.draw(SEVEN))
    expected = models.probabilities(model, network.loss, seen[None])[0].argmax()
    answers = {metric.label: metric.value for metric in app.metric}
    assert answers == {"Network": str(expected), "KNN": "7"}


def test_a_blank_canvas_gets_a_hint_and_no_answer(open_page: Callable[..., AppTest], network: TrainingConfig) -> None:
    app = open_page(PAGE)

    assert not app.metric
    assert "The canvas is blank" in app.info[0].value


def test_without_a_network_the_page_offers_to_train_one(open_page: Callable[..., AppTest], store: Store) -> None:
    app = open_page(PAGE)
    next(button for button in app.button if button.label.startswith("Train the tutorial")).click().run()

    assert not app.exception
    assert store.runs()[0].config == PRESETS["tutorial"]
    assert np.any(["Queued" in element.proto.text for element in app.get("progress")])


def test_clear_gives_a_blank_canvas(open_page: Callable[..., AppTest], network: TrainingConfig) -> None:
    app = draw(open_page(PAGE), SEVEN)
    next(button for button in app.button if button.label == "Clear").click().run()

    assert not app.metric
