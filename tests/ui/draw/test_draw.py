"""The Draw page: what is drawn is read by all models, step by step, or refused with a hint."""

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.testing.v1 import AppTest

from mnist_core import drawing
from mnist_core.config import PRESETS, TrainingConfig
from mnist_core.drawing import Strokes
from mnist_core.store import Store
from mnist_core.training import networks
from tests.ui.draw.canvas import draw

PAGE = "pages/draw.py"
SEVEN = [[[60.0, 60.0], [180.0, 60.0], [110.0, 240.0]]]
SCRIBBLE = [np.random.default_rng(2).uniform(40, 240, (10, 2)).tolist()]


@pytest.fixture
def network(store: Store) -> TrainingConfig:
    """A finished run whose network was never trained: what it answers is known from the file."""
    return add_network(store, TrainingConfig(hidden_sizes=(16,)), "Sixteen units")


def add_network(store: Store, config: TrainingConfig, name: str) -> TrainingConfig:
    run = store.runs.create(config, "MNIST-5000", name, state="finished")
    networks.save_network(networks.build_network(config), config, store.files.network_path(run.id))
    networks.save_network(networks.build_network(config), config, store.files.snapshot_path(run.id, 0))
    return config


def text(app: AppTest) -> str:
    """All that the page's own HTML says."""
    return " ".join(element.proto.body for element in app.get("html"))


def view(app: AppTest, name: str) -> AppTest:
    app.session_state["drawing-view"] = name
    app.run()
    assert not app.exception
    return app


def test_a_blank_canvas_gets_a_hint_and_no_answer(open_page: Callable[..., AppTest], network: TrainingConfig) -> None:
    app = open_page(PAGE)

    assert "The canvas is blank" in app.info[0].value
    assert 'class="prediction-answer"' not in text(app)


def test_a_drawing_is_read_by_the_network_and_by_neighbours(
    open_page: Callable[..., AppTest], store: Store, network: TrainingConfig
) -> None:
    app = draw(open_page(PAGE), SEVEN)

    model, _ = networks.load_network(store.files.network_path(1))
    seen = drawing.normalise(drawing.draw(SEVEN))
    assert seen is not None
    expected = networks.probabilities(model, network.loss, seen[None])[0]
    cards = text(app).split('class="prediction-card"')[1:]
    assert len(cards) == 2
    assert "Sixteen units" in cards[0]
    for digit, share in enumerate(expected.tolist()):
        assert f'title="{digit}: {share:.1%}"' in cards[0]
    assert "K nearest neighbours" in cards[1]
    assert 'title="7: 100.0%"' in cards[1]


def test_the_answer_is_sent_before_the_canvas_and_its_controls(
    open_page: Callable[..., AppTest], network: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, sent, enqueue = draw(open_page(PAGE), SEVEN), list[str](), ScriptRunContext.enqueue

    def record(context: ScriptRunContext, message: ForwardMsg) -> None:
        sent.append(str(message))
        enqueue(context, message)

    monkeypatch.setattr(ScriptRunContext, "enqueue", record)
    draw(app, [[[70.0, 60.0], [180.0, 60.0], [110.0, 240.0]]])

    answer, canvas, switch = (
        next(number for number, message in enumerate(sent) if part in message)
        for part in (r"class=\"prediction-answer", "canvas-companion", "step-redraw")
    )
    assert answer < canvas < switch


def test_without_a_network_neighbours_read_alone_and_one_can_be_trained(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    app = draw(open_page(PAGE), SEVEN)

    assert '<span class="answer">7</span>' in text(app)
    next(button for button in app.button if button.label == "Train the network for drawing").click().run()
    assert not app.exception
    assert store.runs.all()[0].config == PRESETS["drawing"]
    assert any("Queued" in element.proto.text for element in app.get("progress"))


@pytest.mark.parametrize(
    ("strokes", "hint"),
    [
        ([[[140.0, 140.0]]], "too small"),
        ([[[60.0, 60.0], [60.0, 220.0]], [[200.0, 60.0], [200.0, 220.0]]], "several digits"),
    ],
)
def test_what_cannot_be_a_digit_gets_a_hint_and_no_answer(
    strokes: Strokes, hint: str, open_page: Callable[..., AppTest], network: TrainingConfig
) -> None:
    app = draw(open_page(PAGE), strokes, pen=10)

    assert hint in app.info[0].value
    assert 'class="prediction-answer"' not in text(app)


@pytest.mark.parametrize("pen", [6, 40])
def test_whether_strokes_can_be_a_digit_does_not_depend_on_the_pen(
    pen: int, open_page: Callable[..., AppTest], network: TrainingConfig
) -> None:
    apart = [[[60.0, 100.0], [60.0, 200.0]], [[95.0, 100.0], [95.0, 200.0]]]
    app = draw(open_page(PAGE), apart, pen)

    assert "several digits" in app.info[0].value


def test_a_model_that_is_not_sure_says_so(open_page: Callable[..., AppTest]) -> None:
    app = draw(open_page(PAGE), SCRIBBLE)

    assert any("I don't know" in warning.value for warning in app.warning)
    assert 'class="prediction-answer"' not in text(app)


def test_a_network_named_in_the_address_is_the_one_that_reads(open_page: Callable[..., AppTest], store: Store) -> None:
    for name in ("First", "Second", "Third"):
        add_network(store, TrainingConfig(hidden_sizes=(8,)), name)

    app = draw(open_page(PAGE, run="1"), SEVEN)

    assert "First" in text(app).split('class="prediction-card"')[1]
    assert app.multiselect[0].value == [1]
    app.multiselect[0].set_value([3, 2]).run()
    assert [name in text(app) for name in ("First is", "Third", "Second")] == [False, True, True]
    assert app.query_params["run"] == "3,2"


def test_a_run_that_is_not_there_is_said_and_passed_over(
    open_page: Callable[..., AppTest], network: TrainingConfig
) -> None:
    app = open_page(PAGE, run="99")

    assert app.multiselect[0].value == []
    assert "no finished run 99" in app.warning[0].value


def test_a_step_that_is_switched_off_changes_what_is_read(
    open_page: Callable[..., AppTest], network: TrainingConfig
) -> None:
    small = [[[x / 3 + 10, y / 3 + 10] for x, y in stroke] for stroke in SEVEN]
    app = draw(open_page(PAGE), small)
    with_box = text(app).split('class="prediction-card"')[1]

    next(toggle for toggle in app.toggle if toggle.label == "Box").set_value(False).run()
    next(toggle for toggle in app.toggle if toggle.label == "Pen").set_value(False).run()

    assert not app.exception
    assert text(app).split('class="prediction-card"')[1] != with_box


def test_what_they_see_is_shown_in_four_pictures(open_page: Callable[..., AppTest], network: TrainingConfig) -> None:
    app = view(draw(open_page(PAGE), SEVEN), "What they see")

    assert [name in text(app) for name in ("1. As drawn", "2. Its ink box", "3. 20 x 20", "4. 28 x 28")] == [True] * 4
    assert any("The centre of mass is at row" in caption.value for caption in app.caption)


def test_the_pixels_that_spoke_are_shown_for_each_network(
    open_page: Callable[..., AppTest], network: TrainingConfig
) -> None:
    app = view(draw(open_page(PAGE), SEVEN), "Which pixels")

    assert "Sixteen units: " in text(app)


def test_a_drawing_is_placed_on_the_histograms_of_mnist(
    open_page: Callable[..., AppTest], network: TrainingConfig
) -> None:
    usual = view(draw(open_page(PAGE), SEVEN), "Like MNIST?")
    assert any(r"like the training images of MNIST\-5000" in success.value for success in usual.success)
    assert len(usual.get("plotly_chart")) == 3

    slanted = [[[x + 1.1 * (240 - y), y] for x, y in stroke] for stroke in [[[5.0, 20.0], [5.0, 240.0]]]]
    other = draw(usual, slanted)
    assert any("a stronger slant to the right" in warning.value for warning in other.warning)


def test_the_answer_after_each_epoch_is_drawn(open_page: Callable[..., AppTest], network: TrainingConfig) -> None:
    app = view(draw(open_page(PAGE), SEVEN), "Watch it learn")

    assert app.selectbox(key="learning-run").value == 1
    assert len(app.get("plotly_chart")) == 1


def test_the_last_drawing_is_kept_for_the_other_pages(
    open_page: Callable[..., AppTest], network: TrainingConfig
) -> None:
    app = draw(open_page(PAGE), SEVEN)

    np.testing.assert_array_equal(app.session_state["last_drawing"], drawing.normalise(drawing.draw(SEVEN)))
