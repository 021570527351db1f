"""Runs that start from another run's network and are trained on the data set mixed with own digits."""

from collections.abc import Collection, Sequence

import numpy as np
from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import Digits, split_sizes
from mnist_core.store.access import Access
from mnist_core.store.base import Base
from mnist_core.store.database import Database, require
from mnist_core.store.files import needed_bytes
from mnist_core.store.own_digits import OwnDigit
from mnist_core.store.runs import add
from mnist_core.store.schema import Run

MOST_REPEATED, LARGEST_SHARE = 20, 0.05
"""Most repetitions of an own digit in an epoch, and the largest share of all own digits in the training images."""


class WarmStart(Base):
    """What a fine-tuned run starts from, apart from its configuration."""

    __tablename__ = "warm_starts"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    parent: Mapped[int]
    """Id of the run whose network is trained further."""
    images: Mapped[bytes]
    """The own digits of an epoch, 784 bytes each."""
    labels: Mapped[bytes]
    checksums: Mapped[list[str]] = mapped_column(JSON)
    """Of all own digits that this network and its ancestors were trained on."""

    def decode_own_digits(self) -> Digits:
        return Digits(np.frombuffer(self.images, np.uint8).reshape(-1, 28, 28), np.frombuffer(self.labels, np.uint8))


class FineTuning:
    """Fine-tuned runs and what they start from."""

    def __init__(self, database: Database, access: Access) -> None:
        self._database, self._access = database, access

    def create(self, parent: Run, config: TrainingConfig, digits: Sequence[OwnDigit], name: str = "") -> Run:
        """Queue a run that trains a run's network further, on its data set and on these digits.

        Openings of the test set for the parent count for it too, since the choice of the parent may rest on them.
        Raises `DigitLabError` where there are no digits.
        """
        if not digits:
            raise DigitLabError("There are no digits of yours yet; draw some and say what they are.")
        images, _ = split_sizes(parent.data_set_size, config.validation_share, config.train_size)
        times = min(max(int(LARGEST_SHARE * images / len(digits)), 1), MOST_REPEATED)
        checksums = {digit.checksum for digit in digits} | self.trained_on([parent.id])[parent.id]
        with self._database.transaction() as session:
            self._access.require_to_open(stored := require(session, parent.id))
            self._access.require_room(session, self._access.owner_id, runs=1, more_bytes=needed_bytes(config))
            run = add(
                session,
                self._access.owner_id,
                config,
                parent.data_set,
                name,
                size=parent.data_set_size,
                own_images=times * len(digits),
                test_openings=stored.test_openings,
                imported_start=stored.imported or stored.imported_start,
            )
            session.add(
                WarmStart(
                    run_id=run.id,
                    parent=parent.id,
                    images=b"".join(digit.image for digit in digits) * times,
                    labels=bytes(digit.label for digit in digits) * times,
                    checksums=sorted(checksums),
                )
            )
            return run

    def get(self, run_id: int) -> WarmStart | None:
        """What a run starts from; None where it starts from random weights. Not for persons, as it holds own digits."""
        self._access.require_program()
        with self._database.transaction() as session:
            return session.get(WarmStart, run_id)

    def trained_on(self, run_ids: Collection[int]) -> dict[int, set[str]]:
        """For each of the runs, by its id, the checksums of the own digits that its network was trained on.

        Raises `DigitLabError` where one may not open one of them.
        """
        query = select(WarmStart.run_id, WarmStart.checksums).where(WarmStart.run_id.in_(run_ids))
        with self._database.transaction() as session:
            self._access.require_to_open_all(session, run_ids)
            found = {run_id: set(checksums) for run_id, checksums in session.execute(query)}
        return {run_id: found.get(run_id, set()) for run_id in run_ids}
