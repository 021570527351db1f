"""Whose run is next: nobody waits for the long queue of another."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from mnist_core import settings
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Run, Store
from tests.mnist_core.class_of_learners import join, person

CONFIG = TrainingConfig(train_size=10)


def queue(store: Store, count: int = 1) -> list[int]:
    return [store.runs.create(CONFIG, EMBEDDED).id for _ in range(count)]


def claim(store: Store) -> Run:
    run = store.workers.claim("worker")
    assert run is not None
    return run


def end(store: Store, run: Run) -> None:
    store.workers.report(run, {}, state="finished")


def test_after_a_hundred_runs_of_one_person_the_next_is_that_of_another(store: Store) -> None:
    ann, ben = join(store, "ann"), join(store, "ben")
    queue(ann.store, 100)
    first = claim(store)
    (bens,) = queue(ben.store)

    end(store, first)

    assert (first.owner_id, claim(store).id) == (ann.person.id, bens)


def test_with_several_workers_the_person_with_the_fewest_running_is_next(store: Store) -> None:
    ann, ben = join(store, "ann"), join(store, "ben")
    queue(ann.store, 4)
    for _ in range(2):
        claim(store)
    queue(ben.store, 4)

    owners = [claim(store).owner_id for _ in range(5)]

    assert owners[:2] == [ben.person.id] * 2
    assert sorted(owners[2:4]) == sorted([ann.person.id, ben.person.id])


def test_people_take_turns_and_the_oldest_of_each_is_first(store: Store) -> None:
    members = [join(store, subject) for subject in ("ann", "ben", "cleo")]
    runs = [queue(member.store, 2) for member in members]

    taken = []
    for _ in range(6):
        run = claim(store)
        taken.append(run.id)
        end(store, run)

    assert taken == [runs[0][0], runs[1][0], runs[2][0], runs[0][1], runs[1][1], runs[2][1]]


def test_who_deletes_what_was_trained_is_not_next_again(store: Store) -> None:
    ann, ben = join(store, "ann"), join(store, "ben")
    queue(ben.store, 2)
    end(store, claim(store))
    queue(ann.store, 2)
    first = claim(store)
    end(store, first)

    ann.store.runs.delete(first.id)

    assert first.owner_id == ann.person.id
    assert claim(store).owner_id == ben.person.id


def test_without_login_the_oldest_is_next(store: Store) -> None:
    runs = queue(store, 3)

    assert [claim(store).id for _ in runs] == runs


@pytest.mark.parametrize("workers", [1, 2])
def test_the_queue_is_listed_in_the_order_in_which_workers_take_the_runs(store: Store, workers: int) -> None:
    people = [person(store, f"Learner {number}") for number in range(3)]
    for owner, count in zip(people, (5, 1, 3), strict=True):
        for _ in range(count):
            store.as_seen_by(owner).runs.create(CONFIG, EMBEDDED)
    training = [store.workers.claim("worker") for _ in range(workers)]

    expected = [run.id for run in store.classroom.queue(100).waiting]
    taken = list[int]()
    while (ended := training.pop(0)) is not None:
        store.workers.report(ended, {}, state="finished")
        training.append(store.workers.claim("worker"))
        taken += [run.id for run in training[-1:] if run is not None]

    assert taken == expected
    assert len(taken) == 9 - workers


def _claim_all(count: int) -> list[tuple[int, int]]:
    store = Store.open(settings.load())
    return [(run.id, run.owner_id) for run in (store.workers.claim("w") for _ in range(count)) if run is not None]


@pytest.mark.usefixtures("store")
def test_eight_workers_that_claim_at_once_share_the_turns(store: Store) -> None:
    ann, ben = join(store, "ann"), join(store, "ben")
    queue(ann.store, 40)
    queue(ben.store, 8)

    with ProcessPoolExecutor(8, get_context("fork")) as processes:
        taken = [run for runs in processes.map(_claim_all, [2] * 8) for run in runs]

    assert len(set(taken)) == 16
    assert sorted(owner for _, owner in taken) == [ann.person.id] * 8 + [ben.person.id] * 8
