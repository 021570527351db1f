"""The curves of runs."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from mnist_core.store.access import Access
from mnist_core.store.database import Database
from mnist_core.store.schema import Metric


class Metrics:
    """Curves by name, such as `loss`: values over steps."""

    def __init__(self, database: Database, access: Access) -> None:
        self._database, self._access = database, access

    def curve(
        self, run_id: int, name: str, after: int = -1, until: int | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Steps and values of one curve, in order, those after step `after` up to step `until`: (n,) each.

        Raises `DigitLabError` where one may not open the run.
        """
        points = select(Metric.step, Metric.value).where(
            Metric.run_id == run_id, Metric.name == name, Metric.step > after
        )
        if until is not None:
            points = points.where(Metric.step <= until)
        with self._database.transaction() as session:
            self._access.require_to_open_all(session, [run_id])
            rows = session.execute(points.order_by(Metric.step)).all()
        return np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.float64)
