"""A run keeps its network as it was before its training and after epochs, as many as fit, and the same when resumed."""

import pytest
import torch
from safetensors.torch import load_file

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Run, Store, files
from mnist_core.training import networks as models
from tests.mnist_core.claimed_runs import CONFIG, STEPS, claim, start, train, weights

pytestmark = pytest.mark.usefixtures("report_each_step")


def kept(store: Store, run: Run) -> dict[int, dict[str, bytes]]:
    """The weights after each epoch of which the network was kept."""
    return {
        epoch: {
            name: tensor.numpy().tobytes()
            for name, tensor in load_file(store.files.snapshot_path(run.id, epoch)).items()
        }
        for epoch in store.files.snapshots(run.id)
    }


@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_the_network_is_kept_before_the_training_and_after_each_epoch(network: str, store: Store) -> None:
    config = CONFIG.model_copy(update={"network": network})
    run = start(store, config)

    train(store, run)

    assert store.files.snapshots(run.id) == [0, 1, 2]
    before, config_before = models.load_network(store.files.snapshot_path(run.id, 0))
    built = models.build_network(config).state_dict()
    assert config_before == config
    assert all(torch.equal(tensor, built[name]) for name, tensor in before.state_dict().items())
    assert kept(store, run)[2] == weights(store, run)
    assert len({str(network) for network in kept(store, run).values()}) == 3


def test_a_run_that_waits_for_a_worker_has_none(store: Store) -> None:
    assert store.files.snapshots(store.runs.create(CONFIG, EMBEDDED).id) == []


def test_the_network_is_there_as_soon_as_its_epoch_is_over(store: Store) -> None:
    run, seen = start(store), dict[int, list[int]]()

    train(
        store, run, {step: lambda step=step: seen.update({step: store.files.snapshots(run.id)}) for step in (1, 10, 12)}
    )

    assert seen == {1: [0], 10: [0], 12: [0, 1]}


@pytest.mark.parametrize(
    ("epochs", "networks", "expected"),
    [
        (10, 3, [0, 4, 8, 10]),
        (10, 5, [0, 2, 4, 6, 8, 10]),
        (10, 9, [0, 2, 4, 6, 8, 10]),
        (10, 10, list(range(11))),
        (7, 2, [0, 4, 7]),
        (5, 1, [0, 5]),
        (5, 0.5, [0, 5]),
    ],
)
def test_of_many_epochs_some_are_kept_evenly_with_the_first_and_the_last(
    epochs: int, networks: float, expected: list[int], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainingConfig(hidden_sizes=(4,), epochs=epochs, train_size=10, batch_size=10)
    monkeypatch.setattr(files, "SNAPSHOT_BYTES", int(4 * config.parameter_count * networks))
    run = start(store, config)

    train(store, run)

    assert store.files.snapshots(run.id) == expected


def test_those_after_epochs_take_no_more_bytes_than_they_may(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    config = TrainingConfig(hidden_sizes=(200,), epochs=6, train_size=10)
    monkeypatch.setattr(files, "SNAPSHOT_BYTES", 2_000_000)
    run = start(store, config)

    train(store, run)

    sizes = [store.files.snapshot_path(run.id, epoch).stat().st_size for epoch in store.files.snapshots(run.id)[1:]]
    assert len(sizes) > 1
    assert sum(sizes) < 1.01 * 2_000_000


def test_the_network_after_one_more_epoch_is_kept_too(store: Store) -> None:
    run = start(store)

    train(store, run, {STEPS: lambda: store.control.one_more_epoch(run.id)})

    assert store.runs.get(run.id).epoch == 3
    assert store.files.snapshots(run.id) == [0, 1, 2, 3]
    assert kept(store, run)[3] == weights(store, run)


@pytest.mark.parametrize("step", [7, 10, 15])
def test_a_run_that_was_stopped_and_goes_on_keeps_the_same_networks(step: int, store: Store) -> None:
    whole, stopped = start(store), start(store)
    train(store, whole)

    train(store, stopped, {step: lambda: store.control.stop(stopped.id)})
    assert 2 not in store.files.snapshots(stopped.id)
    store.control.resume(stopped.id)
    train(store, claim(store, stopped.id))

    assert kept(store, stopped) == kept(store, whole)


def test_where_a_network_cannot_be_kept_for_a_while_the_run_waits_and_keeps_it_then(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, troubled, failed, save = start(store), start(store), list[int](), models.save_network
    train(store, whole)

    def full(*arguments: object) -> None:
        if len(failed) % 4 < 3:
            failed.append(1)
            raise DigitLabError("The disk is full.")
        failed.append(0)
        save(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(models, "save_network", full)
        train(store, troubled)

    assert (store.runs.get(troubled.id).status, sum(failed)) == ("finished", 12)
    assert kept(store, troubled) == kept(store, whole)


def test_they_are_removed_with_their_run_and_those_of_others_stay(store: Store) -> None:
    for number in (1, 11):
        for epoch in (0, 3, 12):
            store.files.snapshot_path(number, epoch).touch()
    store.runs.create(CONFIG, EMBEDDED)

    store.runs.delete(1)

    assert (store.files.snapshots(1), store.files.snapshots(11)) == ([], [0, 3, 12])


def test_a_file_that_was_not_written_to_its_end_is_no_network(store: Store) -> None:
    path = store.files.snapshot_path(1, 0)
    path.touch()
    path.with_name(path.name.replace("epoch-0", "epoch-1") + ".partial").touch()
    store.files.network_path(1).touch()
    store.files.checkpoint_path(1, 1, 1).touch()

    assert store.files.snapshots(1) == [0]
