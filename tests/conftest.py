"""Every test has runs of its own and the embedded digits; full MNIST only where a test asks for it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mnist_core import data, settings
from mnist_core.data import DataSet
from mnist_core.settings import Settings
from mnist_core.store import Store
from tests import made_data_set
from tests.postgresql import PostgreSQL, empty, programs, shared_server

# As it was when pytest started: the tests themselves see an empty folder.
_DATA_DIR = Path(os.environ.get("MNIST_DATA_DIR", "data")).absolute()


@pytest.fixture(autouse=True)
def folders_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("lab")
    monkeypatch.setenv("MNIST_RUNS_DIR", str(folder / "runs"))
    monkeypatch.setenv("MNIST_DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("MNIST_DATA_SET", data.EMBEDDED)
    for variable in ("MNIST_MAX_WORKERS", "MNIST_DATABASE_URL"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture(scope="session")
def empty_runs_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that has its tables, which take nine times as long to make as to copy."""
    return Store(tmp_path_factory.mktemp("empty") / "runs").folder


@pytest.fixture
def store(empty_runs_dir: Path) -> Store:
    """The runs of this test."""
    return Store(shutil.copytree(empty_runs_dir, settings.load().runs_dir))


@pytest.fixture
def use_threads() -> Iterator[Callable[[int], None]]:
    """Set how many threads PyTorch computes with; after the test they are as many as before."""
    import torch  # not for tests that need none of it

    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[PostgreSQL]:
    """A PostgreSQL server; a test that needs it is skipped where none is installed."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    own_folder = tmp_path_factory.getbasetemp()
    with shared_server(own_folder if worker_id == "master" else own_folder.parent) as server:
        yield server


@pytest.fixture(scope="session")
def _postgresql_database(postgresql: PostgreSQL) -> Iterator[str]:
    """A database for all tests of this process, as it takes a fifth of a second to make and to drop one."""
    with postgresql.database("lab") as url:
        yield url


@pytest.fixture
def postgresql_url(_postgresql_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database on PostgreSQL without any rows, which the settings name too."""
    empty(_postgresql_database)
    monkeypatch.setenv("MNIST_DATABASE_URL", _postgresql_database)
    return _postgresql_database


@pytest.fixture
def old_folder() -> Path:
    """A runs folder from before its tables had versions: six runs, two own digits and some results."""
    folder = settings.load().runs_dir
    shutil.copytree(Path(__file__).parent / "mnist_core" / "store" / "runs_of_version_0", folder)
    return folder


@pytest.fixture
def old_store(old_folder: Path) -> Store:
    return Store(old_folder)


@pytest.fixture(scope="session")
def embedded() -> DataSet:
    """The 5,000 digits that are always there."""
    return data.load_embedded()


@pytest.fixture(scope="session")
def full_mnist_dir() -> Path:
    """The folder of full MNIST; a test that needs it is skipped where there is none."""
    if not data.raw_folder(_DATA_DIR).is_dir():
        pytest.skip("full MNIST is not in MNIST_DATA_DIR")
    return _DATA_DIR


@pytest.fixture(scope="session")
def full_mnist(full_mnist_dir: Path) -> DataSet:
    return data.load(Settings(data_dir=full_mnist_dir), data.FULL)


@pytest.fixture(scope="session")
def fashion_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds made images in place of Fashion-MNIST's."""
    folder = tmp_path_factory.mktemp("fashion")
    made_data_set.write(folder)
    return folder


@pytest.fixture
def fashion(fashion_dir: Path, monkeypatch: pytest.MonkeyPatch) -> DataSet:
    """Made images in place of Fashion-MNIST's, in the data folder of this test."""
    monkeypatch.setenv("MNIST_DATA_DIR", str(fashion_dir))
    return data.load(settings.load(), made_data_set.NAME)
