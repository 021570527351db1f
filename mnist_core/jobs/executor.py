"""Queues runs and sees to it that workers train them; downloads data sets."""

import copy
from collections.abc import Sequence

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import identify, require_trainable
from mnist_core.evaluation import repeats
from mnist_core.jobs.data_download import DataDownload
from mnist_core.jobs.local_workers import LocalWorkers
from mnist_core.jobs.ray_workers import RayWorkers
from mnist_core.settings import Settings
from mnist_core.store import OwnDigit, Repeats, RepeatsKind, Run, Store, Sweep
from mnist_core.sweep import SweepPlan
from mnist_core.sweep.next_run import advance
from mnist_core.sweep.plan import prepare


class Executor:
    """What a server has to get things done: the workers, local or on Ray as the settings say, and downloads."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._workers = RayWorkers(store, settings) if settings.executor == "ray" else LocalWorkers(store, settings)
        self._whole_store = store
        self.downloads = DataDownload(settings)

    def on_behalf_of(self, store: Store) -> "Executor":
        """The same workers and downloads, with which the person whose `store` it is queues runs."""
        acting = copy.copy(self)
        acting._store = store
        return acting

    def submit(self, config: TrainingConfig, name: str = "", data_set: str | None = None) -> Run:
        """Queue a run on the data set of that name (None: the settings'), and make sure that a worker is there for it.

        Raises `DigitLabError`, and queues nothing, where the data set is too small or cannot be used.
        """
        identity = identify(self._settings, data_set)
        require_trainable(config, identity)
        run = self._store.runs.create(config, identity.name, name, size=identity.train_count)
        self.keep_workers()
        return run

    def submit_repeats(
        self, kind: RepeatsKind, config: TrainingConfig, seeds: int, name: str = "", data_set: str | None = None
    ) -> Repeats:
        """Queue runs that repeat the same settings, as `submit` does one.

        Raises `DigitLabError` also where the number of seeds is out of range.
        """
        identity = identify(self._settings, data_set)
        runs = repeats.plan(kind, config, identity.train_count, seeds)
        for run_config, _ in runs:
            require_trainable(run_config, identity)
        queued = self._store.repeats.create(kind, runs, config, identity.name, name, size=identity.train_count)
        self.keep_workers()
        return queued

    def submit_sweep(
        self, plan: SweepPlan, config: TrainingConfig, name: str = "", data_set: str | None = None
    ) -> Sweep:
        """Start a search over settings like `config`, as `submit` starts a run; its first runs are queued at once.

        Where the settings hold out nothing for validation, a tenth is held out.
        """
        identity = identify(self._settings, data_set)
        base = prepare(plan, config, identity)
        sweep = self._store.sweeps.create(
            plan.model_dump(mode="json"), base, identity.name, name, size=identity.train_count
        )
        advance(self._whole_store)
        self.keep_workers()
        return sweep

    def submit_fine_tuning(self, parent: Run, config: TrainingConfig, digits: Sequence[OwnDigit], name: str) -> Run:
        """Queue a run that trains another run's network further, on own digits too, as `submit` does.

        Raises `DigitLabError` also where the other run's data set is not of digits.
        """
        if not identify(self._settings, parent.data_set).of_digits:
            raise DigitLabError(
                f"{parent.name} was trained on {parent.data_set}, which is not of digits; choose a network that reads "
                "digits."
            )
        run = self._store.fine_tuning.create(parent, config, digits, name)
        self.keep_workers()
        return run

    def keep_workers(self) -> None:
        """See to it that there are workers, as many as the runs in progress can use."""
        self._workers.keep()

    @property
    def trouble(self) -> str:
        """Why there may be no workers, one sentence; an empty text where there is nothing to say."""
        return self._workers.trouble

    def download(self, name: str) -> None:
        """Start downloading the data set of that name, unless a download is running."""
        self._store.access.require_teacher("download data sets")
        self.downloads.start(name)
