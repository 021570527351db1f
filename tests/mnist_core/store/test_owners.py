"""Whose is what: lists, counts and what is made anew, for learners, a teacher and a server without login."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import NewDigit, Run, Store
from tests.mnist_core.class_of_learners import join

CONFIG = TrainingConfig(train_size=10)
LISTED = {"ann": ["ann", "tess", "nobody"], "ben": ["ben", "tess", "nobody"], "tess": ["tess", "nobody"]}
MINE = {"ann": ["ann"], "ben": ["ben"], "tess": ["tess"]}
LISTS: dict[str, tuple[dict[str, list[str]], Callable[[Store], list[str]]]] = {
    "runs.all": (LISTED, lambda store: [run.name for run in store.runs.all()]),
    "runs.in_progress": (MINE, lambda store: [run.name for run in store.runs.in_progress()]),
    "repeats.all": (LISTED, lambda store: [repeats.name for repeats in store.repeats.all()]),
    "sweeps.all": (LISTED, lambda store: [sweep.name for sweep in store.sweeps.all()]),
    "digits.all": (MINE, lambda store: [NAMES[digit.label] for digit in store.digits.all()]),
}
"""Whose is listed, by who asks."""
NAMES = ("ann", "ben", "tess", "nobody")
MAKING: dict[str, Callable[[Store], object]] = {
    "runs.create": lambda store: store.runs.create(CONFIG, EMBEDDED),
    "runs.create_imported": lambda store: store.runs.create_imported(CONFIG, EMBEDDED, "", 0, size=0),
    "repeats.create": lambda store: store.repeats.create("seed variance", [(CONFIG, "0")], CONFIG, EMBEDDED),
    "sweeps.create": lambda store: store.sweeps.create({}, CONFIG, EMBEDDED, size=4_000),
    "digits.add": lambda store: store.digits.add(3, np.zeros((28, 28), np.uint8), None, []),
    "digits.add_many": lambda store: store.digits.add_many([NewDigit(label=3, strokes=None, image=bytes(784))]),
}
BESIDE = {
    *("runs.count", "runs.get_all", "runs.used_megabytes", "runs.remove_snapshots"),
    *("digits.relabel", "digits.delete", "results.count_opening", "results.openings"),
}
"""Verbs of the store that have a test of their own below."""


@pytest.fixture
def school(store: Store) -> dict[str, Store]:
    """The store as seen by two learners, a teacher and nobody in particular, each with things of their own."""
    seen = {name: join(store, name, teacher=name == "tess").store for name in NAMES[:3]} | {"nobody": store}
    for label, (name, own) in enumerate(seen.items()):
        own.runs.create(CONFIG, EMBEDDED, name)
        own.repeats.create("seed variance", [], CONFIG, EMBEDDED, name)
        own.sweeps.create({}, CONFIG, EMBEDDED, name, size=4_000)
        own.digits.add(label, np.full((28, 28), 255, np.uint8), None, [])
    return seen


def run_of(store: Store, name: str) -> Run:
    return next(run for run in store.runs.all() if run.name == name)


@pytest.mark.parametrize("verb", LISTS)
def test_lists_hold_what_is_ones_own_and_of_runs_the_teachers_and_nobodys_too(
    verb: str, school: dict[str, Store]
) -> None:
    listed, read = LISTS[verb]

    assert {name: sorted(read(school[name])) for name in listed} == {n: sorted(names) for n, names in listed.items()}
    assert sorted(read(school["nobody"])) == sorted(NAMES)


def test_as_many_runs_are_counted_as_are_listed(school: dict[str, Store]) -> None:
    assert [store.runs.count() for store in school.values()] == [3, 3, 2, 4]


def test_the_latest_run_is_one_that_is_listed_and_to_resume_ones_own(school: dict[str, Store]) -> None:
    for state in ("finished", "stopped"):
        for name in ("ann", "tess", "ben"):
            school[name].runs.create(CONFIG, EMBEDDED, f"{name}, {state}", state=state)

    assert [school[name].runs.find("latest").name for name in NAMES] == [
        *("tess, finished", "ben, finished", "tess, finished", "ben, finished")
    ]
    assert [school[name].runs.find_resumable("latest").name for name in NAMES] == [
        *("ann, stopped", "ben, stopped", "tess, stopped", "ben, stopped")
    ]


def test_of_several_runs_one_gets_those_that_one_may_open(school: dict[str, Store]) -> None:
    whole = school["nobody"]
    ids = [run_of(whole, name).id for name in NAMES]

    def got(who: str) -> set[str]:
        return {run.name for run in school[who].runs.get_all(ids)}

    assert [got(name) for name in NAMES] == [*(set(NAMES) - {other} for other in ("ben", "ann")), *[set(NAMES)] * 2]
    whole.runs.share(ids[0], True)
    assert got("ben") == set(NAMES)
    whole.runs.share(ids[0], False)
    assert got("ben") == set(NAMES) - {"ann"}


def test_one_may_change_what_is_ones_own_and_teachers_all(school: dict[str, Store]) -> None:
    runs = [run_of(school["nobody"], name) for name in NAMES]

    assert [[school[name].access.may_change(run) for run in runs] for name in NAMES] == [
        [True, False, False, False],
        [False, True, False, False],
        [True] * 4,
        [True] * 4,
    ]


@pytest.mark.parametrize("verb", MAKING)
def test_what_one_makes_is_ones_own(verb: str, school: dict[str, Store]) -> None:
    whole = school["nobody"]

    def owners() -> list[int]:
        made = whole.runs.all(), whole.repeats.all(), whole.sweeps.all(), whole.digits.all()
        return [row.owner_id for rows in made for row in rows]

    before = Counter(owners())
    MAKING[verb](school["ben"])

    assert (Counter(owners()) - before).keys() == {school["ben"].access.owner_id}


def test_a_fine_tuned_run_is_ones_own_and_not_its_parents_owners(school: dict[str, Store]) -> None:
    run = school["ben"].fine_tuning.create(run_of(school["nobody"], "tess"), CONFIG, school["ben"].digits.all())

    assert run.owner_id == school["ben"].access.owner_id


@pytest.mark.parametrize("who", ["ben", "tess"])
def test_digits_of_others_are_neither_labelled_anew_nor_deleted_not_even_by_teachers(
    who: str, school: dict[str, Store]
) -> None:
    whole = school["nobody"]
    ids = [digit.id for digit in whole.digits.all()]

    school[who].digits.relabel(ids, 9)
    assert sorted(digit.label for digit in whole.digits.all()) == sorted({0, 1, 2, 3} - {NAMES.index(who)} | {9})
    school[who].digits.delete(ids)
    assert sorted(digit.label for digit in whole.digits.all()) == sorted({0, 1, 2, 3} - {NAMES.index(who)})


def test_the_same_image_may_be_a_digit_of_everybodys_own(school: dict[str, Store]) -> None:
    assert len({digit.image for digit in school["nobody"].digits.all()}) == 1
    assert [len(store.digits.all()) for store in school.values()] == [1, 1, 1, 4]


def test_disk_space_is_counted_and_freed_for_ones_own_runs(school: dict[str, Store]) -> None:
    whole = school["nobody"]
    runs = [school[name].runs.create(CONFIG, EMBEDDED, state="finished") for name in NAMES]
    for run in runs:
        whole.files.snapshot_path(run.id, 1).write_bytes(bytes(100))
    assert len({school[name].runs.used_megabytes() for name in NAMES[:3]}) == 1

    assert school["ben"].runs.remove_snapshots() == 1

    assert [bool(whole.files.snapshots(run.id)) for run in runs] == [True, False, True, True]


def test_openings_of_the_test_set_are_counted_for_each_person(school: dict[str, Store]) -> None:
    for name in ("ann", "ben", "ann"):
        school[name].results.count_opening("knn")

    assert [store.results.openings("knn") for store in school.values()] == [2, 1, 0, 3]


def test_only_teachers_may_do_what_is_for_teachers(school: dict[str, Store]) -> None:
    school["tess"].access.require_teacher("change limits")
    school["nobody"].access.require_teacher("change limits")
    with pytest.raises(DigitLabError, match=r"^Only teachers can change limits; ask yours\.$"):
        school["ann"].access.require_teacher("change limits")


def test_what_a_former_teacher_owns_is_not_the_classs_any_more(store: Store, school: dict[str, Store]) -> None:
    run = run_of(store, "tess")
    join(store, "tess", teacher=False)

    assert "tess" not in {run.name for run in school["ann"].runs.all()}
    with pytest.raises(DigitLabError, match="somebody else's and not shared"):
        school["ann"].runs.get(run.id)
