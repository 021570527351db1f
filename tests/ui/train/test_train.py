from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.config import PRESETS, TrainingConfig
from mnist_core.store import Store
from tests.processes import lose_worker
from tests.ui.buttons import press

PAGE = "pages/train.py"


def test_start_queues_the_tutorials_recipe_by_default(open_page: Callable[..., AppTest], store: Store) -> None:
    app = press(open_page(PAGE), "Start training")

    assert not app.exception
    (run,) = store.runs.all()
    assert run.config == PRESETS["tutorial"]
    assert run.status == "queued"
    assert app.query_params["run"] == str(run.id)


@pytest.mark.parametrize(
    ("executor", "sentence"),
    [
        ("local", "Queued: starts when a worker is free"),
        ("ray", "Queued: starts when a worker is free on a machine that has MNIST-5000"),
    ],
)
def test_a_queued_run_says_what_it_waits_for(
    executor: str, sentence: str, open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_EXECUTOR", executor)

    app = press(open_page(PAGE), "Start training")

    assert [bar.proto.text.replace("\\", "") for bar in app.get("progress")] == [sentence]


def test_every_control_reaches_the_run(open_page: Callable[..., AppTest], store: Store) -> None:
    app = open_page(PAGE)
    app.slider(key="layers").set_value(3)
    app.slider(key="momentum").set_value(0.5).run()
    app.select_slider(key="size1").set_value(512)
    app.select_slider(key="size3").set_value(16)
    app.selectbox(key="activation").select("gelu")
    app.selectbox(key="optimiser").select("adam")
    app.selectbox(key="loss").select("cross_entropy")
    app.select_slider(key="learning_rate").set_value(0.002)
    app.select_slider(key="weight_decay").set_value(0.001)
    app.slider(key="epochs").set_value(7)
    app.select_slider(key="batch_size").set_value(128)
    app.slider(key="validation").set_value(20)
    app.select_slider(key="train_size").set_value(500)
    app.selectbox(key="network").select("cnn")
    app.selectbox(key="schedule").select("one_cycle")
    for key, value in {"rotation": 10, "scale": 15, "shear": 20, "shift": 2, "thickness": 70}.items():
        app.slider(key=key).set_value(value)
    app.number_input(key="seed").set_value(42).run()
    press(app, "Start training")

    assert store.runs.all()[0].config == TrainingConfig(
        network="cnn",
        hidden_sizes=(512, 64, 16),
        activation="gelu",
        optimiser="adam",
        loss="cross_entropy",
        learning_rate=0.002,
        schedule="one_cycle",
        momentum=0.5,
        weight_decay=0.001,
        epochs=7,
        batch_size=128,
        rotation=10,
        scale=0.15,
        shear=20,
        shift=2,
        thickness=0.7,
        validation_share=0.2,
        train_size=500,
        seed=42,
    )


def test_the_address_sets_the_controls(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, learning_rate="0.2", activation="Tanh")

    assert app.select_slider(key="learning_rate").value == 0.2
    assert app.selectbox(key="activation").value == "tanh"
    assert not app.warning


def test_a_value_out_of_range_in_the_address_is_one_sentence(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, learning_rate="100")

    assert app.select_slider(key="learning_rate").value == 0.01
    assert "learning_rate=100, which is not possible, so 0.01 is used" in app.warning[0].value
    app.run()
    assert app.warning, "said until the control is moved"
    app.select_slider(key="learning_rate").set_value(0.1).run()
    assert not app.warning


def test_tutorial_settings_come_back(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, epochs="9", learning_rate="0.5")
    app.selectbox(key="preset").select("tutorial").run()

    assert (app.slider(key="epochs").value, app.select_slider(key="learning_rate").value) == (3, 0.01)


def test_an_unknown_run_is_one_sentence(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, run="77")

    assert [error.value for error in app.error] == ["There is no run 77; see the list of runs."]


def test_a_failed_run_says_why_and_shows_its_log(open_page: Callable[..., AppTest], store: Store) -> None:
    run = store.runs.create(TrainingConfig(), "MNIST-5000", state="running")
    store.workers.report(run, {}, state="failed", error="The loss stopped being a number.", log="Traceback: here")

    app = open_page(PAGE, run=str(run.id))

    assert app.error[0].value == "The loss stopped being a number."
    assert app.code[0].value == "Traceback: here"


def test_a_pruned_run_says_why_and_is_not_resumed(open_page: Callable[..., AppTest], store: Store) -> None:
    run = store.runs.create(TrainingConfig(), "MNIST-5000", state="running")
    store.workers.report(run, {}, state="pruned", pruned_because="Stopped after 1 of 3 epochs: it was behind.")

    app = open_page(PAGE, run=str(run.id))

    assert ":orange-badge[:material/content_cut: pruned]" in app.subheader[0].value
    assert app.info[0].value == "Stopped after 1 of 3 epochs: it was behind."
    assert "Resume" not in [button.label for button in app.button]


def test_a_run_whose_worker_is_gone_is_interrupted(open_page: Callable[..., AppTest], store: Store) -> None:
    run = store.runs.create(TrainingConfig(), "MNIST-5000", state="running")
    lose_worker(store, run.id)

    app = open_page(PAGE, run=str(run.id))

    assert "The worker is gone, or cannot write to the runs folder" in app.warning[0].value


def test_stop_asks_a_queued_run_to_stop(open_page: Callable[..., AppTest], store: Store) -> None:
    run = store.runs.create(TrainingConfig(), "MNIST-5000")

    press(open_page(PAGE, run=str(run.id)), "Stop")

    assert store.runs.get(run.id).status == "stopped"


@pytest.mark.parametrize("preset", PRESETS)
def test_each_preset_sets_all_controls(preset: str, open_page: Callable[..., AppTest], store: Store) -> None:
    app = open_page(PAGE, epochs="9", learning_rate="0.5")
    app.selectbox(key="preset").select(preset).run()
    press(app, "Start training")

    assert store.runs.all()[0].config == PRESETS[preset]


def test_without_hidden_layers_it_is_logistic_regression(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, layers="0")

    assert any("7,850 parameters, 63 steps an epoch on 4,000 images" in caption.value for caption in app.caption)


def test_pause_resume_and_one_more_epoch_are_wishes_for_the_worker(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    run = store.runs.create(TrainingConfig(), "MNIST-5000", state="running")
    store.workers.report(run, {"loss": ([1], [0.1])}, step=1, steps=189, final_loss=0.1)
    app = press(press(open_page(PAGE, run=str(run.id)), "Pause"), "One more epoch")

    control = store.control.get(run.id)
    assert control is not None
    assert (control.wanted, control.more_epochs) == ("pause", 1)
    store.workers.report(run, {}, state="paused")
    press(app.run(), "Resume")
    control = store.control.get(run.id)
    assert control is not None
    assert control.wanted == "run"


def test_an_interrupted_run_is_queued_by_resume(open_page: Callable[..., AppTest], store: Store) -> None:
    run = store.runs.create(TrainingConfig(), "MNIST-5000", state="running")
    lose_worker(store, run.id)

    press(open_page(PAGE, run=str(run.id)), "Resume")

    assert store.runs.get(run.id).status == "queued"


def test_the_coach_names_a_plateau_and_changes_the_rate_at_once(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    run = store.runs.create(TrainingConfig(learning_rate=1e-5), "MNIST-5000", state="running")
    store.workers.report(run, {"loss": (range(1, 401), [0.1] * 400)}, step=400, steps=1_000, final_loss=0.1)

    app = press(open_page(PAGE, run=str(run.id)), "Change to 0.0001 now")

    assert not app.exception
    control = store.control.get(run.id)
    assert control is not None
    assert control.learning_rate == 1e-4


def test_the_coachs_advice_can_be_taken_for_the_next_training(open_page: Callable[..., AppTest], store: Store) -> None:
    run = store.runs.create(TrainingConfig(epochs=5), "MNIST-5000", state="finished")
    falling, rising = [0.05, 0.04, 0.03, 0.02, 0.01], [0.05, 0.04, 0.05, 0.06, 0.07]
    ends = range(63, 316, 63)
    curves = {"training_loss": (ends, falling), "validation_loss": (ends, rising)}
    store.workers.report(run, curves, step=315, steps=315, epoch=5, final_loss=0.01)

    app = press(open_page(PAGE, run=str(run.id)), "Use it for the next training")

    assert (app.slider(key="rotation").value, app.slider(key="shift").value) == (10, 2)
