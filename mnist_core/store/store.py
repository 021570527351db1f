"""The runs in one folder: SQLite in WAL mode, with the trained models beside it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import URL, create_engine, delete, event, func, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.store.schema import ALIVE_SECONDS, Base, Control, Metric, Run, Status, Worker

LONGEST_NAME = 60
"""Letters of a run's name."""


class Store:
    """The runs in one folder. Every method is one transaction; `DigitLabError` where the folder cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DigitLabError(
                f"The runs folder {folder} cannot be made ({error.strerror}); set MNIST_RUNS_DIR to another folder."
            ) from None
        engine = create_engine(URL.create("sqlite", database=str(folder / "runs.db")), connect_args={"timeout": 10})
        event.listen(engine, "connect", _prepare)
        self._session = sessionmaker(engine, expire_on_commit=False)
        with self._transaction():
            Base.metadata.create_all(engine)

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        try:
            with self._session.begin() as session:
                yield session
        except DBAPIError as error:
            raise DigitLabError(
                f"The runs folder {self.folder} cannot be used ({error.orig}); "
                "free some space or set MNIST_RUNS_DIR to a folder that can be written."
            ) from None

    # Runs

    def create(self, config: TrainingConfig, data_set: str, name: str = "", state: Status = "queued") -> Run:
        """Add a run; a queued one is taken by the next free worker."""
        with self._transaction() as session:
            now = time.time()
            run = Run(
                name=_checked(name),
                settings=config.model_dump(mode="json"),
                data_set=data_set,
                state=state,
                created=now,
            )
            run.started = run.reported = now if state == "running" else None
            session.add(run)
            session.flush()
            run.name = run.name or f"Run {run.id}"
            session.add(Control(run_id=run.id, wanted="run"))
            return run

    def get(self, run_id: int) -> Run:
        with self._transaction() as session:
            return _require(session, run_id)

    def find(self, reference: str) -> Run:
        """The run that `reference` names: an id, or `latest` for the last one that finished."""
        if reference == "latest":
            run = self.latest_finished()
            if run is None:
                raise DigitLabError("No run has finished yet; train one first.")
            return run
        # SQLite's integers have 19 digits at most.
        if not reference.isdecimal() or len(reference) > 18:
            raise DigitLabError(f"There is no run {reference[:30]}; give the number of one, or 'latest'.")
        return self.get(int(reference))

    def runs(self) -> list[Run]:
        """All runs, newest first, without their logs."""
        with self._transaction() as session:
            return list(session.scalars(select(Run).order_by(Run.id.desc())))

    def latest_finished(self) -> Run | None:
        with self._transaction() as session:
            return session.scalar(select(Run).where(Run.state == "finished").order_by(Run.id.desc()).limit(1))

    def in_progress(self) -> list[Run]:
        """Runs that are queued or running, oldest first."""
        with self._transaction() as session:
            runs = session.scalars(select(Run).where(Run.state.in_(("queued", "running"))).order_by(Run.id))
            return [run for run in runs if run.in_progress]

    def rename(self, run_id: int, name: str) -> None:
        if not _checked(name):
            raise DigitLabError("A run needs a name; type at least one letter.")
        with self._transaction() as session:
            _require(session, run_id).name = _checked(name)

    def delete(self, run_id: int) -> None:
        """Remove a run, its metrics and its model; a run in progress has to be stopped first."""
        with self._transaction() as session:
            run = _require(session, run_id)
            if run.in_progress:
                raise DigitLabError(f"{run.name} is in progress; stop it first, then delete it.")
            session.delete(run)
        self.model_path(run_id).unlink(missing_ok=True)

    def model_path(self, run_id: int) -> Path:
        """Where the trained network of a run is kept."""
        return self.folder / f"run-{run_id}.safetensors"

    def opened_test_set(self, run_id: int, accuracy: float) -> Run:
        """Count that the test set was opened for this run, and keep what came out."""
        with self._transaction() as session:
            run = _require(session, run_id)
            # Counted in the database, because two pages may open it at the same moment.
            run.test_openings = Run.test_openings + 1
            run.test_accuracy = accuracy
            session.flush()
            session.refresh(run)
            return run

    # Steering

    def stop(self, run_id: int) -> None:
        """Ask a run to stop: a queued one does at once, a running one at its worker's next look."""
        with self._transaction() as session:
            _require(session, run_id)
            session.execute(update(Control).where(Control.run_id == run_id).values(wanted="stop"))
            session.execute(update(Run).where(Run.id == run_id, Run.state == "queued").values(state="stopped"))

    def wanted(self, run_id: int) -> str:
        """What a person wants of a run: `run` or `stop`; `stop` too where the run is no more."""
        with self._transaction() as session:
            return session.scalar(select(Control.wanted).where(Control.run_id == run_id)) or "stop"

    # The worker's side

    def claim(self) -> Run | None:
        """Take the oldest queued run, if there is one; no two workers get the same."""
        with self._transaction() as session:
            oldest = select(func.min(Run.id)).where(Run.state == "queued").scalar_subquery()
            now = time.time()
            return session.scalar(
                update(Run).where(Run.id == oldest).values(state="running", started=now, reported=now).returning(Run)
            )

    def report(self, run_id: int, curves: dict[str, tuple[range | list[int], list[float]]], **columns: Any) -> None:
        """Store new points, `{curve: (steps, values)}`, and new values of the run's columns."""
        rows = [
            {"run_id": run_id, "name": name, "step": step, "value": value}
            for name, (steps, values) in curves.items()
            for step, value in zip(steps, values, strict=True)
        ]
        with self._transaction() as session:
            if rows:
                session.execute(insert(Metric), rows)
            session.execute(update(Run).where(Run.id == run_id).values(reported=time.time(), **columns))

    def announce(self, worker_id: int, device: dict[str, Any]) -> None:
        """A worker says that it is alive and which device it found."""
        with self._transaction() as session:
            session.execute(delete(Worker).where(Worker.reported < time.time() - ALIVE_SECONDS))
            session.merge(Worker(id=worker_id, reported=time.time(), device=device))

    def device(self) -> dict[str, Any] | None:
        """The device that the newest live worker found; None while no worker is up."""
        with self._transaction() as session:
            alive = select(Worker.device).where(Worker.reported > time.time() - ALIVE_SECONDS)
            return session.scalar(alive.order_by(Worker.reported.desc()).limit(1))

    # Curves

    def curve(self, run_id: int, name: str, after: int = -1) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Steps and values of one curve, in order, those after step `after`: two arrays of one length."""
        with self._transaction() as session:
            rows = session.execute(
                select(Metric.step, Metric.value)
                .where(Metric.run_id == run_id, Metric.name == name, Metric.step > after)
                .order_by(Metric.step)
            ).all()
        return np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.float64)


def _require(session: Session, run_id: int) -> Run:
    run = session.get(Run, run_id)
    if run is None:
        raise DigitLabError(f"There is no run {run_id}; see the list of runs.")
    return run


def _checked(name: str) -> str:
    """A name on one line."""
    line = " ".join(name.split())
    if len(line) > LONGEST_NAME:
        raise DigitLabError(f"A run's name has at most {LONGEST_NAME} letters; this one has {len(line)}.")
    return line


def _prepare(connection: Any, _record: Any) -> None:
    """Readers and one writer at the same time; a power cut loses the last moments, never the file."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
