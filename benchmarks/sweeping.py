"""How long a sweep takes to say what it tries next, by how many runs it has had: `python -m benchmarks.sweeping`.

The runs are stored without being trained; a third of them reached their ninth epoch. Prints, for TPE over six
hyperparameters, the median milliseconds and CPU milliseconds from the question to the queued run, and the importance of
the hyperparameters. Asserts nothing.
"""

import math
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Run, Store
from mnist_core.sweep import make_plan, results
from mnist_core.sweep.next_run import advance, propose

ROUNDS = 11
COUNTS = (20, 200, 500)
BASE = TrainingConfig(epochs=9, validation_share=0.1)
SPACE = {
    "learning_rate": "0.001..0.1 log",
    "hidden_sizes": "256-64,128,none",
    "batch_size": "16..256 log",
    "optimiser": "sgd,adam",
    "momentum": "0..0.95",
    "weight_decay": "1e-05..0.01 log",
}
PLAN = make_plan(space=SPACE, method="tpe", runs=1_000)
AT_RANDOM = PLAN.model_copy(update={"method": "random"})


def add_runs(store: Store, sweep_id: int, count: int) -> None:
    """Store runs until there are so many, each with an end and its curve."""
    runs = store.sweeps.runs(sweep_id)
    while len(runs) < count:
        number = len(runs) + 1
        config = propose(AT_RANDOM, BASE, number, runs)
        queued = config and store.sweeps.add_run(sweep_id, number, config, f"Run {number}")
        assert queued
        runs.append(end(store, queued))


def end(store: Store, queued: Run) -> Run:
    """Let a queued run end: the better, the nearer its learning rate is to 0.02."""
    run = store.workers.claim(1, queued.id)
    assert run is not None
    accuracy, epochs = 0.98 - 0.03 * abs(math.log10(run.config.learning_rate / 0.02)), 9 if run.id % 3 == 0 else 1
    columns = {"state": "finished" if epochs == 9 else "pruned", "epoch": epochs, "validation_accuracy": accuracy}
    notes = {f"completed_rung_{rung}": accuracy for rung in range(epochs // 4)}
    store.workers.report(
        run, {"validation_accuracy": (range(1, epochs + 1), [accuracy] * epochs)}, pruner_notes=notes, **columns
    )
    return store.runs.get(run.id)


def measure(action: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock and of the CPU."""
    clock, cpu = time.perf_counter(), time.process_time()
    action()
    return 1_000 * (time.perf_counter() - clock), 1_000 * (time.process_time() - cpu)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        sweep = store.sweeps.create(PLAN.model_dump(mode="json"), BASE, EMBEDDED, size=4_000)
        for count in COUNTS:
            add_runs(store, sweep.id, count)
            times = []
            for _ in range(ROUNDS):
                times.append(measure(lambda: advance(store)))
                end(store, store.sweeps.runs(sweep.id)[-1])
            told = measure(lambda: results.importance(PLAN, store.sweeps.runs(sweep.id)))
            asked, cpu = (statistics.median(part) for part in zip(*times, strict=True))
            print(f"{count} runs: next settings {asked:.0f} ms ({cpu:.0f} of the CPU), importance {told[1]:.0f}")


if __name__ == "__main__":
    main()
