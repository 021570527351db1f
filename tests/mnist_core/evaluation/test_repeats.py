"""Which runs repeat settings, what their results say so far, and that they are queued, stopped and deleted as one."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from mnist_core import DigitLabError, data
from mnist_core.config import PRESETS, TrainingConfig
from mnist_core.data import EMBEDDED, KNOWN
from mnist_core.evaluation import repeats
from mnist_core.names import LONGEST_NAME
from mnist_core.store import RepeatsKind, Run, Store
from tests.mnist_core.passing_time import pass_time

CONFIG = TrainingConfig(hidden_sizes=(16,), epochs=2, batch_size=100, validation_share=0.1, seed=7)
ACCURACIES = (0.952, 0.947, 0.961, 0.955, 0.949)


def create(store: Store, seeds: int = 3, name: str = "") -> int:
    runs = repeats.plan("seed variance", CONFIG, 4_000, seeds)
    return store.repeats.create("seed variance", runs, CONFIG, EMBEDDED, name).id


def end(store: Store, state: str, **columns: float) -> Run:
    """Let a worker take the next run and say how it ended."""
    run = store.workers.claim("one")
    assert run is not None
    store.workers.report(run, {}, state=state, **columns)
    return run


def statuses(store: Store, repeats_id: int) -> list[str]:
    return [run.status for run in store.repeats.runs(repeats_id)]


@pytest.mark.parametrize(
    ("data_set", "share", "sizes"),
    [
        ("MNIST", 0.1, [100, 300, 1_000, 3_000, 10_000, 30_000, 54_000]),
        ("MNIST", 0.5, [100, 300, 1_000, 3_000, 10_000, 30_000]),
        (EMBEDDED, 0.0, [100, 300, 1_000, 3_000, 3_600]),
        (EMBEDDED, 0.0001, [100, 300, 1_000, 3_000, 3_600]),  # which would hold no image out
    ],
)
def test_a_learning_curve_goes_up_to_all_images_and_keeps_some_for_validation(
    data_set: str, share: float, sizes: list[int]
) -> None:
    base = PRESETS["drawing"].model_copy(update={"validation_share": share, "train_size": 500, "seed": 3})

    plan = repeats.plan("learning curve", base, KNOWN[data_set].train_count, seeds=2)

    expected = share if share > 0.001 else 0.1
    used = [data.split_sizes(KNOWN[data_set].train_count, c.validation_share, c.train_size)[0] for c, _ in plan]
    assert used == [size for size in sizes for _ in range(2)]
    assert [config.seed for config, _ in plan] == [3, 4] * len(sizes)
    assert plan[-1][0].train_size is None
    same = {"validation_share": expected, "train_size": None, "seed": 3}
    assert {config.model_copy(update=same) for config, _ in plan} == {base.model_copy(update=same)}
    assert plan[4][1] == "1,000 images, seed 3"


def test_of_one_seed_the_smaller_training_sets_are_parts_of_the_larger_and_all_know_the_same_validation_images() -> (
    None
):
    plan = repeats.plan("learning curve", CONFIG, 4_000, seeds=1)
    parts = [data.split_indices(4_000, config.validation_share, config.train_size, config.seed) for config, _ in plan]

    assert all(set(smaller) < set(larger) for (smaller, _), (larger, _) in pairwise(parts))
    assert len({held_out.tobytes() for _, held_out in parts}) == 1


def test_seed_variance_is_of_the_same_settings_with_other_seeds() -> None:
    plan = repeats.plan("seed variance", CONFIG, 4_000, 3)

    assert [name for _, name in plan] == ["Seed 7", "Seed 8", "Seed 9"]
    assert [config for config, _ in plan] == [CONFIG.model_copy(update={"seed": seed}) for seed in (7, 8, 9)]


@pytest.mark.parametrize(
    ("kind", "seeds", "changes", "sentence"),
    [
        ("seed variance", 1, {}, "choose one from 2 to 20"),
        ("seed variance", 21, {}, "choose one from 2 to 20"),
        ("learning curve", 0, {}, "choose one from 1 to 20"),
        ("seed variance", 3, {"seed": 2**31 - 2}, "choose a smaller seed"),
        ("seed variance", 3, {"train_size": 3_900}, "only 3,600 images are left"),
    ],
)
def test_what_cannot_be_repeated_is_one_sentence(
    kind: RepeatsKind, seeds: int, changes: dict[str, int], sentence: str
) -> None:
    with pytest.raises(DigitLabError, match=rf"^[^\n]*{sentence}[^\n]*\.$"):
        repeats.plan(kind, CONFIG.model_copy(update=changes), 4_000, seeds)


def test_the_longest_names_fit() -> None:
    plan = repeats.plan("learning curve", CONFIG.model_copy(update={"seed": 2**31 - 20}), 60_000, 20)

    assert max(len(name) for _, name in plan) <= LONGEST_NAME


def test_mean_deviation_and_interval_are_those_of_numpy_and_scipy() -> None:
    variance = repeats.SeedVariance(ACCURACIES)

    assert variance.mean == pytest.approx(np.mean(ACCURACIES))
    assert variance.std == pytest.approx(np.std(ACCURACIES, ddof=1))
    assert variance.interval == pytest.approx(stats.ttest_1samp(ACCURACIES, 0).confidence_interval(0.95))
    assert repeats.SeedVariance((0.99, 1.0)).interval[1] == 1  # no accuracy is above


def test_a_learning_curve_shows_what_has_finished_with_the_band_of_its_seeds(store: Store) -> None:
    plan = repeats.plan("learning curve", CONFIG, 4_000, seeds=3)
    made = store.repeats.create("learning curve", plan, CONFIG, EMBEDDED)
    for training, validation in ((1.0, 0.7), (0.9, 0.6), (0.95, 0.8), (1.0, 0.85)):
        end(store, "finished", training_accuracy=training, validation_accuracy=validation)
    end(store, "stopped", training_accuracy=0.2, validation_accuracy=0.1)

    first, second = repeats.learning_curve(store.repeats.runs(made.id))

    assert (first.training_images, first.seeds, second.training_images, second.seeds) == (100, 3, 300, 1)
    assert vars(first.validation) == pytest.approx({"mean": 0.7, "low": 0.6, "high": 0.8})
    assert vars(first.training) == pytest.approx({"mean": 0.95, "low": 0.9, "high": 1.0})
    assert second.validation == repeats.AccuracyRange(0.85, 0.85, 0.85)


def test_a_learning_curve_gives_advice_when_its_largest_size_has_finished() -> None:
    def point(images: int, training: float, validation: float) -> repeats.LearningCurvePoint:
        ranges = (repeats.AccuracyRange(mean, mean, mean) for mean in (training, validation))
        return repeats.LearningCurvePoint(images, 1, *ranges)

    start, gap, met = point(100, 0.5, 0.5), point(3_600, 0.99, 0.9), point(3_600, 0.9, 0.89)

    assert repeats.advice([], 3_600) == repeats.advice([start], 3_600) == ""
    assert "more images would close" in repeats.advice([start, gap], 3_600)
    assert "a larger network or more epochs would help more" in repeats.advice([start, met], 3_600)
    assert "more images would close" in repeats.advice([point(3_600, 0.999, 0.981)], 3_600)
    assert repeats.advice([point(3_600, 0.99, 0.985)], 3_600) == "The curves have met, and both are high."


def test_progress_counts_steps_also_of_runs_that_wait(store: Store) -> None:
    plan = repeats.plan("learning curve", CONFIG, 4_000, seeds=1)  # 2 epochs of 1, 3, 10, 30 and 36 steps
    made = store.repeats.create("learning curve", plan, CONFIG, EMBEDDED)
    assert (repeats.progress([]), repeats.progress(store.repeats.runs(made.id))) == (0, 0)
    assert repeats.seconds_left(store.repeats.runs(made.id)) is None

    end(store, "finished", step=2, steps=2, seconds=1.0)  # 0.75 s and 0.125 s a step, as the third shows
    end(store, "stopped", step=3, steps=6, seconds=1.5)
    end(store, "running", step=10, steps=20, seconds=2.0)

    runs = store.repeats.runs(made.id)
    assert repeats.progress(runs) == pytest.approx((2 + 3 + 10) / 160)
    assert repeats.seconds_left(runs) == pytest.approx(0.125 * (10 + 60 + 72) + 2 * 0.75)
    assert repeats.seconds_left([runs[0], runs[4]]) is None  # 2 steps tell nothing about 72
    assert repeats.seconds_left(runs[:2]) is None


def test_repeats_come_back_newest_first_and_their_runs_in_order(store: Store) -> None:
    alone = store.runs.create(CONFIG, EMBEDDED)
    curve = store.repeats.create(
        "learning curve", repeats.plan("learning curve", CONFIG, 4_000, 1), CONFIG, EMBEDDED, " a  b "
    )
    variance = store.repeats.create("seed variance", repeats.plan("seed variance", CONFIG, 4_000, 2), CONFIG, EMBEDDED)

    other = Store(store.folder)
    assert [found.id for found in other.repeats.all()] == [variance.id, curve.id]
    assert [found.name for found in other.repeats.all("learning curve")] == ["a b"]
    found = other.repeats.all()[0]
    assert (found.name, found.kind, found.config) == ("Seed variance 2", "seed variance", CONFIG)
    assert [run.name for run in other.repeats.runs(variance.id)] == [
        "Seed variance 2: Seed 7",
        "Seed variance 2: Seed 8",
    ]
    assert [run.config.train_size for run in other.repeats.runs(curve.id)] == [100, 300, 1_000, 3_000, None]
    assert other.runs.get(alone.id).repeats_id is None


def test_repeats_are_queued_as_a_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(DigitLabError, match="at most 60 letters"):
        store.repeats.create("seed variance", [(CONFIG, "fine"), (CONFIG, "x" * 61)], CONFIG, EMBEDDED)

    assert (store.repeats.all(), store.runs.all()) == ([], [])


def test_stopping_and_resuming_repeats_reaches_all_their_runs_but_those_that_finished(store: Store) -> None:
    made, other = create(store, 4), create(store, 2)
    end(store, "finished")
    running = end(store, "running")

    store.repeats.stop(made)
    assert statuses(store, made) == ["finished", "running", "stopped", "stopped"]
    control = store.control.get(running.id)
    assert control is not None
    assert control.wanted == "stop"

    store.workers.report(running, {}, state="stopped")
    store.repeats.resume(made)
    assert statuses(store, made) == ["finished", "queued", "queued", "queued"]
    assert statuses(store, other) == ["queued", "queued"]
    control = store.control.get(running.id)
    assert control is not None
    assert control.wanted == "run"


def test_a_run_that_lost_its_worker_is_resumed_with_its_repeats(store: Store) -> None:
    made = create(store)
    end(store, "running")

    store.repeats.resume(made)
    assert statuses(store, made)[0] == "running"
    pass_time(store, 6)
    assert statuses(store, made)[0] == "interrupted"
    store.repeats.resume(made)
    assert statuses(store, made)[0] == "queued"


def test_deleted_repeats_take_their_runs_and_their_files_with_them_and_no_others(store: Store) -> None:
    gone, kept = create(store), create(store)
    removed, left = store.repeats.runs(gone), store.repeats.runs(kept)
    for run in (*removed, *left):
        store.files.network_path(run.id).touch()
        store.results.put(f"{run.key}|report", b"1")

    store.runs.delete(left[0].id)
    store.repeats.delete(gone)

    assert [run.id for run in reversed(store.runs.all())] == [run.id for run in left[1:]]
    assert [run.id for run in store.repeats.runs(kept)] == [run.id for run in left[1:]]
    assert {path.name for path in store.folder.glob("run-*")} == {f"run-{run.id}.safetensors" for run in left[1:]}
    assert not store.results.get([f"{run.key}|report" for run in removed])
    with pytest.raises(DigitLabError, match=rf"^There are no repeats {gone}; [^\n]*\.$"):
        store.repeats.stop(gone)
    store.repeats.delete(kept)
    assert create(store) == kept + 1  # a number is never used again


def test_repeats_end_with_their_last_run(store: Store) -> None:
    variance = store.repeats.create("seed variance", repeats.plan("seed variance", CONFIG, 4_000, 2), CONFIG, EMBEDDED)
    first, second = store.repeats.runs(variance.id)

    store.runs.delete(first.id)
    assert [found.id for found in store.repeats.all()] == [variance.id]
    store.runs.delete(second.id)

    assert store.repeats.all() == []
