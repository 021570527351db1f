"""Short runs that a worker has taken, trained in this process, for the tests of what happens to them on the way."""

import threading
from collections.abc import Callable

from safetensors.torch import load_file

from mnist_core import settings
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.jobs import worker
from mnist_core.store import Run, Store, new_worker_id

CONFIG = TrainingConfig(hidden_sizes=(16,), epochs=2, batch_size=20, train_size=200, validation_share=0.1, seed=2)
STEPS = 20
WORKER = new_worker_id()
_NOTHING: dict[int, Callable[[], object]] = {}


def start(store: Store, config: TrainingConfig = CONFIG) -> Run:
    """A new run that its worker has taken."""
    return claim(store, store.runs.create(config, EMBEDDED, "Mine").id)


def claim(store: Store, run_id: int) -> Run:
    run = store.workers.claim(WORKER, run_id)
    assert run is not None
    return run


def train(
    store: Store,
    run: Run,
    then: dict[int, Callable[[], object]] = _NOTHING,
    leave: threading.Event | None = None,
) -> None:
    """Train a run that was taken; after a step for which there is one, something happens."""
    worker.execute(store, settings.load(), run, lambda step, _: then.get(step, lambda: None)(), leave)


def weights(store: Store, run: Run) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in load_file(store.files.network_path(run.id)).items()}
