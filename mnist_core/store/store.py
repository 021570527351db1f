"""Everything in one runs folder and its database."""

from pathlib import Path
from typing import Self

from mnist_core.settings import Settings
from mnist_core.store.access import Access
from mnist_core.store.assignments import Assignments
from mnist_core.store.classroom import Classroom
from mnist_core.store.controls import Controls
from mnist_core.store.database import Database
from mnist_core.store.files import RunFiles
from mnist_core.store.fine_tuning import FineTuning
from mnist_core.store.limits import NO_LIMITS, Limits
from mnist_core.store.metrics import Metrics
from mnist_core.store.own_digits import OwnDigits
from mnist_core.store.people import People
from mnist_core.store.person import Person
from mnist_core.store.repeats import RepeatsStore
from mnist_core.store.results import Results
from mnist_core.store.runs import Runs
from mnist_core.store.sweeps import Sweeps
from mnist_core.store.workers import Workers


class Store:
    """The runs folder, part by part. Each method of a part is one transaction.

    `database_url` names a PostgreSQL database that takes the place of the folder's own file; `limits` are those of each
    person for whom a teacher has set no others. Raises `DigitLabError` where the folder or the database cannot be read
    or written.
    """

    def __init__(self, folder: Path, database_url: str = "", limits: Limits = NO_LIMITS) -> None:
        self.folder, self.database_url, self.limits = folder, database_url, limits
        self._make_parts(Database(folder, database_url), Access(None, limits))

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """The store that the settings name."""
        limits = Limits(settings.runs_per_person, settings.megabytes_per_person)
        return cls(settings.runs_dir, settings.database_url, limits)

    def as_seen_by(self, person: Person) -> "Store":
        """The same store, in which each part allows what that person may do; see `access`."""
        seen = Store.__new__(Store)
        seen.folder, seen.database_url, seen.limits = self.folder, self.database_url, self.limits
        seen._make_parts(self.database, Access(person, self.limits))
        return seen

    def _make_parts(self, database: Database, access: Access) -> None:
        self.database, self.access = database, access
        self.files = RunFiles(self.folder)
        self.people = People(database, access)
        self.classroom = Classroom(database, access)
        self.assignments = Assignments(database, access)
        self.runs = Runs(database, self.files, access)
        self.metrics = Metrics(database, access)
        self.control = Controls(database, access)
        self.workers = Workers(database, self.files, access)
        self.repeats = RepeatsStore(database, self.files, access)
        self.sweeps = Sweeps(database, self.files, access)
        self.fine_tuning = FineTuning(database, access)
        self.results = Results(database, access)
        self.digits = OwnDigits(database, access)
