"""A network that was downloaded comes back as a run; any other file is refused in one sentence, and adds nothing."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, FULL, DataSet
from mnist_core.evaluation import test_set
from mnist_core.export import network_import, run_files
from mnist_core.export.network_import import import_network
from mnist_core.names import shortened
from mnist_core.store import UNKNOWN_DATA_SET, Store
from mnist_core.training import networks
from tests import hostile_names

CONFIG = TrainingConfig(network="cnn", channels=4, hidden_sizes=(8,), loss="cross_entropy")


def weights_of(config: TrainingConfig) -> dict[str, Tensor]:
    return {name: tensor.contiguous() for name, tensor in networks.build_network(config).state_dict().items()}


def file_of(config: TrainingConfig = CONFIG, /, **metadata: str) -> bytes:
    return safetensors.torch.save(weights_of(config), {"config": config.model_dump_json(), **metadata})


def changed(change: Callable[[dict[str, Tensor]], object], **metadata: str) -> bytes:
    weights = weights_of(CONFIG)
    change(weights)
    return safetensors.torch.save(weights, {"config": CONFIG.model_dump_json()} | metadata)


def with_header(header: object, length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text


def pickled() -> bytes:
    path = Path("weights.pt")
    torch.save(networks.build_network(CONFIG).state_dict(), path)
    return path.read_bytes()


def npz_file() -> bytes:
    file = io.BytesIO()
    np.savez(file, x=np.zeros(3))
    return file.getvalue()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "not a whole safetensors file"),
    "text": (lambda: b"this is no network at all", "not a whole safetensors file"),
    "pickle": (pickled, "a PyTorch file, which may hold a program"),
    "npz": (npz_file, "not a whole safetensors file; bring in one"),
    "old pickle": (lambda: b"\x80\x02}q\x00.", "a PyTorch file, which may hold a program"),
    "only a part": (lambda: file_of()[:-1], "not a whole safetensors file"),
    "only the header": (lambda: file_of()[:200], "not a whole safetensors file"),
    "something behind": (lambda: file_of() + b"more", "not a whole safetensors file"),
    "huge header": (lambda: with_header(b"{" + b" " * 200_000 + b"}"), "not a whole safetensors file"),
    "header beyond the end": (lambda: with_header({}, 2**63), "not a whole safetensors file"),
    "nested header": (lambda: with_header(b"[" * 90_000), "not a whole safetensors file"),
    "a list": (lambda: with_header([1, 2]), "of another program"),
    "another program": (lambda: safetensors.torch.save({"a": torch.zeros(3)}), "of another program"),
    "its metadata": (lambda: safetensors.torch.save({"a": torch.zeros(3)}, {"format": "pt"}), "of another program"),
    "no settings": (lambda: changed(dict.copy, config="{}x"), "settings that this version"),
    "other settings": (lambda: changed(dict.copy, config='{"new": 1}'), "settings that this version"),
    "impossible settings": (lambda: changed(dict.copy, config='{"channels": 1000000}'), "settings that this version"),
    "a large network": (
        lambda: changed(dict.copy, config=TrainingConfig(hidden_sizes=(4096,) * 5).model_dump_json()),
        "does not hold the weights",
    ),
    "a layer missing": (lambda: changed(lambda weights: weights.popitem()), "does not hold the weights"),
    "one too many": (lambda: changed(lambda weights: weights.update(x=torch.zeros(3))), "does not hold the weights"),
    "another shape": (
        lambda: changed(lambda weights: weights.update({"1.bias": torch.zeros(5)})),
        "does not hold the weights",
    ),
    "another type": (
        lambda: changed(lambda weights: weights.update({"1.bias": torch.zeros(4, dtype=torch.float16)})),
        "does not hold the weights",
    ),
    "not a number": (lambda: changed(lambda weights: weights["1.bias"].fill_(np.nan)), "nothing can be computed"),
    "infinite": (lambda: changed(lambda weights: weights["1.weight"].fill_(np.inf)), "nothing can be computed"),
    "too large to compute with": (
        lambda: changed(lambda weights: weights["1.weight"].fill_(3e38)),
        "nothing can be computed",
    ),
    "negative variance": (
        lambda: changed(lambda weights: weights["2.running_var"].fill_(-1)),
        "nothing can be computed",
    ),
}


def test_a_network_that_was_downloaded_is_a_finished_run_that_reads_alike(store: Store, embedded: DataSet) -> None:
    run = store.runs.create(CONFIG, EMBEDDED, "first", state="finished")
    networks.save_network(networks.build_network(CONFIG), CONFIG, store.files.network_path(run.id))
    for _ in range(2):
        store.runs.count_test_opening(run.id, EMBEDDED, 0.9)

    taken = run_files.network_file(store, store.runs.get(run.id))
    again = store.runs.get(import_network(store, taken, "run-1.safetensors").id)

    assert (again.name, again.status, again.imported, again.data_set) == ("first", "finished", True, EMBEDDED)
    assert (again.config, again.test_openings, again.test_accuracy) == (CONFIG, 2, None)
    assert again.testing == "was opened at least 2 times"
    before, after = (
        test_set.load_classifier(store, store.runs.get(run_id)).probabilities(embedded.test.images[:20])
        for run_id in (run.id, again.id)
    )
    np.testing.assert_array_equal(before, after)
    assert test_set.open_test_set(store, test_set.load_classifier(store, again), embedded, again).score.n == 1_000
    assert store.runs.get(again.id).test_openings == 3


def test_a_file_that_does_not_say_where_it_is_from_is_not_guessed_about(store: Store) -> None:
    run = import_network(store, file_of(), "mine.safetensors")

    assert (run.name, run.data_set, run.test_openings) == ("mine", UNKNOWN_DATA_SET, 0)
    assert run.testing == "may have been opened"


@pytest.mark.parametrize("stated", [FULL, "KMNIST", "My letters", "M & <b>x</b> *y* #1!", "数据"])
def test_a_network_stays_on_the_data_set_that_its_file_states(stated: str, store: Store) -> None:
    assert import_network(store, file_of(CONFIG, data_set=stated), "a").data_set == stated


@pytest.mark.parametrize("stated", ["", "two\nlines", "a, b", "None", "a" * 61])
def test_a_data_set_that_none_can_be_called_is_refused(stated: str, store: Store) -> None:
    with pytest.raises(DigitLabError, match=r"\Aa names a data set as none can be called; [^\n]*\.\Z"):
        import_network(store, file_of(CONFIG, data_set=stated), "a")

    assert store.runs.all() == []


@pytest.mark.parametrize(("stated", "kept"), [("-3", 0), ("9" * 5000, 0), ("many", 0), ("7", 7)])
def test_openings_that_are_no_count_are_not_kept(stated: str, kept: int, store: Store) -> None:
    assert import_network(store, file_of(CONFIG, test_openings=stated), "a").test_openings == kept


def test_the_name_is_that_given_else_that_in_the_file_shortened(store: Store) -> None:
    content = file_of(CONFIG, name="two\n lines " + 100 * "x")

    assert import_network(store, content, "a", "given").name == "given"
    assert import_network(store, content, "a").name == shortened("two lines " + 100 * "x")


@hostile_names.each(hostile_names.SHOWN)
def test_the_name_in_a_file_is_kept_as_it_is(name: str, store: Store) -> None:
    assert import_network(store, file_of(CONFIG, name=name), "a").name == name


@hostile_names.each(hostile_names.REFUSED)
def test_a_name_in_a_file_that_cannot_be_kept_is_made_to_fit(name: str, store: Store) -> None:
    if "\udcff" not in name:  # which no file can hold
        assert import_network(store, file_of(CONFIG, name=name), "a").name == shortened(name)
    assert import_network(store, file_of(CONFIG, name=""), name + ".safetensors").name == shortened(name)


@pytest.mark.parametrize("case", REFUSED)
def test_any_other_file_is_refused_in_one_sentence(
    case: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make, words = REFUSED[case]

    with pytest.raises(DigitLabError, match=rf"\Afile\.safetensors [^\n]*{words}[^\n]*\.\Z"):
        import_network(store, make(), "file.safetensors")

    assert store.runs.all() == []
    assert list(store.folder.glob("run-*")) == []


def test_a_file_that_is_too_large_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_import, "MAX_BYTES", 1_000)

    with pytest.raises(DigitLabError, match="is larger than"):
        import_network(store, file_of(), "a")


def test_nothing_is_added_where_the_network_cannot_be_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DigitLabError("No space is left.")

    monkeypatch.setattr(networks, "save_network", full)

    with pytest.raises(DigitLabError, match="No space"):
        import_network(store, file_of(), "a")
    assert store.runs.all() == []


def test_a_network_that_was_brought_in_has_no_training_to_go_on_with(store: Store) -> None:
    run = import_network(store, file_of(), "mine")

    with pytest.raises(DigitLabError, match=r"\Amine was brought in as a file"):
        store.control.one_more_epoch(run.id)
    with pytest.raises(DigitLabError, match=r"\Amine was brought in as a file"):
        run_files.training_script(run)
    assert store.runs.get(run.id).status == "finished"
