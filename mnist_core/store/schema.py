"""The tables of runs, their curves and what is asked of them.

All times are in seconds since 1970, by the database's clock.

Other tables stand beside the code that uses them. A change of a table needs a revision in `migrations`.
"""

from collections.abc import Iterable
from typing import Any, Literal, cast

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from mnist_core.data import split_sizes
from mnist_core.formatting import times_opened
from mnist_core.store.base import Base, Configured
from mnist_core.store.clock import now
from mnist_core.store.person import Owned
from mnist_core.training.schedule import learning_rate

Status = Literal["queued", "running", "paused", "finished", "pruned", "stopped", "failed", "interrupted"]
"""`pruned`: stopped early by its sweep, since others were better."""
RepeatsKind = Literal["learning curve", "seed variance"]
RunEvent = Literal["learning rate", "one more epoch", "paused", "stopped", "resumed", "diverged"]
ACTIVE: tuple[Status, ...] = ("running", "paused")
"""States in which a worker has the run."""
IN_PROGRESS: tuple[Status, ...] = ("queued", *ACTIVE)
ENDED: tuple[Status, ...] = ("finished", "pruned", "stopped", "failed")
"""States in which a run stays unless a person resumes it."""
ALIVE_SECONDS = 5.0
"""A worker that has not reported for this long counts as dead."""


UNKNOWN_DATA_SET = "unknown"
"""The data set of a network whose file does not say on which it was trained."""


class RunGroup(Configured, Owned, Base):
    """Runs that have one configuration in common, which they repeat or vary."""

    __abstract__ = True
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - ids appear in URLs, so none is used twice

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    created: Mapped[float]
    data_set: Mapped[str]


class Repeats(RunGroup):
    """A group of runs that repeat the same settings: with more and more training images, or only with other seeds."""

    __tablename__ = "repeats"

    kind: Mapped[str]
    """A `RepeatsKind`."""


class Sweep(RunGroup):
    """A search for good settings: some hyperparameters of one configuration are varied."""

    __tablename__ = "sweeps"

    data_set_size: Mapped[int]
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What is varied, how, and for how long: a `SweepPlan`."""
    wanted: Mapped[str] = mapped_column(default="run")
    """`run`, `pause` or `stop`."""
    finished: Mapped[float | None]
    """When nothing was left to try."""
    paused_because: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was paused though nobody asked for it, one sentence."""

    @property
    def status(self) -> Status:
        if self.finished is not None:
            return "finished"
        return cast(Status, {"run": "running", "pause": "paused", "stop": "stopped"}[self.wanted])


class Run(Configured, Owned, Base):
    """One training: its configuration, how far it is, and its results."""

    __tablename__ = "runs"
    __table_args__ = (
        Index("runs_of_sweep", "sweep_id", "number", unique=True),
        {"sqlite_autoincrement": True},  # ids appear in URLs, so none is used twice
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    data_set: Mapped[str]
    data_set_size: Mapped[int]
    """How many training images the data set has, those held out for validation among them."""
    state: Mapped[str] = mapped_column(default="queued", index=True)
    created: Mapped[float]
    started: Mapped[float | None]
    reported: Mapped[float | None]
    """When its worker last reported."""
    seconds: Mapped[float] = mapped_column(default=0.0)
    """Time spent on training and validation, without pauses."""
    step: Mapped[int] = mapped_column(default=0)
    """Steps done, of `steps` in all."""
    steps: Mapped[int] = mapped_column(default=0)
    epoch: Mapped[int] = mapped_column(default=0)
    """Epochs done."""
    images_per_second: Mapped[float] = mapped_column(default=0.0)
    final_loss: Mapped[float | None]
    training_accuracy: Mapped[float | None]
    validation_accuracy: Mapped[float | None]
    test_accuracy: Mapped[float | None]
    """Accuracy of the present network: None also where it was trained further since the test set was opened."""
    test_data_set: Mapped[str] = mapped_column(default="", server_default="")
    """The data set whose test images `test_accuracy` was measured on, which may not be `data_set`."""
    test_openings: Mapped[int] = mapped_column(default=0)
    device: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")
    log: Mapped[str] = mapped_column(default="")
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often a worker has claimed the run; only the worker that claimed it last may report."""
    worker: Mapped[str | None]
    """Id of that worker."""
    losses: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it was queued again because its worker was lost, since its last checkpoint."""
    checkpoint: Mapped[str] = mapped_column(default="", server_default="")
    """Name of the file of its last checkpoint."""
    own_images: Mapped[int] = mapped_column(default=0, server_default="0")
    """Images of the person's own digits in each epoch, repetitions included."""
    imported: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Whether its network was brought in as a file: trained elsewhere, without curves or a checkpoint."""
    imported_start: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Whether it goes on with a network that was brought in, or with one that went on with such a network."""
    repeats_id: Mapped[int | None] = mapped_column(ForeignKey("repeats.id"))
    """The repeats that it belongs to."""
    sweep_id: Mapped[int | None]
    """The sweep that it belongs to."""
    number: Mapped[int | None]
    """Its place in the sweep, from 1 on."""
    confirms: Mapped[int | None]
    """The number of the run of the sweep whose settings it repeats with another seed."""
    pruner_notes: Mapped[dict[str, float]] = mapped_column(JSON, default=dict, server_default="{}")
    """What early stopping has to remember of the run."""
    pruned_because: Mapped[str] = mapped_column(default="", server_default="")
    """Why the sweep stopped it early, one sentence."""
    shared: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Whether everybody who has its address may open it."""
    bytes: Mapped[int] = mapped_column(default=0, server_default="0")
    """Size of its files in bytes, as it was when it ended last."""
    marks: Mapped[list["Mark"]] = relationship(order_by="Mark.id", lazy="selectin", viewonly=True)
    control: Mapped["Control"] = relationship(lazy="joined", viewonly=True)
    _read_at: Mapped[float] = column_property(now())
    """When it was read from the database."""

    @property
    def key(self) -> str:
        """The prefix of the keys of all results stored for it."""
        return f"run-{self.id}-"

    @property
    def status(self) -> Status:
        """The stored state, but `interrupted` where its worker was dead when this was read from the database."""
        if self.state in ACTIVE and self._read_at - (self.reported or 0.0) > ALIVE_SECONDS:
            return "interrupted"
        return cast(Status, self.state)

    @property
    def version(self) -> tuple[int, ...]:
        """Another one as soon as points that were stored have been deleted, to be trained again."""
        resumed = [mark for mark in self.marks if mark.event == "resumed"]
        # The database gives the number of a deleted mark again, but not with the same step.
        return (self.attempt, *((resumed[-1].id, resumed[-1].step) if resumed else ()))

    @property
    def rates_by_hand(self) -> dict[int, float]:
        """Learning rates set by hand, keyed by the number of steps done at that moment."""
        return {mark.step: mark.value for mark in self.marks if mark.value is not None}

    @property
    def rate_by_hand(self) -> float | None:
        """The learning rate that was set by hand last."""
        return next(reversed(self.rates_by_hand.values()), None)

    @property
    def training_images(self) -> int:
        """How many images of the data set it is trained on."""
        return split_sizes(self.data_set_size, self.config.validation_share, self.config.train_size)[0]

    @property
    def steps_per_epoch(self) -> int:
        return self.config.steps_per_epoch(self.training_images + self.own_images)

    def learning_rates(self, steps: Iterable[int]) -> list[float]:
        """For each number of steps done, the learning rate of the next step."""
        changes, cycle = self.rates_by_hand, self.config.epochs * self.steps_per_epoch
        return [learning_rate(self.config, cycle, step, changes) for step in steps]

    @property
    def as_configured(self) -> bool:
        """Whether nobody added an epoch or changed the learning rate during training."""
        return not any(mark.event in ("one more epoch", "learning rate") for mark in self.marks)

    @property
    def trained_elsewhere(self) -> bool:
        """Whether some of its training was not seen here, nor how often the test set was opened meanwhile."""
        return self.imported or self.imported_start

    @property
    def testing(self) -> str:
        """How often the test set was opened for it, as in `was opened once`."""
        return times_opened(self.test_openings, at_least=self.trained_elsewhere)

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
    """One point of one curve of a run, such as (`loss`, step 120)."""

    __tablename__ = "metrics"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[float]


class Control(Base):
    """What a person asks of a run; its worker polls this."""

    __tablename__ = "control"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    wanted: Mapped[str] = mapped_column(default="run")
    """`run`, `pause` or `stop`."""
    learning_rate: Mapped[float | None]
    """The learning rate set by hand last."""
    more_epochs: Mapped[int] = mapped_column(default=0, server_default="0")
    """Epochs to train beyond those of the configuration."""


class Mark(Base):
    """An event during the training of a run, marked on its charts."""

    __tablename__ = "marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    step: Mapped[int]
    """Steps done at that moment."""
    event: Mapped[str]
    """A `RunEvent`."""
    value: Mapped[float | None]
    """The new learning rate."""

    @property
    def label(self) -> str:
        return self.event if self.value is None else f"{self.event} {self.value:g}"


class Worker(Base):
    """A live worker process and the device it trains on."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(primary_key=True)
    """Unique across hosts: `host:process id:token`."""
    reported: Mapped[float]
    device: Mapped[dict[str, Any]] = mapped_column(JSON)
