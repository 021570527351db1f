"""Everything in one runs folder."""

from pathlib import Path

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

    Raises `DigitLabError` where the folder cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        database = Database(folder)
        self.files = RunFiles(folder)
        self.runs = Runs(database, self.files)
        self.metrics = Metrics(database)
        self.control = Controls(database)
        self.workers = Workers(database)
        self.repeats = RepeatsStore(database, self.files)
        self.sweeps = Sweeps(database, self.files)
        self.fine_tuning = FineTuning(database)
        self.results = Results(database)
        self.digits = OwnDigits(database)
