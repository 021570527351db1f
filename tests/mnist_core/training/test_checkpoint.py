"""A training that is left at any event and resumed ends as if it had never been left."""

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mnist_core import DigitLabError, data, files
from mnist_core.config import PRESETS, TrainingConfig
from mnist_core.data import DataSet
from mnist_core.training import checkpoint, networks
from mnist_core.training import trainer as training
from mnist_core.training.events import EpochEnd, Evaluating, StepsTaken, TrainingEvent
from mnist_core.training.trainer import Trainer

OLD_RUNS = Path(__file__).parents[1] / "store" / "runs_of_version_0"
MLP = TrainingConfig(hidden_sizes=(16,), batch_size=25, epochs=2, seed=3)
ADAM = MLP.model_copy(update={"optimiser": "adam", "learning_rate": 0.001, "loss": "cross_entropy"})
SMALL: dict[str, Any] = {"hidden_sizes": (8,), "batch_size": 12, "epochs": 2, "synthetic_digits": 0, "non_digits": 0}
CNN = PRESETS["drawing"].model_copy(update=SMALL)


@pytest.fixture(autouse=True)
def an_event_at_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """And several during the evaluation after an epoch."""
    monkeypatch.setattr(training, "REPORT_SECONDS", 0.0)
    monkeypatch.setattr(training, "EVALUATION_BATCH", 40)


@pytest.fixture
def trainer(embedded: DataSet) -> Callable[..., Trainer]:
    """Make a training of 4 steps an epoch, steered as the named arguments say."""

    def make(config: TrainingConfig, validation: int = 0, **steered: Any) -> Trainer:
        digits = embedded.train.take(np.arange(4 * config.batch_size)), embedded.test.take(np.arange(validation))
        return Trainer(networks.build_network(config), config, *digits, **steered)

    return make


def told(events: list[TrainingEvent]) -> list[Any]:
    """What events tell: each step's number and loss, and each epoch's end."""
    parts = list[Any]()
    for event in events:
        if isinstance(event, StepsTaken):
            parts += zip(event.numbers, event.losses, strict=True)
        elif isinstance(event, EpochEnd):
            parts.append(event)
    return parts


def written(state: dict[str, Any]) -> bytes:
    content = io.BytesIO()
    torch.save(state, content)
    return content.getvalue()


def dump_weights(trainer: Trainer) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in trainer.state_dict()["model"].items()}


@pytest.mark.parametrize(
    ("config", "validation", "steered"),
    [
        (MLP, 0, {}),
        (ADAM, 50, {}),
        (CNN, 50, {}),
        (MLP, 0, {"learning_rates": {2: 0.1, 5: 0.001}}),
        (CNN, 0, {"learning_rates": {6: 0.001}}),
        (MLP, 0, {"more_epochs": 1}),
        (CNN, 0, {"more_epochs": 1, "learning_rates": {9: 0.002}}),
    ],
    ids=["sgd", "adam and validation", "cnn", "rates by hand", "cnn and a rate", "one more epoch", "cnn and one more"],
)
def test_resumed_at_any_event_a_training_ends_with_the_same_weights_and_events(
    config: TrainingConfig,
    validation: int,
    steered: dict[str, Any],
    trainer: Callable[..., Trainer],
    tmp_path: Path,
) -> None:
    whole = trainer(config, validation, **steered)
    events, states = list[TrainingEvent](), list[bytes]()
    for event in whole.run():
        events.append(event)
        states.append(written(whole.state_dict()))
    assert events.count(Evaluating()) >= 2 * config.epochs

    for index, state in enumerate(states):
        (tmp_path / "state").write_bytes(state)
        again = trainer(config, validation, **steered)
        again.load_state_dict(checkpoint.load(tmp_path / "state") or {})
        rest = list(again.run())
        assert told(events[: index + 1] + rest) == told(events), f"after event {index}"
        assert dump_weights(again) == dump_weights(whole), f"after event {index}"


def test_epochs_raised_and_a_rate_set_in_between_are_as_if_asked_for_from_the_start(
    trainer: Callable[..., Trainer],
) -> None:
    whole = trainer(ADAM, more_epochs=1, learning_rates={6: 0.01})
    expected = list(whole.run())
    steered, events = trainer(ADAM), list[TrainingEvent]()

    for event in steered.run():
        events.append(event)
        if isinstance(event, StepsTaken) and event.last == 6:
            steered.set_learning_rate(0.01)
            steered.add_epoch()

    assert steered.total_steps == whole.total_steps == 12
    assert told(events) == told(expected)
    assert dump_weights(steered) == dump_weights(whole)


def test_a_training_that_has_ended_goes_on_for_an_epoch_more(trainer: Callable[..., Trainer], tmp_path: Path) -> None:
    ended = trainer(CNN)
    list(ended.run())
    checkpoint.save(ended.state_dict(), tmp_path / "state")

    again = trainer(CNN, more_epochs=1)
    again.load_state_dict(checkpoint.load(tmp_path / "state") or {})
    rest = list(again.run())

    longer = trainer(CNN, more_epochs=1)
    assert told(list(longer.run()))[-len(told(rest)) :] == told(rest)
    assert dump_weights(again) == dump_weights(longer)


def test_a_saved_state_comes_back_as_it_was(trainer: Callable[..., Trainer], tmp_path: Path) -> None:
    left = trainer(ADAM)
    next(iter(left.run()))
    state = left.state_dict() | {"seconds": 1.5}

    checkpoint.save(state, tmp_path / "state")

    loaded = checkpoint.load(tmp_path / "state") or {}
    assert loaded.keys() == state.keys()
    values = [key for key, value in state.items() if isinstance(value, int | float)]
    assert {"epoch", "epoch_step", "step", "images_seen", "loss_sum", "seconds"} == set(values)
    assert [loaded[key] for key in values] == [state[key] for key in values]
    assert loaded["divergence"] == state["divergence"]
    assert all(torch.equal(loaded["model"][name], tensor) for name, tensor in state["model"].items())
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_a_checkpoint_of_version_0_goes_on_as_if_it_had_never_been_left(embedded: DataSet) -> None:
    """Run 2 of that runs folder: its learning rate was set after step 4, and it was stopped after step 5."""
    config = TrainingConfig(hidden_sizes=(2,), batch_size=50, epochs=2, validation_share=0.1, train_size=200, seed=3)
    digits = data.hold_out(embedded.train, config.validation_share, config.train_size, config.seed)
    whole, resumed = (
        Trainer(networks.build_network(config), config, *digits, learning_rates={4: 0.005}) for _ in range(2)
    )
    expected = told(list(whole.run()))

    state = checkpoint.load(OLD_RUNS / "run-2.checkpoint") or {}
    resumed.load_state_dict(state)
    assert (resumed.epoch, resumed.step, resumed.images_seen) == (1, 5, 250)
    *steps, (last, last_loss), end = told(list(resumed.run()))

    *_, (_, expected_loss), expected_end = expected
    assert [number for number, _ in [*steps, (last, last_loss)]] == [6, 7, 8]
    assert last_loss == pytest.approx(expected_loss, abs=1e-6)
    assert end.values() == pytest.approx(expected_end.values(), abs=1e-6)
    for name, tensor in whole.state_dict()["model"].items():
        torch.testing.assert_close(resumed.state_dict()["model"][name], tensor)
    assert (state["seconds"] > 0, state["threads"]) == (True, 2)


def test_where_nothing_was_saved_there_is_no_state(tmp_path: Path) -> None:
    assert checkpoint.load(tmp_path / "state") is None


@pytest.mark.parametrize(
    "damage",
    [lambda _: b"", lambda _: b"no checkpoint", lambda _: bytes(4_000), lambda whole: whole[: len(whole) // 2]],
    ids=["empty", "another file", "zeros", "truncated"],
)
def test_a_damaged_file_is_one_sentence(
    damage: Callable[[bytes], bytes], trainer: Callable[..., Trainer], tmp_path: Path
) -> None:
    (tmp_path / "state").write_bytes(damage(written(trainer(MLP).state_dict())))

    with pytest.raises(DigitLabError, match=r"^The checkpoint [^\n]* is damaged; [^\n]*\.$"):
        checkpoint.load(tmp_path / "state")


def test_on_a_full_disk_the_old_content_stays_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    files.write_atomically(tmp_path / "state", b"old")
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(DigitLabError, match=r"^state cannot be saved in [^\n]*\(No space left on device\); [^\n]*\.$"):
        files.write_atomically(tmp_path / "state", b"new")

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"state": b"old"}


@pytest.mark.parametrize("left", ["nothing", "a file"])
def test_a_folder_that_is_gone_is_one_sentence(left: str, tmp_path: Path) -> None:
    if left == "a file":
        (tmp_path / "runs").touch()

    with pytest.raises(DigitLabError, match=r"^state cannot be saved in [^\n]*\.$"):
        files.write_atomically(tmp_path / "runs" / "state", b"new")


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    files.write_atomically(tmp_path / "state", b"old and longer")
    files.write_atomically(tmp_path / "state", b"new")

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"state": b"new"}
