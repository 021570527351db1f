"""Where data and runs live, and how many runs train at a time: environment variables `MNIST_*`."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from mnist_core import DigitLabError


def _absolute(path: Path) -> Path:
    """Absolute, so that a worker process finds the same folders whatever its own working folder is."""
    try:
        return path.expanduser().absolute()
    except RuntimeError:
        raise ValueError("it should be a folder, and there is no such home folder") from None


Folder = Annotated[Path, AfterValidator(_absolute)]


class Settings(BaseSettings):
    """One variable a field, in capitals after `MNIST_`: `MNIST_DATA_DIR`, `MNIST_RUNS_DIR`, `MNIST_MAX_WORKERS`."""

    model_config = SettingsConfigDict(env_prefix="MNIST_", env_ignore_empty=True, frozen=True, validate_default=True)

    data_dir: Folder = Path("data")
    """Folder whose `MNIST/raw` holds the four IDX files of the full data set, as torchvision lays them out."""
    runs_dir: Folder = Path("runs")
    """Folder of the runs' database and of the trained models."""
    max_workers: int = Field(default=1, ge=1, le=64)
    """How many runs train at the same time; the others wait in order."""


def load() -> Settings:
    """Read the settings from the environment; `DigitLabError` names the first variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        variable = f"MNIST_{str(first['loc'][0]).upper()}"
        raise DigitLabError(
            f"The environment variable {variable} is {first['input']!r}, but {sentence_part(first['msg'])}."
        ) from None


def sentence_part(message: str) -> str:
    """Turn pydantic's `Input should be ...` into the middle of a sentence: `it should be ...`."""
    return message.removeprefix("Value error, ").replace("Input should", "it should").rstrip(".")
