"""Everything in one runs folder and its database."""

from pathlib import Path
from typing import Self

from mnist_core.settings import Settings
from mnist_core.store.controls import Controls
from mnist_core.store.database import Database
from mnist_core.store.files import RunFiles
from mnist_core.store.fine_tuning import FineTuning
from mnist_core.store.metrics import Metrics
from mnist_core.store.own_digits import OwnDigits
from mnist_core.store.repeats import RepeatsStore
from mnist_core.store.results import Results
from mnist_core.store.runs import Runs
from mnist_core.store.sweeps import Sweeps
from mnist_core.store.workers import Workers


class Store:
    """The runs folder, part by part. Each method of a part is one transaction.

    `database_url` names a PostgreSQL database that takes the place of the folder's own file. Raises `DigitLabError`
    where the folder or the database cannot be read or written.
    """

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder, self.database_url = folder, database_url
        self.database = database = Database(folder, database_url)
        self.files = RunFiles(folder)
        self.runs = Runs(database, self.files)
        self.metrics = Metrics(database)
        self.control = Controls(database)
        self.workers = Workers(database, self.files)
        self.repeats = RepeatsStore(database, self.files)
        self.sweeps = Sweeps(database, self.files)
        self.fine_tuning = FineTuning(database)
        self.results = Results(database)
        self.digits = OwnDigits(database)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """The store that the settings name."""
        return cls(settings.runs_dir, settings.database_url)
