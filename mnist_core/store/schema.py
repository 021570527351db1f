"""The tables of runs, series, workers and own digits, and what belongs to them. Times: seconds since 1970."""

import hashlib
import time
from collections.abc import Iterable
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from mnist_core.config import TrainingConfig
from mnist_core.data import Digits, split_sizes, training_count
from mnist_core.training.schedule import learning_rate

Status = Literal["queued", "running", "paused", "finished", "stopped", "failed", "interrupted"]
RepeatsKind = Literal["learning curve", "spread"]
RunEvent = Literal["learning rate", "one more epoch", "paused", "stopped", "resumed", "diverged"]
ACTIVE: tuple[Status, ...] = ("running", "paused")
"""States in which a worker has the run."""
ALIVE_SECONDS = 5.0
"""A worker that has not reported for this long is gone."""


class Base(DeclarativeBase):
    pass


class Repeats(Base):
    """Runs that repeat the same settings: with ever more training images, or only with other seeds."""

    __tablename__ = "series"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - an id is never used again, since URLs hold it

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """A `Kind`."""
    name: Mapped[str]
    created: Mapped[float]
    data_set: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The settings that are repeated."""

    @property
    def config(self) -> TrainingConfig:
        return TrainingConfig.model_validate(self.settings)


class Run(Base):
    """One training, from its wish to its result."""

    __tablename__ = "runs"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - an id is never used again, since URLs hold it

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    data_set: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued", index=True)
    created: Mapped[float]
    started: Mapped[float | None]
    reported: Mapped[float | None]
    seconds: Mapped[float] = mapped_column(default=0.0)
    step: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)
    epoch: Mapped[int] = mapped_column(default=0)
    images_per_second: Mapped[float] = mapped_column(default=0.0)
    final_loss: Mapped[float | None]
    training_accuracy: Mapped[float | None]
    validation_accuracy: Mapped[float | None]
    test_accuracy: Mapped[float | None]
    """None also where the network was trained on since."""
    test_data_set: Mapped[str] = mapped_column(default="", server_default="")
    """The data set whose test images that is measured on; it may be another one than that trained on."""
    test_openings: Mapped[int] = mapped_column(default=0)
    device: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")
    log: Mapped[str] = mapped_column(default="")
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often a worker has taken the run; only the worker that took it last may report."""
    worker: Mapped[int | None]
    """Process id of that worker."""
    own_images: Mapped[int] = mapped_column(default=0, server_default="0")
    """One's own digits in each epoch, repetitions included."""
    series: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    """The series that it belongs to."""
    marks: Mapped[list["Mark"]] = relationship(order_by="Mark.id", lazy="selectin", viewonly=True)
    """What was done to it in progress, in order."""
    control: Mapped["Control"] = relationship(lazy="joined", viewonly=True)

    @property
    def key(self) -> str:
        """Begins the keys of all results that are kept for it."""
        return f"run-{self.id}-"

    @property
    def config(self) -> TrainingConfig:
        return TrainingConfig.model_validate(self.settings)

    @property
    def status(self) -> Status:
        """The state, but `interrupted` for a run whose worker is gone."""
        if self.state in ACTIVE and time.time() - (self.reported or 0.0) > ALIVE_SECONDS:
            return "interrupted"
        return cast(Status, self.state)

    @property
    def changes(self) -> dict[int, float]:
        """The learning rates set by hand, by the steps done then."""
        return {mark.step: mark.value for mark in self.marks if mark.value is not None}

    @property
    def rate_by_hand(self) -> float | None:
        """The learning rate that was set by hand last."""
        return next(reversed(self.changes.values()), None)

    @property
    def training_images(self) -> int:
        """How many images of the data set it is trained on."""
        config = self.config
        return split_sizes(training_count(self.data_set), config.validation_share, config.train_size)[0]

    @property
    def steps_per_epoch(self) -> int:
        return self.config.steps_per_epoch(self.training_images + self.own_images)

    def learning_rates(self, steps: Iterable[int]) -> list[float]:
        """The learning rate of the step after each of so many steps."""
        config, changes = self.config, self.changes
        cycle = config.epochs * self.steps_per_epoch
        return [learning_rate(config, cycle, step, changes) for step in steps]

    @property
    def as_configured(self) -> bool:
        """Whether it had no epoch more and no other learning rate than its settings say."""
        return not any(mark.event in ("one more epoch", "learning rate") for mark in self.marks)

    @property
    def in_progress(self) -> bool:
        return self.status in ("queued", *ACTIVE)

    @property
    def can_resume(self) -> bool:
        """Whether it ended before its last step, so that it can go on from its last checkpoint."""
        return self.status in ("stopped", "failed", "interrupted")

    @property
    def progress(self) -> float:
        """Share of the steps done, 0 to 1."""
        return self.step / self.steps if self.steps else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Time to the end at the pace so far; None before the first report."""
        return self.seconds / self.step * (self.steps - self.step) if self.step else None


class Metric(Base):
    """One value of one curve of a run, such as (`loss`, step 120)."""

    __tablename__ = "metrics"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[float]


class Control(Base):
    """What a person wants a run to do, read by its worker."""

    __tablename__ = "control"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    wanted: Mapped[str] = mapped_column(default="run")
    """`run`, `pause` or `stop`."""
    learning_rate: Mapped[float | None]
    """The learning rate set by hand last."""
    more_epochs: Mapped[int] = mapped_column(default=0, server_default="0")
    """Epochs wanted on top of the configuration's."""


class Mark(Base):
    """Something that happened to a run in progress, after so many steps."""

    __tablename__ = "marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    step: Mapped[int]
    event: Mapped[str]
    value: Mapped[float | None]
    """The new learning rate."""

    @property
    def label(self) -> str:
        return self.event if self.value is None else f"{self.event} {self.value:g}"


class Worker(Base):
    """A worker process that waits for runs, and the device that it found."""

    __tablename__ = "workers"

    id: Mapped[int] = mapped_column(primary_key=True)
    """Its process id."""
    reported: Mapped[float]
    device: Mapped[dict[str, Any]] = mapped_column(JSON)


class WarmStart(Base):
    """What a run that continues another one starts from, apart from its settings."""

    __tablename__ = "starts"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    parent: Mapped[int]
    """The run whose network is trained on."""
    images: Mapped[bytes]
    """The own digits of an epoch, 784 bytes each."""
    labels: Mapped[bytes]
    checksums: Mapped[list[str]] = mapped_column(JSON)
    """Of all own digits that this network and those before it were trained on."""

    @property
    def digits(self) -> Digits:
        return Digits(np.frombuffer(self.images, np.uint8).reshape(-1, 28, 28), np.frombuffer(self.labels, np.uint8))


class OwnDigit(Base):
    """A digit that somebody drew or photographed and labelled; an image is there once."""

    __tablename__ = "own_digits"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - as files that were taken away hold the id

    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[float]
    label: Mapped[int]
    """The digit meant, 0 to 9."""
    strokes: Mapped[list[list[list[float]]] | None] = mapped_column(JSON)
    """Strokes of [x, y] points in pixels of the 280x280 canvas, y down; None for a photographed digit."""
    image: Mapped[bytes] = mapped_column(unique=True)
    """The normalised 28x28 pixels, row by row."""
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What it was taken for when it was stored, as `Answer` says."""

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """(28, 28) uint8, white ink 255 on black 0, not to be written to."""
        return np.frombuffer(self.image, np.uint8).reshape(28, 28)

    @property
    def checksum(self) -> str:
        """MD5 sum of the image, by which a run knows that it was trained on it."""
        return hashlib.md5(self.image).hexdigest()
