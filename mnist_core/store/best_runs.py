"""The runs with the best validation accuracy, found in the database whatever the number of runs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select
from sqlalchemy.orm import Session

from mnist_core.config import TrainingConfig
from mnist_core.store.schema import Run

VALIDATION_SHARE = func.coalesce(Run.settings["validation_share"].as_float(), 0.0)
"""The share of the training images that a run holds out."""
ARCHITECTURE = tuple(Run.settings[name].as_string() for name in ("network", "channels", "hidden_sizes"))
"""What decides how many parameters a network has."""


@dataclass(frozen=True)
class BestRun:
    """A run with a validation accuracy, and on how many images that was measured."""

    run_id: int
    name: str
    owner_id: int
    accuracy: float
    """On validation images, 0 to 1."""
    validation_images: int
    parameters: int
    """How many weights and biases the network has."""

    @property
    def percent(self) -> float:
        """The accuracy in %, with two digits behind the point."""
        return round(100 * self.accuracy, 2)

    @property
    def rank(self) -> tuple[float, int, int]:
        """Higher for the better run: of the same accuracy, for that on more images, then for the older one."""
        return self.accuracy, self.validation_images, -self.run_id


def best_runs(
    session: Session, *conditions: ColumnElement[bool], per: Sequence[SQLColumnExpression[Any]] = ()
) -> list[BestRun]:
    """Of each owner, the best of the runs that meet the conditions; with `per`, one for each value of these.

    Networks that were brought in count nowhere, nor do runs that go on with one, since nobody here saw on which images
    they were trained.
    """
    images = Run.data_set_size * VALIDATION_SHARE
    best_first = Run.validation_accuracy.desc(), images.desc(), Run.id
    place = func.row_number().over(partition_by=[Run.owner_id, *per], order_by=best_first)
    measured = Run.validation_accuracy.is_not(None) & ~Run.imported & ~Run.imported_start
    columns = Run.id, Run.name, Run.owner_id, Run.validation_accuracy, images, *ARCHITECTURE
    placed = select(*columns, place.label("place")).where(measured, *conditions).subquery()
    rows = session.execute(select(*list(placed.c)[:-1]).where(placed.c.place == 1))
    return [
        BestRun(run_id, name, owner, accuracy, round(held_out), _parameter_count(*architecture))
        for run_id, name, owner, accuracy, held_out, *architecture in rows
    ]


@lru_cache(1_000)
def _parameter_count(network: str | None, channels: str | None, hidden_sizes: str | None) -> int:
    """Of the network with these settings as they are stored; None where an old run does not say, so the default."""
    stated = {"network": network, "channels": channels, "hidden_sizes": hidden_sizes and json.loads(hidden_sizes)}
    known = {name: value for name, value in stated.items() if value is not None}
    return TrainingConfig.model_validate(known).parameter_count
