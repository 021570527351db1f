import subprocess
import sys
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import settings
from mnist_core.config import TrainingConfig
from mnist_core.jobs.executor import Executor
from mnist_core.store import Store


def texts(app: AppTest) -> str:
    return " ".join(element.value for element in [*app.markdown, *app.caption, *app.info, *app.subheader])


def test_says_what_to_do_first_and_which_data_set_is_in_use(open_page: Callable[..., AppTest]) -> None:
    app = open_page("streamlit_app.py")

    assert app.markdown[0].value.startswith("Train networks on")  # Streamlit writes strings that stand alone
    assert "1. Train a network" in texts(app)
    assert "The embedded 5,000 MNIST digits: 4,000 for training, 1,000 for test." in texts(app)
    assert "No network has been trained yet" in texts(app)


def test_shows_the_last_runs_and_the_device(open_page: Callable[..., AppTest], store: Store) -> None:
    store.runs.create(TrainingConfig(), "MNIST-5000", "First steps", state="finished")
    store.workers.announce("one", {"name": "CPU", "reason": "no NVIDIA driver", "memory": 0, "threads": 2,
                       "torch_version": "2.14.1", "build": "CPU"})  # fmt: skip

    app = open_page("streamlit_app.py")

    assert app.dataframe[0].value["Name"].tolist() == ["First steps"]
    assert "**CPU** (no NVIDIA driver), 2 threads. PyTorch 2.14.1" in app.sidebar.caption[1].value


def test_a_runs_folder_that_cannot_be_made_is_one_sentence(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_RUNS_DIR", "/proc/nowhere")

    app = open_page("streamlit_app.py")

    assert r"set MNIST\_RUNS\_DIR to another folder" in app.error[0].value


def test_shows_the_runs_of_a_postgresql_database(open_page: Callable[..., AppTest], postgresql_url: str) -> None:
    Store(settings.load().runs_dir, postgresql_url).runs.create(TrainingConfig(), "MNIST-5000", "Far", state="finished")

    app = open_page("streamlit_app.py")

    assert not app.exception
    assert app.dataframe[0].value["Name"].tolist() == ["Far"]


def test_a_database_that_cannot_be_reached_is_one_sentence(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_DATABASE_URL", "postgresql://lab:sesame@127.0.0.1:1/lab")

    app = open_page("streamlit_app.py")

    assert not app.exception
    assert "No PostgreSQL server can be reached on 127.0.0.1:1" in app.error[0].value.replace("\\", "")
    assert "sesame" not in app.error[0].value


def test_what_keeps_the_workers_of_a_cluster_away_stands_in_the_sidebar_and_the_page_is_usable(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "No Ray head answers at 127.0.0.1:6379."
    monkeypatch.setattr(Executor, "trouble", sentence)

    app = open_page("streamlit_app.py")

    assert [warning.value.replace("\\", "") for warning in app.sidebar.warning] == [sentence]
    assert not app.error


def test_first_paint_does_not_import_torch() -> None:
    script = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "from mnist_core.jobs.executor import Executor\n"
        "Executor.keep_workers = lambda self: None\n"
        "app = AppTest.from_file('streamlit_app.py').run(timeout=300)\n"
        "assert not app.exception and app.title[0].value == 'Digit Lab'\n"
        "sys.exit('torch' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
