"""The Runs page: the list, one run with its name and its deletion, several runs compared."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.config import HYPERPARAMETERS, TrainingConfig
from mnist_core.store import Run, Store
from mnist_core.training import networks
from tests.mnist_core.other_values import other_value
from tests.mnist_core.small_sweeps import end, plan, start, take_next
from tests.ui.buttons import press
from ui.components import csv_button
from ui.runs.run_list import PER_PAGE

PAGE = "pages/runs.py"


@pytest.fixture
def run(store: Store) -> Run:
    config = TrainingConfig(hidden_sizes=(16,), epochs=1)
    run = store.runs.create(config, "MNIST-5000", "Sixteen units", state="finished")
    store.workers.report(
        run, {"loss": ([1], [0.5])}, step=1, steps=1, final_loss=0.5, seconds=1.25, validation_accuracy=0.875
    )
    networks.save_network(networks.build_network(config), config, store.files.network_path(run.id))
    return run


def test_without_runs_the_page_says_what_to_do(open_page: Callable[..., AppTest]) -> None:
    assert "No network has been trained yet" in open_page(PAGE).info[0].value


def test_lists_name_status_accuracy_duration_data_set_and_settings(open_page: Callable[..., AppTest], run: Run) -> None:
    (row,) = open_page(PAGE).dataframe[0].value.to_dict("records")

    assert row == {
        "Name": "Sixteen units",
        "Status": "finished",
        "Validation": "87.5 %",
        "Test": "",
        "Test set opened": 0,
        "Duration": "1.2 s",
        "Data set": "MNIST-5000",
        "Settings": "784-16-10, ReLU, mean squared error, SGD 0.01, momentum 0.9, batches of 64, 1 epoch",
    }


def test_runs_of_sweeps_are_left_out_on_demand_and_say_why_they_were_stopped(
    open_page: Callable[..., AppTest], store: Store, run: Run
) -> None:
    start(store, plan())
    pruned = take_next(store)
    assert pruned is not None
    end(store, pruned, 0.1, 1, state="pruned", pruned_because="Stopped after 1 of 4 epochs.")
    app = open_page(PAGE, runs=str(run.id))
    listed = app.dataframe[0].value
    assert listed["Name"].tolist() == ["Sweep 1, run 2", "Sweep 1, run 1", "Sixteen units"]
    assert listed["Reason"].tolist() == ["", "Stopped after 1 of 4 epochs.", ""]

    app.toggle(key="of-sweeps").set_value(False).run()

    assert app.dataframe[0].value["Name"].tolist() == ["Sixteen units"]


def test_a_new_name_is_kept(open_page: Callable[..., AppTest], store: Store, run: Run) -> None:
    app = open_page(PAGE)
    app.text_input(key=f"name-{run.id}").set_value("Small").run()

    assert store.runs.get(run.id).name == "Small"
    assert app.dataframe[0].value["Name"].tolist() == ["Small"]


def test_an_empty_name_is_refused_in_one_sentence(open_page: Callable[..., AppTest], store: Store, run: Run) -> None:
    app = open_page(PAGE)
    app.text_input(key=f"name-{run.id}").set_value(" ").run()

    assert "A run needs a name" in app.error[0].value
    assert store.runs.get(run.id).name == "Sixteen units"


def test_deleting_asks_first(open_page: Callable[..., AppTest], store: Store, run: Run) -> None:
    app = open_page(PAGE)
    assert "Delete" in [popover.proto.popover.label for popover in app.get("popover")]

    press(app, "Delete for good")

    assert not store.runs.all()
    assert not store.files.network_path(run.id).exists()


def test_how_often_the_test_set_was_opened_is_said(open_page: Callable[..., AppTest], store: Store, run: Run) -> None:
    store.runs.count_test_opening(run.id, "MNIST-5000", 0.9)

    assert "The test set was opened once for this run." in [caption.value for caption in open_page(PAGE).caption]


def test_a_test_on_another_data_set_than_that_trained_on_names_it(
    open_page: Callable[..., AppTest], store: Store, run: Run
) -> None:
    same = store.runs.create(TrainingConfig(), run.data_set, "Same", state="finished")
    store.runs.count_test_opening(run.id, "MNIST", 0.9)
    store.runs.count_test_opening(same.id, run.data_set, 0.8)

    assert open_page(PAGE).dataframe[0].value["Test"].tolist() == ["80.0 %", "90.0 % of MNIST"]


def test_a_run_that_arrives_meanwhile_does_not_take_the_place_of_the_chosen_one(
    open_page: Callable[..., AppTest], store: Store, run: Run
) -> None:
    app = open_page(PAGE)
    newer = store.runs.create(TrainingConfig(), "MNIST-5000", "Newer", state="finished")

    press(app, "Delete for good")

    assert [kept.id for kept in store.runs.all()] == [newer.id]


def test_several_chosen_runs_are_compared_by_what_differs(
    open_page: Callable[..., AppTest], store: Store, run: Run
) -> None:
    other = store.runs.create(TrainingConfig(hidden_sizes=(16,), epochs=1, learning_rate=0.1), "MNIST", "Faster")

    app = open_page(PAGE, runs=f"{other.id},{run.id}")

    compared = app.dataframe[1].value
    assert compared["Name"].tolist() == ["Faster", "Sixteen units"]
    assert compared["Learning rate"].tolist() == ["0.1", "0.01"]
    assert "Hidden sizes" not in compared
    assert "different data sets" in app.warning[0].value


@pytest.fixture
def many_runs(store: Store) -> list[Run]:
    """Enough runs for three pages of the list, oldest first."""
    return [store.runs.create(TrainingConfig(), "MNIST-5000", state="finished") for _ in range(2 * PER_PAGE + 1)]


def names_listed(app: AppTest) -> list[str]:
    names: list[str] = app.dataframe[0].value["Name"].tolist()
    return names


def test_many_runs_are_listed_a_page_at_a_time(open_page: Callable[..., AppTest], many_runs: list[Run]) -> None:
    app = open_page(PAGE)
    names = [run.name for run in reversed(many_runs)]
    assert names_listed(app) == names[:PER_PAGE]

    app.session_state["runs-page"] = 3
    app.run()

    assert names_listed(app) == names[2 * PER_PAGE :]


def test_an_address_opens_the_page_of_the_list_that_has_its_run(
    open_page: Callable[..., AppTest], many_runs: list[Run]
) -> None:
    app = open_page(PAGE, runs=str(many_runs[0].id))

    assert names_listed(app) == [many_runs[0].name]
    assert app.text_input[0].value == many_runs[0].name


def test_runs_of_different_pages_are_compared_and_those_elsewhere_can_be_left_out(
    open_page: Callable[..., AppTest], many_runs: list[Run]
) -> None:
    newest, oldest = many_runs[-1], many_runs[0]
    app = open_page(PAGE, runs=f"{newest.id},{oldest.id}")
    assert app.dataframe[1].value["Name"].tolist() == [newest.name, oldest.name]
    assert f"Also chosen, on other pages: {oldest.name}." in [caption.value for caption in app.caption]

    press(app, "Leave out")

    assert app.query_params["runs"] == str(newest.id)
    assert app.text_input[0].value == newest.name


def test_the_list_begins_anew_when_the_last_run_of_the_last_page_is_deleted(
    open_page: Callable[..., AppTest], store: Store, many_runs: list[Run]
) -> None:
    app = open_page(PAGE, runs=str(many_runs[0].id))

    press(app, "Delete for good")

    assert not app.exception
    assert names_listed(app) == [run.name for run in reversed(many_runs[PER_PAGE + 1 :])]


def test_a_last_run_that_another_session_deletes_meanwhile_is_gone(
    open_page: Callable[..., AppTest], store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = iter([1, 1, 1, 0])
    monkeypatch.setattr("mnist_core.store.Runs.count", lambda *_, **__: next(counts))
    store.runs.delete(run.id)

    assert "No network has been trained yet" in open_page(PAGE).info[0].value


def test_every_hyperparameter_that_differs_is_a_column_and_can_group_the_runs(
    open_page: Callable[..., AppTest], store: Store, run: Run
) -> None:
    differing = TrainingConfig.model_validate(
        {name: other_value(name) for name in HYPERPARAMETERS} | {"hidden_sizes": (8, 8), "epochs": 7}
    )
    other = store.runs.create(differing, run.data_set, "Other")

    app = open_page(PAGE, runs=f"{other.id},{run.id}")

    compared = app.dataframe[1].value
    for name, field in HYPERPARAMETERS.items():
        assert compared[field.title].tolist() == [differing.texts[name], run.config.texts[name]]
    assert app.selectbox(key="group_by").options == [field.title for field in HYPERPARAMETERS.values()]


def test_a_run_in_progress_can_be_deleted(open_page: Callable[..., AppTest], store: Store) -> None:
    store.runs.create(TrainingConfig(), "MNIST-5000", state="running")

    press(open_page(PAGE), "Delete for good")

    assert not store.runs.all()


def test_all_runs_can_be_taken_away_as_csv(
    open_page: Callable[..., AppTest], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(PER_PAGE + 1):
        store.runs.create(TrainingConfig(), "MNIST-5000", f"=run {number}")
    files: dict[str, object] = {}
    monkeypatch.setattr(csv_button, "download_button", lambda _, write, name, __: files.update({name: write()}))

    open_page("pages/runs.py")

    header, *rows = str(files["runs.csv"]).splitlines()
    assert header.startswith("Name,Status,")
    assert [row.split(",")[0] for row in rows] == [f"'=run {number}" for number in range(PER_PAGE, -1, -1)]
