"""A run can go on with another one's network on one's own digits, which it keeps whatever becomes of them."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from mnist_core import DigitLabError, settings
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, FULL
from mnist_core.jobs.executor import Executor
from mnist_core.store import NewDigit, OwnDigit, Run, Store
from mnist_core.training import networks
from tests.mnist_core.claimed_runs import CONFIG, claim, start, train, weights

WITHOUT_LIMIT = TrainingConfig()
PARENT = CONFIG.model_copy(update={"hidden_sizes": (64,)})
CHILD = PARENT.model_copy(update={"optimiser": "adam", "learning_rate": 0.003, "epochs": 3})
TRAINED = pytest.mark.usefixtures("report_each_step")


def own(store: Store, *labels: int) -> list[OwnDigit]:
    """New own digits of scattered ink, with these labels, newest first."""
    known = len(store.digits.all())
    images = np.random.default_rng(known).choice([0, 255], (len(labels), 784), p=[0.85, 0.15]).astype(np.uint8)
    store.digits.add_many(
        NewDigit(label=label, strokes=None, image=image.tobytes(), created=known + index)
        for index, (label, image) in enumerate(zip(labels, images, strict=True))
    )
    return store.digits.all()[: len(labels)]


def parent(store: Store) -> Run:
    """A run that has finished."""
    run = start(store, PARENT)
    train(store, run)
    return store.runs.get(run.id)


def classify(store: Store, run: Run, digits: Sequence[OwnDigit]) -> list[int]:
    model, _ = networks.load_network(store.files.network_path(run.id))
    found: list[int] = networks.outputs(model, np.array([digit.pixels for digit in digits])).argmax(1).tolist()
    return found


@pytest.mark.parametrize(
    ("count", "train_size", "each"),
    [(1, None, 20), (10, None, 20), (11, None, 18), (100, None, 2), (199, None, 1), (300, None, 1), (3, 100, 1)],
)
def test_own_digits_come_often_but_20_times_and_5_percent_of_the_training_images_at_most(
    count: int, train_size: int | None, each: int, store: Store
) -> None:
    digits = own(store, *[7] * count)
    config = TrainingConfig(train_size=train_size, batch_size=10)

    run = store.fine_tuning.create(store.runs.create(config, EMBEDDED), config, digits)

    found = store.fine_tuning.get(run.id)
    assert found is not None
    assert run.own_images == len(found.decode_own_digits()) == each * count
    assert run.steps_per_epoch == -(-((train_size or 4_000) + each * count) // 10)


def test_a_continued_run_is_queued_with_its_parent_and_each_digit_as_it_is_labelled(store: Store) -> None:
    first, digits = store.runs.create(WITHOUT_LIMIT, EMBEDDED), own(store, 3, 1, 4)

    run = store.fine_tuning.create(first, CONFIG, digits, "on mine")

    found = Store(store.folder, store.database_url).fine_tuning.get(run.id)
    assert (run.name, run.status, run.config, run.data_set) == ("on mine", "queued", CONFIG, EMBEDDED)
    assert found is not None
    assert found.parent == first.id
    assert found.decode_own_digits().images.shape[1:] == (28, 28)
    pairs = zip(found.decode_own_digits().images, found.decode_own_digits().labels.tolist(), strict=True)
    assert {(image.tobytes(), label) for image, label in pairs} == {(digit.image, digit.label) for digit in digits}


def test_the_openings_of_its_parent_count_for_it_too(store: Store) -> None:
    first = store.runs.create(CONFIG, EMBEDDED, state="finished")
    store.runs.count_test_opening(first.id, EMBEDDED, 0.9)

    run = store.fine_tuning.create(first, CONFIG, own(store, 3))

    assert (run.test_openings, run.test_accuracy) == (1, None)


def test_a_run_that_starts_by_itself_was_trained_on_no_own_digits(store: Store) -> None:
    run = store.runs.create(CONFIG, EMBEDDED)

    assert (store.fine_tuning.get(run.id), store.fine_tuning.trained_on([run.id])[run.id], run.own_images) == (
        None,
        set(),
        0,
    )


def test_a_network_was_trained_on_its_own_digits_and_on_those_of_the_runs_before_it(store: Store) -> None:
    first, (old, both), (new,) = store.runs.create(CONFIG, EMBEDDED), own(store, 1, 2), own(store, 3)

    child = store.fine_tuning.create(first, CONFIG, [old, both])
    grandchild = store.fine_tuning.create(child, CONFIG, [both, new])

    assert store.fine_tuning.trained_on([child.id])[child.id] == {old.checksum, both.checksum}
    assert store.fine_tuning.trained_on([grandchild.id])[grandchild.id] == {old.checksum, both.checksum, new.checksum}
    assert store.fine_tuning.trained_on([first.id])[first.id] == set()


def test_what_a_run_was_trained_on_outlives_the_digits_and_the_runs_before_it(store: Store) -> None:
    first, digits = store.runs.create(CONFIG, EMBEDDED), own(store, 1, 2)
    child = store.fine_tuning.create(first, CONFIG, digits)
    grandchild = store.fine_tuning.create(child, CONFIG, digits[:1])
    before = store.fine_tuning.get(grandchild.id)

    store.digits.relabel([digits[0].id], 9)
    store.digits.delete([digits[1].id])
    store.runs.delete(first.id)
    store.runs.delete(child.id)

    after = store.fine_tuning.get(grandchild.id)
    assert before is not None
    assert after is not None
    assert (after.images, after.labels) == (before.images, before.labels)
    assert store.fine_tuning.trained_on([grandchild.id])[grandchild.id] == {digit.checksum for digit in digits}
    assert store.fine_tuning.get(child.id) is None


def test_without_digits_or_with_too_few_images_there_is_one_sentence_and_no_run(store: Store) -> None:
    first, digits = store.runs.create(CONFIG, EMBEDDED), own(store, 1)

    with pytest.raises(DigitLabError, match=r"^There are no digits of yours yet; [^\n]*\.$"):
        store.fine_tuning.create(first, CONFIG, [])
    with pytest.raises(DigitLabError, match="only 4,000 images"):
        store.fine_tuning.create(first, TrainingConfig(train_size=5_000), digits)

    assert [run.id for run in store.runs.all()] == [first.id]


@TRAINED
def test_it_begins_with_its_parents_network_and_learns_the_digits(store: Store) -> None:
    first, digits = parent(store), own(store, 3, 8, 5)
    assert classify(store, first, digits) != [digit.label for digit in digits]

    run = store.fine_tuning.create(first, CHILD.model_copy(update={"train_size": 1_000}), digits)
    train(store, claim(store, run.id))

    done = store.runs.get(run.id)
    assert (done.status, done.error, done.step) == ("finished", "", 3 * run.steps_per_epoch)
    assert classify(store, run, digits) == [digit.label for digit in digits]
    before = networks.load_network(store.files.snapshot_path(run.id, 0))[0].state_dict()
    assert {name: tensor.numpy().tobytes() for name, tensor in before.items()} == weights(store, first)


@pytest.fixture
def one_thread(use_threads: Callable[[int], None]) -> None:
    """With several, the sums of batches as small as these differ in their last bit from time to time."""
    use_threads(1)


@TRAINED
@pytest.mark.usefixtures("one_thread")
def test_one_that_was_stopped_goes_on_to_the_same_weights_also_without_its_parent(store: Store) -> None:
    first, digits = parent(store), own(store, 3, 8)
    whole, stopped = (store.fine_tuning.create(first, CHILD, digits) for _ in range(2))
    train(store, claim(store, whole.id))

    train(store, claim(store, stopped.id), {14: lambda: store.control.stop(stopped.id)})
    assert store.runs.get(stopped.id).step == 14
    store.runs.delete(first.id)
    store.control.resume(stopped.id)
    train(store, claim(store, stopped.id))

    assert (store.runs.get(stopped.id).status, store.runs.get(stopped.id).error) == ("finished", "")
    assert weights(store, stopped) == weights(store, whole)
    assert store.metrics.curve(stopped.id, "loss")[1].tolist() == store.metrics.curve(whole.id, "loss")[1].tolist()


@TRAINED
def test_one_whose_parent_has_no_network_fails_with_one_sentence(store: Store) -> None:
    run = store.fine_tuning.create(store.runs.create(CONFIG, EMBEDDED), CONFIG, own(store, 1))

    train(store, claim(store, run.id))

    done = store.runs.get(run.id)
    assert (done.status, done.error.count("\n"), "was deleted" in done.error) == ("failed", 0, True)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One number for each time that an executor sees to its workers, which are not started here."""
    times: list[int] = []
    monkeypatch.setattr(Executor, "keep_workers", lambda _: times.append(1))
    return times


def test_an_executor_queues_it_and_sees_to_a_worker(store: Store, woken: list[int]) -> None:
    first, digits = store.runs.create(CONFIG, EMBEDDED), own(store, 1, 2)

    run = Executor(store, settings.load()).submit_fine_tuning(first, CHILD, digits, "on mine")

    assert (run.name, run.status, run.config) == ("on mine", "queued", CHILD)
    assert store.fine_tuning.trained_on([run.id])[run.id] == {digit.checksum for digit in digits}
    assert woken == [1]


def test_an_executor_goes_on_only_where_the_parents_data_set_is_there(store: Store, woken: list[int]) -> None:
    first = store.runs.create(CONFIG, FULL, "Lea's")

    with pytest.raises(DigitLabError, match=rf"does not exist; [^\n]* {FULL} on the Data page\.$"):
        Executor(store, settings.load()).submit_fine_tuning(first, CHILD, own(store, 1), "")

    assert ([run.id for run in store.runs.all()], woken) == ([first.id], [])
