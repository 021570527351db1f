"""The store is asked a fixed number of times in a page run, however many models and corruptions there are."""

import re
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import Engine, event
from streamlit.testing.v1 import AppTest

from mnist_core.data import DataSet
from mnist_core.evaluation.corruptions import CORRUPTIONS
from mnist_core.evaluation.robustness import measure_robustness
from mnist_core.store import Store
from tests.ui.evaluate.evaluated import PAGE, WEAK, charts, finished, keep_network, keep_own, network, open_test_set


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """The SELECT statements of all stores, in order."""
    executed = list[str]()

    def record(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            executed.append(re.sub(r"\?(, \?)+", "?", statement))  # a list may hold any number of keys

    event.listen(Engine, "before_cursor_execute", record)
    yield executed
    event.remove(Engine, "before_cursor_execute", record)


def rerun(app: AppTest, statements: list[str]) -> list[str]:
    """The statements of one more page run, when everything is loaded that a server loads once."""
    statements.clear()
    app.run()
    assert not app.exception
    return statements.copy()


def test_robustness_asks_as_often_for_many_models_and_corruptions_as_for_two_models(
    open_page: Callable[..., AppTest],
    store: Store,
    embedded: DataSet,
    statements: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs = [finished(store, f"Run {number}", WEAK) for number in range(4)]
    for run in runs:
        open_test_set(store, run, embedded)
        measure_robustness(store, network(store, run), embedded.test, CORRUPTIONS[0])
    first, *others = (str(run.id) for run in runs)

    with monkeypatch.context() as fewer:
        fewer.setattr("ui.evaluate.robustness.CORRUPTIONS", CORRUPTIONS[:1])
        two = rerun(open_page(PAGE, part="Robustness", run=first, beside=others[0]), statements)
    several = open_page(PAGE, part="Robustness", run=first, beside=",".join(others))
    assert len(charts(several)[0]["data"]) == 4
    many = rerun(several, statements)

    assert sum("results" in statement for statement in many) >= 2  # the statements are those of the store
    assert many == two


def test_robustness_on_own_digits_asks_as_often_for_many_fine_tuned_networks_as_for_one(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet, statements: list[str]
) -> None:
    parent = finished(store, "Parent", WEAK)
    keep_own(store, embedded.test.images[:3], embedded.test.labels[:3])
    children = []
    for number in range(3):
        child = store.fine_tuning.create(parent, parent.config, store.digits.all(), f"Child {number}")
        store.workers.report(store.workers.claim("one", child.id), {}, state="finished")
        keep_network(store, child, WEAK)
        children.append(str(child.id))

    page = partial(open_page, PAGE, part="Robustness", images="My digits", run=str(parent.id))
    one, many = (rerun(page(beside=",".join(beside)), statements) for beside in (children[:1], children))

    assert sum("warm_starts" in statement for statement in many) >= 1
    assert many == one


def test_seed_variance_asks_as_often_for_many_seeds_as_for_two(
    open_page: Callable[..., AppTest], store: Store, statements: list[str]
) -> None:
    asked = list[list[str]]()
    for name, seeds, config in (("Two", 2, WEAK), ("Five", 5, WEAK.model_copy(update={"momentum": 0.5}))):
        run = finished(store, name, config)
        plan = [(config.model_copy(update={"seed": seed}), f"Seed {seed}") for seed in range(seeds)]
        repeats = store.repeats.create("seed variance", plan, config, run.data_set)
        for repeat in store.repeats.runs(repeats.id):
            claimed = store.workers.claim("one", repeat.id)
            assert claimed is not None
            store.workers.report(claimed, {}, state="finished", training_accuracy=0.9, validation_accuracy=0.8)
            keep_network(store, repeat, WEAK)
        asked.append(rerun(open_page(PAGE, part="Seed variance", run=str(run.id)), statements))

    assert asked[0] == asked[1]
