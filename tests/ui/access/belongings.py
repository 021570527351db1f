"""Who asks, what is the owner's, which addresses name it, and what of it a page sends."""

from dataclasses import dataclass

import numpy as np
from streamlit.testing.v1 import AppTest

from mnist_core.figures.png import data_url
from mnist_core.store import Run, Store, Sweep
from tests.ui.evaluate.evaluated import WEAK
from tests.ui.sent import sent
from tests.ui.users import user

OWNER, CLASSMATE, TEACHER = user("owner", "Owner"), user("classmate", "Classmate"), user("teacher", "Teacher")
SETTINGS = WEAK.model_copy(update={"learning_rate": 0.0123})
DIGIT = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
WORDS = ("Sesame", "0.0123", "0.31415", "43.2 %", data_url(DIGIT))
"""Names, settings, curves, results and digits of the owner: none of them is anywhere else."""
TRAIN, SWEEP, EVALUATE = "pages/train.py", "pages/sweep.py", "pages/evaluate.py"
DRAW, RUNS = "pages/draw.py", "pages/runs.py"

ASKED: list[tuple[str, dict[str, str]]] = [
    (TRAIN, {"run": "RUN"}),
    (TRAIN, {"run": "RUNNING"}),
    (SWEEP, {"sweep": "SWEEP"}),
    (SWEEP, {"sweep-base": "RUN"}),
    (EVALUATE, {"run": "RUN"}),
    (EVALUATE, {"run": "knn", "compared": "RUN"}),
    (EVALUATE, {"run": "RUN", "part": "Seed variance"}),
    (EVALUATE, {"beside": "RUN", "part": "Robustness", "images": "My digits"}),
    (DRAW, {"run": "RUN"}),
    (RUNS, {"runs": "RUN"}),
    (RUNS, {"runs": "RUN,RUNNING"}),
]
"""Addresses that name what is the owner's."""


@dataclass(frozen=True)
class Belongings:
    """What the owner has."""

    store: Store
    run: Run
    """Finished, with its network and curves."""
    running: Run
    sweep: Sweep

    def fill_in(self, query: dict[str, str]) -> dict[str, str]:
        """An address with the ids in place of their names."""
        ids = {"RUN": str(self.run.id), "RUNNING": str(self.running.id), "SWEEP": str(self.sweep.id)}
        return {key: ",".join(ids.get(part, part) for part in value.split(",")) for key, value in query.items()}


def words(app: AppTest) -> set[str]:
    """Those of the owner's words that are sent."""
    everything = sent(app)
    return {word for word in WORDS if word.encode() in everything}


def complaints(app: AppTest) -> list[str]:
    return [element.value for element in [*app.error, *app.warning]]


def controls(app: AppTest) -> set[str]:
    """What one can press, and the fields that change a run."""
    pressed = [*app.button, *app.get("download_button"), *app.toggle]
    fields = [field.label for field in app.text_input if field.key.startswith("name-")]
    rates = ["New rate" for field in app.selectbox if str(field.key).startswith("new-learning-rate")]
    return {*(control.label for control in pressed), *fields, *rates}
