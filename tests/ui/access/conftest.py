"""What a learner has, in a class of three."""

import pytest

from mnist_core.data import EMBEDDED
from mnist_core.store import Store
from tests.mnist_core import small_sweeps
from tests.mnist_core.class_of_learners import ISSUER
from tests.ui.access.belongings import DIGIT, SETTINGS, Belongings
from tests.ui.evaluate.evaluated import WEAK, finished


@pytest.fixture
def belongings(store: Store, monkeypatch: pytest.MonkeyPatch) -> Belongings:
    monkeypatch.setenv("MNIST_TEACHERS", "teacher")
    monkeypatch.setenv("MNIST_LEARNERS", "owner, classmate")
    own = store.as_seen_by(store.people.sign_in(ISSUER, "owner", "Owner"))
    own.digits.add(7, DIGIT, None, [])
    store.as_seen_by(store.people.sign_in(ISSUER, "classmate", "Classmate")).digits.add(1, DIGIT.T, None, [])
    finished(store, "Everybody's", WEAK)
    run = finished(own, "Sesame", SETTINGS)
    curves = {"loss": ([1, 2], [0.31415, 0.31415]), "validation_accuracy": ([2], [0.4321])}
    ended = {"step": 2, "steps": 2, "epoch": 1, "final_loss": 0.31415, "validation_accuracy": 0.4321}
    store.workers.report(run, curves, **ended)
    own.repeats.create("seed variance", [(SETTINGS, "Sesame")] * 2, SETTINGS, EMBEDDED, "Sesame repeats")
    own.fine_tuning.create(run, SETTINGS, own.digits.all(), "Sesame tuned")
    sweep = small_sweeps.start(own, small_sweeps.plan(), SETTINGS.model_copy(update={"validation_share": 0.1}))
    own.sweeps.rename(sweep.id, "Sesame sweep")
    small_sweeps.take_next(store)
    running = store.workers.claim("worker", own.runs.create(SETTINGS, EMBEDDED, "Sesame running").id)
    assert running is not None
    store.workers.report(running, curves, **ended | {"steps": 20})
    return Belongings(own, run, store.runs.get(running.id), sweep)
