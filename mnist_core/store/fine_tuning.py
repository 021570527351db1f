"""Runs that continue another one's network on one's own digits, mixed with the data set."""

from collections.abc import Sequence

from sqlalchemy import select

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import split_sizes, training_count
from mnist_core.store.database import Database
from mnist_core.store.runs import Runs
from mnist_core.store.schema import OwnDigit, Run, WarmStart

MOST_REPEATED, LARGEST_SHARE = 20, 0.05
"""How often an own digit comes in an epoch at most, and the share of the training images that all make up then."""


class FineTuning:
    """What continued runs start from."""

    def __init__(self, database: Database, runs: Runs) -> None:
        self._database, self._runs = database, runs

    def create(self, parent: Run, config: TrainingConfig, digits: Sequence[OwnDigit], name: str = "") -> Run:
        """Add a queued run that goes on with a run's network on its data set and on these digits.

        How often the test set was opened for the parent counts for it too, since its network comes of those choices.
        Raises `DigitLabError` where there are no digits.
        """
        if not digits:
            raise DigitLabError("There are no digits of yours yet; draw some and say what they are.")
        used, _ = split_sizes(training_count(parent.data_set), config.validation_share, config.train_size)
        times = min(max(int(LARGEST_SHARE * used / len(digits)), 1), MOST_REPEATED)
        before = self.get(parent.id)
        seen = {digit.checksum for digit in digits} | set(before.checksums if before else ())
        start = WarmStart(
            parent=parent.id,
            images=b"".join(digit.image for digit in digits) * times,
            labels=bytes(digit.label for digit in digits) * times,
            checksums=sorted(seen),
        )
        return self._runs.create(
            config,
            parent.data_set,
            name,
            own_images=times * len(digits),
            start=start,
            test_openings=self._runs.get(parent.id).test_openings,
        )

    def get(self, run_id: int) -> WarmStart | None:
        with self._database.transaction() as session:
            return session.scalar(select(WarmStart).where(WarmStart.run_id == run_id))

    def trained_on(self, run_id: int) -> set[str]:
        """Checksums of the own digits that a run's network was trained on."""
        start = self.get(run_id)
        return set(start.checksums) if start else set()
