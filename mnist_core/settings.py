"""Settings from the environment variables `MNIST_*`: the folders of data and runs, and the number of workers."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from mnist_core import DigitLabError


def _absolute(path: Path) -> Path:
    """Make a path absolute, so that a worker process with another working directory finds the same folder."""
    try:
        return path.expanduser().absolute()
    except RuntimeError:
        raise ValueError("it should be a folder, and there is no such home folder") from None


Folder = Annotated[Path, AfterValidator(_absolute)]


class Settings(BaseSettings):
    """One environment variable for each field: `MNIST_DATA_DIR`, `MNIST_RUNS_DIR`, `MNIST_MAX_WORKERS`."""

    model_config = SettingsConfigDict(env_prefix="MNIST_", env_ignore_empty=True, frozen=True, validate_default=True)

    data_dir: Folder = Path("data")
    """Folder whose `MNIST/raw` holds the four IDX files of the full data set, in torchvision's layout."""
    runs_dir: Folder = Path("runs")
    """Folder of the database and of the trained networks."""
    max_workers: int = Field(default=1, ge=1, le=64)
    """How many runs train at the same time; the others are queued."""


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
