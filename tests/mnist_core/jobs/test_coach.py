"""The coach says what is wrong with a training, and proposes settings that can be used."""

from typing import Any

import pytest

from mnist_core.config import PRESETS, TrainingConfig, configure
from mnist_core.data import EMBEDDED
from mnist_core.jobs import coach
from mnist_core.jobs.coach import Advice
from mnist_core.store import Run, Store

HEALTHY: dict[str, list[float]] = {
    "recent_losses": [0.02] * 100,
    "training_losses": [0.05, 0.03, 0.02, 0.015],
    "validation_losses": [0.04, 0.03, 0.025, 0.024],
}
OVERFITTING = HEALTHY | {"validation_losses": [0.04, 0.02, 0.03, 0.04]}
GUESSING = HEALTHY | {"recent_losses": [0.0899] * 100}


def advice(curves: dict[str, list[float]], rate: float | None = None, diverged: bool = False, **changes: Any) -> Advice:
    """What the coach says; there must be something."""
    given = coach.advise(*about(curves, rate, changes), diverged=diverged)
    assert given is not None
    return given


def about(curves: dict[str, list[float]], rate: float | None = None, changes: dict[str, Any] | None = None) -> Any:
    config = TrainingConfig(**({"epochs": 4} | (changes or {})))
    return config, config.learning_rate if rate is None else rate, *curves.values()


def is_valid(given: Advice, preset: str = "tutorial", **changes: Any) -> bool:
    """Whether the advice can be followed, and changes something; `configure` raises where it cannot."""
    before = configure(preset, **changes)
    return configure(preset, **(changes | given.changes)) != before


@pytest.mark.parametrize("changes", [{}, {"rotation": 10.0}, {"optimiser": "adam", "learning_rate": 0.001}])
def test_a_healthy_training_needs_no_advice(changes: dict[str, Any]) -> None:
    assert coach.advise(*about(HEALTHY, changes=changes), diverged=False) is None


def test_a_training_that_has_only_begun_needs_no_advice() -> None:
    nothing: dict[str, list[float]] = {key: [] for key in HEALTHY}

    assert coach.advise(*about(nothing), diverged=False) is None
    assert coach.advise(*about(nothing | {"training_losses": [0.05]}), diverged=False) is None


@pytest.mark.parametrize("rate", [10.0, 0.5, 0.0123, 2e-5])
def test_an_exploded_loss_calls_for_a_tenth_of_the_learning_rate(rate: float) -> None:
    given = advice(GUESSING, rate, diverged=True)

    assert given.changes == {"learning_rate": pytest.approx(max(rate / 10, 1e-5), rel=0.3)}
    assert "exploded" in given.problem
    assert is_valid(given, learning_rate=rate)


@pytest.mark.parametrize(
    "changes",
    [{"learning_rate": 1e-4}, {"learning_rate": 1e-4, "optimiser": "adam"}, {"learning_rate": 0.1, "momentum": 0.0}],
)
def test_no_better_than_guessing_with_small_steps_calls_for_larger_ones(changes: dict[str, Any]) -> None:
    given = advice(GUESSING, **changes)

    assert given.changes == {"learning_rate": pytest.approx(10 * changes["learning_rate"])}
    assert is_valid(given, **changes)


@pytest.mark.parametrize(
    "changes",
    [{"learning_rate": 5.0}, {"learning_rate": 0.1, "momentum": 0.9}, {"learning_rate": 0.05, "optimiser": "adam"}],
)
def test_no_better_than_guessing_with_huge_steps_calls_for_smaller_ones(changes: dict[str, Any]) -> None:
    given = advice(GUESSING, **changes)

    assert given.changes == {"learning_rate": pytest.approx(changes["learning_rate"] / 10)}
    assert is_valid(given, **changes)


def test_guessing_costs_more_with_cross_entropy() -> None:
    assert coach.advise(*about(GUESSING, changes={"loss": "cross_entropy"}), diverged=False) is None
    assert advice(HEALTHY | {"recent_losses": [2.302] * 100}, loss="cross_entropy").changes.keys() == {"learning_rate"}


def test_overfitting_calls_for_augmentation() -> None:
    given = advice(OVERFITTING)

    assert "overfits" in given.problem
    assert "Since epoch 2 " in given.explanation
    assert configure(**given.changes).augments
    assert is_valid(given)


def test_overfitting_in_spite_of_augmentation_calls_for_fewer_epochs() -> None:
    given = advice(OVERFITTING, shift=1.0)

    assert given.changes == {"epochs": 2}
    assert is_valid(given, epochs=4, shift=1.0)


@pytest.mark.parametrize(
    "changed",
    [
        {"validation_losses": []},
        {"validation_losses": [0.04, 0.03, 0.02, 0.03]},
        {"validation_losses": [0.04, 0.02, 0.03, 0.04], "training_losses": [0.05, 0.03, 0.04, 0.035]},
    ],
    ids=["no validation images", "worse only once", "training gets worse too"],
)
def test_what_may_be_chance_is_not_called_overfitting(changed: dict[str, list[float]]) -> None:
    assert coach.advise(*about(HEALTHY | changed), diverged=False) is None


def trained(store: Store, config: TrainingConfig, loss: float, steps: int, **columns: Any) -> Run:
    """A run as a worker leaves it after so many steps of that loss."""
    run = store.runs.create(config, EMBEDDED, state="running")
    store.workers.report(run, {"loss": (range(1, steps + 1), [loss] * steps)}, step=steps, **columns)
    return store.runs.get(run.id)


def test_a_stored_run_is_judged_by_its_last_100_steps_once_it_has_done_300(store: Store) -> None:
    assert coach.advise_on_run(store, trained(store, TrainingConfig(), 0.09, 299)) is None
    assert coach.advise_on_run(store, trained(store, TrainingConfig(), 0.05, 300)) is None
    assert coach.advise_on_run(store, trained(store, TrainingConfig(), 0.09, 300)) is not None
    recovered = trained(store, TrainingConfig(), 0.09, 300)
    store.workers.report(recovered, {"loss": (range(301, 401), [0.02] * 100)}, step=400)
    assert coach.advise_on_run(store, store.runs.get(recovered.id)) is None


def test_a_stored_run_that_has_ended_is_judged_however_short_it_was(store: Store) -> None:
    given = coach.advise_on_run(store, trained(store, TrainingConfig(), 0.09, 20, state="finished"))

    assert given is not None
    assert "guessing" in given.problem


def test_a_stored_run_that_diverged_is_advised_by_the_rate_that_was_set_by_hand(store: Store) -> None:
    run = trained(store, TrainingConfig(), 0.05, 20)
    store.workers.mark(run, 10, "learning rate", 4.0)
    store.workers.mark(run, 20, "diverged")
    store.workers.report(run, {}, state="failed")

    given = coach.advise_on_run(store, store.runs.get(run.id))

    assert given is not None
    assert given.changes == {"learning_rate": pytest.approx(0.4)}


def test_a_stored_run_that_overfits_is_seen_by_its_epochs(store: Store) -> None:
    run = trained(store, TrainingConfig(epochs=4, validation_share=0.1), 0.01, 228)
    for name in ("training_losses", "validation_losses"):
        store.workers.report(run, {name.removesuffix("es"): ([57, 114, 171, 228], OVERFITTING[name])})

    given = coach.advise_on_run(store, store.runs.get(run.id))

    assert given is not None
    assert "overfits" in given.problem


@pytest.mark.parametrize(("rate", "higher"), [(10.0, False), (1e-5, True)], ids=["huge rate", "tiny rate"])
def test_the_end_of_a_cycle_does_not_hide_what_its_rate_was(rate: float, higher: bool, store: Store) -> None:
    config = PRESETS["accurate"].model_copy(update={"learning_rate": rate, "epochs": 10})
    steps = config.epochs * config.steps_per_epoch(4_000)

    given = coach.advise_on_run(store, trained(store, config, 2.303, steps, state="finished"))

    assert given is not None
    assert given.changes == {"learning_rate": pytest.approx(10 * rate if higher else rate / 10)}
    assert ("larger steps" in given.explanation, "smaller steps" in given.explanation) == (higher, not higher)
