"""The pages open on a runs folder from before its tables had versions, by addresses of that time."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from mnist_core.store import Store
from tests.ui.buttons import press
from tests.ui.evaluate.evaluated import accuracies, labels_of_buttons, texts

Open = Callable[..., AppTest]


def test_its_runs_are_listed_and_can_be_resumed(open_page: Open, old_store: Store) -> None:
    rows = open_page("pages/runs.py").dataframe[0].value

    assert rows["Name"].tolist() == [run.name for run in old_store.runs.all()]
    assert rows["Status"].tolist() == ["finished"] * 4 + ["stopped", "finished"]
    press(open_page("pages/train.py", run="2"), "Resume")
    assert old_store.runs.get(2).status == "queued"


def test_a_test_set_that_was_opened_for_a_run_is_open(open_page: Open, old_store: Store) -> None:
    app = open_page("pages/evaluate.py", run="1")

    assert "Open the test set" not in labels_of_buttons(app)
    assert accuracies(app)["test"] == "10.0 %"
    assert old_store.runs.get(1).test_openings == 1


def test_runs_with_other_seeds_are_summed_up(open_page: Open, old_store: Store) -> None:
    app = open_page("pages/evaluate.py", run="4", part="Spread")

    assert "**Validation**: mean 12.62 %" in texts(app)
    assert [run.test_openings for run in old_store.repeats.runs(1)] == [0, 0]


def test_its_own_digits_are_scored_and_listed(open_page: Open, old_store: Store) -> None:
    scores, table, *_ = (table.value for table in open_page("pages/draw.py", tab="My digits", run="3").dataframe)

    networks = [run.name for run in old_store.runs.all() if run.status == "finished"]
    assert list(scores["Model"]) == [*networks, "K nearest neighbours, MNIST-5000"]
    assert list(table["Label"]) == [4, 7]
    assert list(table["Taken for"]) == ["", "1, ?"]
