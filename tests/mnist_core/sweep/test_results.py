"""What a sweep came to: the best so far, the best beside their fresh seeds, what mattered, and how long it takes."""

import pytest

from mnist_core.data import EMBEDDED
from mnist_core.store import Run, Store, Sweep
from mnist_core.sweep import SweepPlan, results, stored_plan
from tests.mnist_core.small_sweeps import CONFIG, end, plan, start, take_next


def play(store: Store, sweep_plan: SweepPlan, ends: list[tuple[str, float, int]]) -> tuple[Sweep, list[Run]]:
    """A sweep whose runs end so: state, validation accuracy, epochs."""
    sweep = start(store, sweep_plan)
    for state, accuracy, epochs in ends:
        run = take_next(store)
        assert run is not None
        end(store, run, accuracy, epochs, state=state, seconds=float(epochs))
    return store.sweeps.get(sweep.id), store.sweeps.runs(sweep.id)


def test_the_best_so_far_counts_the_epochs_of_all_runs_and_the_accuracy_of_finished_ones(store: Store) -> None:
    _, runs = play(
        store,
        plan(at_once=1),
        [("pruned", 0.9, 1), ("finished", 0.7, 4), ("failed", 0.99, 2), ("finished", 0.6, 4), ("finished", 0.8, 4)],
    )

    points = [(point.epochs, point.accuracy, point.number) for point in results.best_so_far(runs)]
    assert points == [(5, 0.7, 2), (7, 0.7, 2), (11, 0.7, 2), (15, 0.8, 5)]
    assert results.epochs_spent(runs) == 15


def test_the_best_stand_beside_what_fresh_seeds_gave(store: Store) -> None:
    fresh = [("finished", accuracy, 4) for accuracy in (0.5, 0.6, 0.7, 0.4)]
    _, runs = play(store, plan(runs=2, at_once=1), [("finished", 0.7, 4), ("finished", 0.8, 4), *fresh])

    first, second = results.confirmed(runs)

    assert (first.run.number, first.run.validation_accuracy, first.accuracies) == (2, 0.8, (0.5, 0.6, 0.7))
    assert first.variance is not None
    assert first.variance.mean == pytest.approx(0.6)
    assert first.variance.interval == pytest.approx((0.3516, 0.8484), abs=1e-4)
    assert (second.run.number, second.accuracies, second.variance) == (1, (0.4,), None)


def test_a_run_that_a_person_changed_is_not_among_the_best(store: Store) -> None:
    sweep = start(store, plan(at_once=1))
    run = take_next(store)
    assert run is not None
    store.workers.mark(run, 3, "learning rate", 0.5)
    end(store, run, 0.9)

    assert results.best(store.sweeps.runs(sweep.id)) == []


def test_importance_finds_what_decides_the_accuracy(store: Store) -> None:
    sweep_plan = plan(space={"learning_rate": "0.001..1 log", "momentum": "0..0.9"}, runs=40, method="random")
    sweep = start(store, sweep_plan)
    while (run := take_next(store)) is not None and run.confirms is None:
        assert results.importance(sweep_plan, store.sweeps.runs(sweep.id)) == {} or (run.number or 0) > 10
        end(store, run, run.config.momentum)
    found = results.importance(sweep_plan, store.sweeps.runs(sweep.id))

    assert list(found) == ["momentum", "learning_rate"]
    assert sum(found.values()) == pytest.approx(1)
    assert found["momentum"] > 0.8


def test_importance_is_told_of_hyperparameters_that_some_runs_do_not_use(store: Store) -> None:
    space = {"learning_rate": "0.001..1 log", "optimiser": "sgd,adam", "momentum": "0..0.9"}
    sweep_plan = plan(space=space, runs=40, method="random", at_once=1)
    sweep = start(store, sweep_plan)
    while (run := take_next(store)) is not None and run.confirms is None:
        # Adam has no momentum.
        end(store, run, 0.1 if run.config.optimiser == "adam" else run.config.momentum)
    found = results.importance(sweep_plan, store.sweeps.runs(sweep.id))

    assert next(iter(found)) == "momentum"
    assert found["momentum"] > 0.8
    assert sum(found.values()) == pytest.approx(1)


def test_nothing_is_important_where_all_settings_are_equally_good(store: Store) -> None:
    sweep, runs = play(store, plan(at_once=1), [("finished", 0.5, 4)] * 12)

    assert results.importance(stored_plan(sweep), runs) == {}


def test_progress_goes_from_0_to_1_and_tells_the_time_left(store: Store) -> None:
    sweep_plan = plan(runs=2, at_once=1, early_stopping="none")
    sweep = start(store, sweep_plan)
    shares = list[float]()
    while (run := take_next(store)) is not None:
        end(store, run, 0.5, seconds=4.0, step=40, steps=40)
        told = results.progress(store.sweeps.get(sweep.id), sweep_plan, store.sweeps.runs(sweep.id))
        shares.append(told.share)
        if told.seconds_left is not None and len(shares) == 4:
            assert told.seconds_left == pytest.approx(4 * 4.0)
    shares.append(results.progress(store.sweeps.get(sweep.id), sweep_plan, store.sweeps.runs(sweep.id)).share)

    assert shares == pytest.approx([(number + 1) / 8 for number in range(8)] + [1.0])


def test_the_expected_time_follows_from_a_run_on_a_network_of_the_same_kind(store: Store) -> None:
    sweep_plan = plan(runs=10, at_once=2, early_stopping="none")
    assert results.expected_seconds(sweep_plan, CONFIG, 4_000, store.runs.all(), workers=4) is None

    for network, pace in (("mlp", 100.0), ("cnn", 1.0)):
        config = CONFIG.model_copy(update={"network": network})
        store.runs.create(config, EMBEDDED, network)
        run = store.workers.claim(1)
        assert run is not None
        end(store, run, 0.9, images_per_second=pace)

    # 10 runs and 9 with fresh seeds, of 4 epochs of 200 images, two at a time.
    told = results.expected_seconds(sweep_plan, CONFIG, 4_000, store.runs.all(), workers=4)
    assert told == pytest.approx(19 * 4 * 200 / 100 / 2)
    assert results.expected_seconds(sweep_plan, CONFIG, 4_000, store.runs.all(), workers=1) == pytest.approx(2 * told)
