"""A search is planned, started, steered and seen; what cannot be is said in a sentence and nothing is lost."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.config import PRESETS
from mnist_core.data import EMBEDDED
from mnist_core.store import Run, Store, Sweep
from mnist_core.sweep import Range, stored_plan
from mnist_core.sweep.next_run import advance
from tests.mnist_core.small_sweeps import CONFIG, plan, start
from tests.mnist_core.sweep.test_results import play
from tests.ui.buttons import press

PAGE = "pages/sweep.py"
ENDS = [("finished", 0.7, 4), ("pruned", 0.3, 1), ("failed", 0.0, 0), ("finished", 0.9, 4)]


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def texts(app: AppTest) -> str:
    elements = (*app.subheader, *app.markdown, *app.caption, *app.info, *app.warning, *app.error)
    return "\n".join(str(element.value) for element in elements)


def errors(app: AppTest) -> list[str]:
    return [error.value for error in app.error]


@pytest.fixture
def played(store: Store) -> tuple[Sweep, list[Run]]:
    """A sweep with runs of every kind, none of which is confirmed yet."""
    return play(store, plan(at_once=1), ENDS)


def test_an_empty_page_says_what_to_do_and_starts_the_plan_that_it_shows(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    app = open_page(PAGE)
    assert "There is no sweep yet" in texts(app)
    assert "The test set stays closed" in texts(app)

    press(app, "Start the sweep")

    (sweep,) = store.sweeps.all()
    assert app.query_params["sweep"] == str(sweep.id)
    assert stored_plan(sweep).space == {"learning_rate": Range(0.001, 0.1, log=True), "batch_size": (32, 64, 128, 256)}
    assert (stored_plan(sweep).runs, stored_plan(sweep).method, sweep.config.validation_share) == (20, "tpe", 0.1)
    assert [run.name for run in store.sweeps.runs(sweep.id)] == ["Sweep 1, run 1"]


def test_a_link_holds_the_whole_plan(open_page: Callable[..., AppTest], store: Store) -> None:
    base = store.runs.create(CONFIG, EMBEDDED, "Mine")
    link = {
        "base": str(base.id),
        "vary": "momentum,optimiser,hidden_sizes",
        "momentum": "0..0.9 4",
        "optimiser": "sgd,adam",
        "hidden_sizes": "64,32-16",
        "method": "Grid",
        "runs": "7",
        "epochs": "30",
        "minutes": "2.5",
        "early-stopping": "Median",
        "at-once": "3",
    }
    app = open_page(PAGE, **{f"sweep-{name}": value for name, value in link.items()})
    assert not app.warning

    press(app, "Start the sweep")

    (sweep,) = store.sweeps.all()
    made = stored_plan(sweep)
    assert made.space == {
        "momentum": Range(0.0, 0.9, count=4),
        "optimiser": ("sgd", "adam"),
        "hidden_sizes": ((64,), (32, 16)),
    }
    assert (made.method, made.early_stopping, made.at_once) == ("grid", "median", 3)
    assert (made.runs, made.epochs, made.minutes) == (7, 30, 2.5)
    assert sweep.config == CONFIG


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ({"learning_rate": "0.5..0.1"}, "Learning rate ranges from 0.5 to 0.1; the first has to be below the second."),
        ({"learning_rate": "0.1..100"}, "Learning rate cannot be 100"),
        ({"learning_rate": ""}, "Learning rate has no values"),
        ({"learning_rate": "a..b"}, "Learning rate cannot range from 'a' to 'b'"),
        ({"runs": "0"}, "The sweep's runs cannot be 0"),
        ({"vary": "none"}, "Nothing is varied"),
        ({"method": "Grid", "learning_rate": "0.001..0.9 log 600"}, "The grid has 1,"),
    ],
)
def test_what_cannot_be_planned_is_one_sentence_and_the_rest_is_kept(
    link: dict[str, str], sentence: str, open_page: Callable[..., AppTest], store: Store
) -> None:
    app = open_page(PAGE, **{"sweep-batch_size": "8,16"} | {f"sweep-{name}": value for name, value in link.items()})

    (error,) = errors(app)
    assert error.startswith(sentence)
    (button,) = (button for button in app.button if button.label == "Start the sweep")
    assert button.disabled
    assert [field.value for field in app.text_input if field.key == "sweep-batch_size"] in ([], ["8,16"])
    assert not store.sweeps.all()


def test_each_bad_range_has_a_sentence_of_its_own(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, **{"sweep-learning_rate": "2..1", "sweep-batch_size": "0"})

    first, second = errors(app)
    assert first.startswith("Learning rate")
    assert second.startswith("Batch size")


def test_what_the_address_cannot_have_is_said(open_page: Callable[..., AppTest]) -> None:
    wrong = {"base": "99", "vary": "learning_rate,speed", "method": "Guess", "epochs": "many"}
    app = open_page(PAGE, sweep="7", **{f"sweep-{name}": value for name, value in wrong.items()})

    said = "\n".join(warning.value for warning in app.warning)
    for text in (
        "There is no run or preset 99",
        "There is no hyperparameter speed to vary",
        "sweep-method=Guess, which is not possible, so TPE is used",
        "sweep-epochs=many, which is not possible, so nothing is used",
        "There is no sweep 7",
    ):
        assert text in said


def test_the_expected_time_is_known_once_such_a_network_was_trained(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    assert "Expected time: known once" in texts(open_page(PAGE))
    run = store.runs.create(PRESETS["tutorial"], EMBEDDED, state="running")
    store.workers.report(run, {}, state="finished", images_per_second=36_000.0)

    # 20 runs of 3 epochs, of which successive halving trains a third, and 9 with fresh seeds: 48 epochs of 0.1 s.
    assert "Expected time: about 5 s" in texts(open_page(PAGE))


def test_the_sweep_is_paused_stopped_resumed_renamed_and_deleted(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    sweep = start(store, plan())
    advance(store)
    app = press(open_page(PAGE), "Pause")
    assert store.sweeps.get(sweep.id).status == "paused"
    press(app, "Resume")
    assert store.sweeps.get(sweep.id).status == "running"
    press(app, "Stop")
    assert {run.status for run in store.sweeps.runs(sweep.id)} == {"stopped"}
    assert [label for label in labels(app) if label in ("Pause", "Stop", "Resume")] == ["Resume"]

    app.text_input(key=f"sweep-name-{sweep.id}").set_value("Rates").run()
    assert store.sweeps.get(sweep.id).name == "Rates"
    assert "Rates" in texts(app)

    press(app, "Delete for good")
    assert (store.sweeps.all(), store.runs.all()) == ([], [])
    assert "There is no sweep yet" in texts(app)


def test_the_newest_sweep_is_shown_and_another_one_is_chosen(open_page: Callable[..., AppTest], store: Store) -> None:
    for _ in range(2):
        start(store, plan())
    app = open_page(PAGE)
    assert app.selectbox(key="sweep").value == "2"

    app.selectbox(key="sweep").select("1").run()

    assert app.query_params["sweep"] == "1"
    assert "Sweep 1" in app.subheader[0].value


def test_after_a_sweep_was_deleted_the_newest_of_the_others_is_shown(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    for _ in range(3):
        start(store, plan())
    app = open_page(PAGE, sweep="2")

    press(app, "Delete for good")

    assert [sweep.id for sweep in store.sweeps.all()] == [3, 1]
    assert not app.warning
    assert "Sweep 3" in app.subheader[0].value


def test_a_sweep_that_is_started_while_another_one_is_shown_takes_its_place(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    start(store, plan())
    app = open_page(PAGE)

    press(app, "Start the sweep")

    assert len(store.sweeps.all()) == 2
    assert app.query_params["sweep"] == "2"
    assert app.selectbox(key="sweep").value == "2"
    assert "Sweep 2" in app.subheader[0].value


def test_the_table_says_what_each_run_tried_and_why_it_was_stopped(
    open_page: Callable[..., AppTest], store: Store, played: tuple[Sweep, list[Run]]
) -> None:
    run = played[1][1]
    claimed = store.workers.claim(1, run.id) or run
    store.workers.report(claimed, {}, pruned_because="Stopped after 1 of 4 epochs: 30.0 % was too little.")

    table = open_page(PAGE).dataframe[0].value

    assert table["Run"].tolist() == ["4", "3", "2", "1"]
    assert table["Status"].tolist() == ["finished", "failed", "pruned", "finished"]
    assert table["Validation"].tolist() == ["90.0 %", "0.0 %", "30.0 %", "70.0 %"]
    assert table["Reason"].tolist() == ["", "", "Stopped after 1 of 4 epochs: 30.0 % was too little.", ""]
    assert table["Learning rate"].tolist() == [run.config.texts["learning_rate"] for run in reversed(played[1])]


def test_the_best_settings_stand_beside_what_fresh_seeds_made_of_them(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    fresh = [("finished", accuracy, 4) for accuracy in (0.5, 0.6, 0.7)]
    play(store, plan(runs=2, at_once=1), [("finished", 0.7, 4), ("finished", 0.8, 4), *fresh])

    said = texts(open_page(PAGE))

    assert "**Run 2** leads with **80.00 %**" in said
    assert "3 fresh seeds: mean **60.00 %**, between 35.16 and 84.84 % (95 % interval)" in said
    assert "**Run 1** leads with **70.00 %**\nFresh seeds follow at the end" in said
    assert "The winner's curse" in said
    assert "The test set stays closed." in said


def test_use_these_settings_fills_the_controls_of_train_with_the_nearest_they_offer(
    open_page: Callable[..., AppTest], played: tuple[Sweep, list[Run]]
) -> None:
    best = played[1][3]

    app = press(open_page(PAGE), "Use these settings")

    assert app.title[0].value == "Train"
    rates = app.select_slider(key="learning_rate").options
    nearest = min((float(rate) for rate in rates), key=lambda rate: abs(rate - best.config.learning_rate))
    assert app.select_slider(key="learning_rate").value == nearest
    assert app.slider(key="momentum").value == best.config.momentum
    assert (app.slider(key="layers").value, app.select_slider(key="size1").value) == (1, 16)
    assert app.select_slider(key="train_size").value == 200
