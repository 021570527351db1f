"""Every verb of the store against everybody who may ask: what is not theirs is refused, and nothing changes."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import OwnDigit, Run, Store
from mnist_core.store.base import Base
from tests.mnist_core.class_of_learners import Member, join
from tests.mnist_core.store.test_owners import BESIDE, LISTS, MAKING

CONFIG = TrainingConfig(train_size=10)
HOLDS_OUT = TrainingConfig(validation_share=0.1)

OWNER, CLASSMATE, GIVEN_LINK = "the owner", "a classmate", "a classmate, of a run that is shared"
TEACHER, OF_NOBODY, OF_TEACHER = "a teacher", "a learner, of what is nobody's", "a learner, of what is a teacher's"
EVERYBODY = frozenset({OWNER, CLASSMATE, GIVEN_LINK, TEACHER, OF_NOBODY, OF_TEACHER})
OPEN = EVERYBODY - {CLASSMATE}
OPEN_GROUP = OPEN - {GIVEN_LINK}
"""A run is shared by itself, not with its repeats or its sweep."""
CHANGE = frozenset({OWNER, TEACHER})
TEACHES = frozenset({TEACHER})
PROGRAM: frozenset[str] = frozenset()
"""No person: only workers and the server itself do that."""


@dataclass
class Case:
    """Somebody's store, and something of one owner."""

    store: Store
    run: Run
    group: int
    """Id of repeats, of a sweep or of an assignment, where the verb is about those."""


def _write(path: Path) -> None:
    path.write_bytes(b"weights")


VERBS: dict[str, tuple[frozenset[str], Callable[[Case], object]]] = {
    "runs.get": (OPEN, lambda c: c.store.runs.get(c.run.id)),
    "runs.find": (OPEN, lambda c: c.store.runs.find(str(c.run.id))),
    "runs.find_resumable": (OPEN, lambda c: c.store.runs.find_resumable(str(c.run.id))),
    "runs.get_to_change": (CHANGE, lambda c: c.store.runs.get_to_change(c.run.id)),
    "runs.rename": (CHANGE, lambda c: c.store.runs.rename(c.run.id, "Renamed")),
    "runs.share": (CHANGE, lambda c: c.store.runs.share(c.run.id, True)),
    "runs.delete": (CHANGE, lambda c: c.store.runs.delete(c.run.id)),
    "runs.count_test_opening": (CHANGE, lambda c: c.store.runs.count_test_opening(c.run.id, EMBEDDED, 0.9)),
    "runs.count_on": (EVERYBODY, lambda c: c.store.runs.count_on(EMBEDDED)),
    "metrics.curve": (OPEN, lambda c: c.store.metrics.curve(c.run.id, "loss")),
    "control.get": (OPEN, lambda c: c.store.control.get(c.run.id)),
    "control.stop": (CHANGE, lambda c: c.store.control.stop(c.run.id)),
    "control.pause": (CHANGE, lambda c: c.store.control.pause(c.run.id)),
    "control.resume": (CHANGE, lambda c: c.store.control.resume(c.run.id)),
    "control.set_learning_rate": (CHANGE, lambda c: c.store.control.set_learning_rate(c.run.id, 0.1)),
    "control.one_more_epoch": (CHANGE, lambda c: c.store.control.one_more_epoch(c.run.id)),
    "repeats.get": (OPEN_GROUP, lambda c: c.store.repeats.get(c.group)),
    "repeats.runs": (OPEN_GROUP, lambda c: c.store.repeats.runs(c.group)),
    "repeats.stop": (CHANGE, lambda c: c.store.repeats.stop(c.group)),
    "repeats.resume": (CHANGE, lambda c: c.store.repeats.resume(c.group)),
    "repeats.rename": (CHANGE, lambda c: c.store.repeats.rename(c.group, "Renamed")),
    "repeats.delete": (CHANGE, lambda c: c.store.repeats.delete(c.group)),
    "sweeps.get": (OPEN_GROUP, lambda c: c.store.sweeps.get(c.group)),
    "sweeps.runs": (OPEN_GROUP, lambda c: c.store.sweeps.runs(c.group)),
    "sweeps.states": (OPEN_GROUP, lambda c: c.store.sweeps.states(c.group)),
    "sweeps.curves": (OPEN_GROUP, lambda c: c.store.sweeps.curves(c.group)),
    "sweeps.stop": (CHANGE, lambda c: c.store.sweeps.stop(c.group)),
    "sweeps.pause": (CHANGE, lambda c: c.store.sweeps.pause(c.group)),
    "sweeps.resume": (CHANGE, lambda c: c.store.sweeps.resume(c.group)),
    "sweeps.rename": (CHANGE, lambda c: c.store.sweeps.rename(c.group, "Renamed")),
    "sweeps.delete": (CHANGE, lambda c: c.store.sweeps.delete(c.group)),
    "sweeps.in_progress": (PROGRAM, lambda c: c.store.sweeps.in_progress()),
    "sweeps.next_number": (PROGRAM, lambda c: c.store.sweeps.next_number(c.group)),
    "sweeps.add_run": (PROGRAM, lambda c: c.store.sweeps.add_run(c.group, 2, CONFIG, "Added")),
    "sweeps.finish": (PROGRAM, lambda c: c.store.sweeps.finish(c.group)),
    "fine_tuning.get": (PROGRAM, lambda c: c.store.fine_tuning.get(c.run.id)),
    "fine_tuning.trained_on": (OPEN, lambda c: c.store.fine_tuning.trained_on([c.run.id])),
    "fine_tuning.create": (
        OPEN,
        lambda c: c.store.fine_tuning.create(c.run, CONFIG, [OwnDigit(label=3, image=bytes(784))]),
    ),
    "results.get": (OPEN, lambda c: c.store.results.get([f"{c.run.key}report"])),
    "results.put": (OPEN, lambda c: c.store.results.put(f"{c.run.key}report", b"other results")),
    "people.get_all": (TEACHES, lambda c: c.store.people.get_all()),
    "people.sign_in": (PROGRAM, lambda c: c.store.people.sign_in("issuer", "ann", "Ann", teacher=True)),
    "classroom.activities": (TEACHES, lambda c: c.store.classroom.activities(EMBEDDED)),
    "classroom.queue": (TEACHES, lambda c: c.store.classroom.queue(10)),
    "classroom.settings": (EVERYBODY, lambda c: c.store.classroom.settings()),
    "classroom.set_leaderboard": (TEACHES, lambda c: c.store.classroom.set_leaderboard("names")),
    "classroom.set_class_limits": (TEACHES, lambda c: c.store.classroom.set_class_limits(None, None)),
    "classroom.set_limits": (TEACHES, lambda c: c.store.classroom.set_limits(c.run.owner_id or 1, None, None)),
    "classroom.leaderboard": (EVERYBODY, lambda c: c.store.classroom.leaderboard(EMBEDDED)),
    "assignments.create": (TEACHES, lambda c: c.store.assignments.create("Title", EMBEDDED, HOLDS_OUT, 0.9)),
    "assignments.all": (EVERYBODY, lambda c: c.store.assignments.all()),
    "assignments.delete": (TEACHES, lambda c: c.store.assignments.delete(c.group)),
    "assignments.progress_of_learners": (TEACHES, lambda c: c.store.assignments.progress_of_learners(c.group)),
    "assignments.own_progress": (EVERYBODY, lambda c: c.store.assignments.own_progress(c.group)),
    "workers.claim": (PROGRAM, lambda c: c.store.workers.claim("worker")),
    "workers.report": (PROGRAM, lambda c: c.store.workers.report(c.run, {"loss": ([1], [0.5])})),
    "workers.mark": (PROGRAM, lambda c: c.store.workers.mark(c.run, 1, "stopped")),
    "workers.rewind": (PROGRAM, lambda c: c.store.workers.rewind(c.run, 0, 0)),
    "workers.save_checkpoint": (PROGRAM, lambda c: c.store.workers.save_checkpoint(c.run, 1, _write)),
    "workers.publish": (
        PROGRAM,
        lambda c: c.store.workers.publish(c.run, c.store.files.network_path(c.run.id), _write),
    ),
    "workers.requeue_lost": (PROGRAM, lambda c: c.store.workers.requeue_lost(of_sweeps=False)),
    "workers.others_wait": (PROGRAM, lambda c: c.store.workers.others_wait(c.run, 60.0)),
    "workers.mark_dead": (PROGRAM, lambda c: c.store.workers.mark_dead("worker", "It was killed.")),
    "workers.announce": (PROGRAM, lambda c: c.store.workers.announce("worker", {})),
    "workers.withdraw": (PROGRAM, lambda c: c.store.workers.withdraw("worker")),
    "workers.count": (EVERYBODY, lambda c: c.store.workers.count()),
    "workers.count_training": (EVERYBODY, lambda c: c.store.workers.count_training("host")),
    "workers.device": (EVERYBODY, lambda c: c.store.workers.device()),
}
"""Who may do what with which run, repeats or sweep."""

NO_PARTS = ("access", "database", "files")
"""The rules themselves, and what knows no people: a page that names a file has its run from `runs`."""


class ClassOfThree:
    """A learner who owns something, a classmate and a teacher."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.owner, self.classmate = join(store, "ann"), join(store, "ben")
        self.teacher = join(store, "tess", teacher=True)

    def case(self, who: str, part: str) -> Case:
        """What `who` says, for the verbs of a part: something new of its owner, and the store of whoever asks."""
        asks: Member = {OWNER: self.owner, TEACHER: self.teacher}.get(who, self.classmate)
        owner = {OF_NOBODY: self.store, OF_TEACHER: self.teacher.store}.get(who, self.owner.store)
        run = owner.runs.create(CONFIG, EMBEDDED, state="stopped")
        if who == GIVEN_LINK:
            owner.runs.share(run.id, True)
            run = owner.runs.get(run.id)
        group = 0
        if part == "repeats":
            group = owner.repeats.create("seed variance", [(CONFIG, "Seed 0")], CONFIG, EMBEDDED).id
        elif part == "sweeps":
            group = owner.sweeps.create({}, CONFIG, EMBEDDED, size=4_000).id
            assert self.store.sweeps.add_run(group, 1, CONFIG, "") is not None
        elif part == "assignments":
            group = self.store.assignments.create("Title", EMBEDDED, HOLDS_OUT, 0.9).id
        elif part == "results":
            self.store.results.put(f"{run.key}report", b"results")
        return Case(asks.store, run, group)


def everything(store: Store) -> list[Any]:
    """All rows of all tables, and all files of runs."""
    with store.database.transaction() as session:
        rows = [row for table in Base.metadata.sorted_tables for row in session.execute(select(table))]
    return [*rows, *sorted((path.name, path.read_bytes()) for path in store.folder.glob("run-*"))]


def refused(do: Callable[[Case], object], case: Case) -> str:
    """What is said where one may not do it; empty where one may."""
    try:
        do(case)
    except DigitLabError as error:
        return str(error)
    return ""


def test_each_verb_of_the_store_is_in_a_table(tmp_path: Path) -> None:
    store = Store(tmp_path)
    verbs = {
        f"{name}.{verb}"
        for name, part in vars(store).items()
        if type(part).__module__.startswith("mnist_core") and name not in NO_PARTS
        for verb, _ in inspect.getmembers(part, inspect.ismethod)
        if not verb.startswith("_")
    }

    assert verbs == VERBS.keys() | LISTS.keys() | MAKING.keys() | BESIDE


@pytest.mark.parametrize("verb", VERBS)
def test_who_may_not_gets_one_sentence_and_nothing_changes(verb: str, store: Store) -> None:
    allowed, do = VERBS[verb]
    members = ClassOfThree(store)

    for who in sorted(EVERYBODY):
        case = members.case(who, verb.split(".")[0])
        before = everything(store)
        refusal = refused(do, case)
        assert (refusal == "") == (who in allowed), (who, refusal)
        if refusal:
            assert re.fullmatch(r"[A-Z][^\n]+\.", refusal)
            assert everything(store) == before, who
