"""Settings from the environment variables `MNIST_*`: folders, database, data set, workers, and who may log in."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from mnist_core import DigitLabError


def _absolute(path: Path) -> Path:
    """Make a path absolute, so that a worker process with another working directory finds the same folder."""
    try:
        return path.expanduser().absolute()
    except RuntimeError:
        raise ValueError("it should be a folder, and there is no such home folder") from None


def _host_and_port(address: str) -> str:
    if not re.fullmatch(r"\S+:\d{1,5}", address):
        raise ValueError("it should be a host and a port, as in 127.0.0.1:6379")
    return address


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in (part.strip() for part in text.split(",")) if part)


def _persons(text: str) -> str:
    if not all(re.fullmatch(r"[^@\s]+|[^@\s]*@[^@\s]+", part) for part in _listed(text)):
        raise ValueError("it should be e-mail addresses, @domains or ids at the login provider, with commas in between")
    return text


Folder = Annotated[Path, AfterValidator(_absolute)]


class Settings(BaseSettings):
    """One environment variable for each field: `MNIST_DATA_DIR`, `MNIST_DATA_SET` and so on."""

    model_config = SettingsConfigDict(env_prefix="MNIST_", env_ignore_empty=True, frozen=True, validate_default=True)

    data_dir: Folder = Path("data")
    """Folder in which data sets are looked for in any form, and downloaded to in torchvision's layout: `MNIST/raw`."""
    data_set: str = "MNIST"
    """Name of the data set to work on, upper or lower case."""
    runs_dir: Folder = Path("runs")
    """Folder of the database and of the trained networks."""
    database_url: str = Field(default="", repr=False)
    """A PostgreSQL database in place of the one in `runs_dir`: `postgresql://user:password@host:port/database`."""
    max_workers: int = Field(default=1, ge=1, le=64)
    """How many runs train at the same time; the others are queued."""
    executor: Literal["local", "ray"] = "local"
    """Where the workers are: processes beside the server, or on a Ray cluster."""
    ray_address: Annotated[str, AfterValidator(_host_and_port)] = "127.0.0.1:6379"
    """Host and port of the Ray cluster's head."""
    worker_cpus: int = Field(default=1, ge=1, le=1024)
    """Cores that a worker on Ray asks for, and threads that it trains with."""
    worker_gpus: float = Field(default=0.0, ge=0.0, le=1.0)
    """The part of a GPU that a worker on Ray asks for."""
    runs_per_person: int = Field(default=100, ge=1, le=100_000)
    """Runs that each person who has logged in may have in progress: queued, running or paused."""
    megabytes_per_person: int = Field(default=2_000, ge=1, le=100_000_000)
    """Disk space for the runs of each person who has logged in, in MB."""
    teachers: Annotated[str, AfterValidator(_persons)] = ""
    """Who is a teacher: e-mail addresses, `@domain` for all of one, and ids at the login provider."""
    learners: Annotated[str, AfterValidator(_persons)] = ""
    """Who else may use a server with login, in the same form; empty for everybody."""
    login_hours: float = Field(default=12.0, gt=0.0, le=720.0)
    """Hours after which one has to log in again."""

    @property
    def teacher_list(self) -> tuple[str, ...]:
        return _listed(self.teachers)

    @property
    def learner_list(self) -> tuple[str, ...]:
        return _listed(self.learners)

    @property
    def names_data_dir(self) -> bool:
        """Whether a person named the data folder; the default folder need not be there."""
        return "data_dir" in self.model_fields_set

    def as_variables(self) -> dict[str, str]:
        """The environment variables of what is not a default, for a process that is to have the same settings."""
        return {VARIABLES[field]: str(getattr(self, field)) for field in self.model_fields_set}


VARIABLES = {field: f"MNIST_{field.upper()}" for field in Settings.model_fields}
"""The environment variable of each field."""


def load() -> Settings:
    """Read the settings from the environment; `DigitLabError` names the first variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        variable, rule = VARIABLES[str(first["loc"][0])], sentence_part(first["msg"])
        raise DigitLabError(f"The environment variable {variable} is {first['input']!r}, but {rule}.") from None


def sentence_part(message: str) -> str:
    """Turn pydantic's `Input should be ...` into a clause: `it should be ...`."""
    return message.removeprefix("Value error, ").replace("Input should", "it should").rstrip(".")
