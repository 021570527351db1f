"""Settings come from the environment; without one there are defaults, and a wrong one is named in one sentence."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from mnist_core import DigitLabError, settings


@pytest.fixture(autouse=True)
def in_a_folder_without_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in settings.VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)


def test_by_default_data_and_runs_lie_in_the_working_folder_and_one_run_trains_at_a_time(tmp_path: Path) -> None:
    loaded = settings.load()

    assert loaded.data_dir == tmp_path / "data"
    assert loaded.runs_dir == tmp_path / "runs"
    assert loaded.max_workers == 1


def test_the_default_folders_are_absolute() -> None:
    loaded = settings.load()

    assert loaded.data_dir.is_absolute()
    assert loaded.runs_dir.is_absolute()


def test_the_environment_variables_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MNIST_DATA_DIR", str(tmp_path / "digits"))
    monkeypatch.setenv("MNIST_RUNS_DIR", str(tmp_path / "models"))
    monkeypatch.setenv("MNIST_MAX_WORKERS", "3")

    loaded = settings.load()

    assert (loaded.data_dir, loaded.runs_dir) == (tmp_path / "digits", tmp_path / "models")
    assert loaded.max_workers == 3


def test_a_relative_folder_is_taken_from_the_working_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MNIST_DATA_DIR", "shared/mnist")

    assert settings.load().data_dir == tmp_path / "shared" / "mnist"


def test_a_tilde_stands_for_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MNIST_RUNS_DIR", "~/runs")

    assert settings.load().runs_dir == tmp_path / "home" / "runs"


@pytest.mark.parametrize("variable", ["MNIST_DATA_DIR", "MNIST_RUNS_DIR"])
def test_a_home_folder_that_nobody_has_is_one_sentence_naming_the_variable(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "~nobody-of-this-name/mnist")

    with pytest.raises(DigitLabError, match=rf"\A[^\n]*{variable}[^\n]*\.\Z"):
        settings.load()


@pytest.mark.parametrize("value", ["0", "-1", "65", "two", "1.5"])
def test_a_bad_number_of_workers_is_one_sentence_naming_the_variable(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_MAX_WORKERS", value)

    with pytest.raises(DigitLabError, match=rf"\A[^\n]*MNIST_MAX_WORKERS is '{value}', but it should [^\n]*\.\Z"):
        settings.load()


@pytest.mark.parametrize("value", ["1", "64"])
def test_the_limits_of_the_number_of_workers_are_allowed(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_MAX_WORKERS", value)

    assert settings.load().max_workers == int(value)


def test_settings_cannot_be_changed_once_read() -> None:
    loaded = settings.load()

    with pytest.raises(ValidationError, match="frozen"):
        loaded.max_workers = 2


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_MAX_WORKERS", "")
    monkeypatch.setenv("MNIST_DATA_DIR", "")

    assert settings.load().max_workers == 1
    assert settings.load().data_dir.name == "data"


_PERSONS = "it should be e-mail addresses, @domains or ids at the login provider, with commas in between"


@pytest.mark.parametrize(
    ("variable", "value", "rule"),
    [
        ("MNIST_EXECUTOR", "slurm", "it should be 'local' or 'ray'"),
        ("MNIST_RAY_ADDRESS", "head", "it should be a host and a port, as in 127.0.0.1:6379"),
        ("MNIST_WORKER_CPUS", "0", "it should be greater than or equal to 1"),
        ("MNIST_WORKER_GPUS", "2", "it should be less than or equal to 1"),
        ("MNIST_TEACHERS", "a@b@c", _PERSONS),
        ("MNIST_TEACHERS", "a@", _PERSONS),
        ("MNIST_TEACHERS", "a@b.org;c@b.org", _PERSONS),
        ("MNIST_LEARNERS", "a@b.org c@b.org", _PERSONS),
        ("MNIST_LEARNERS", "One Two", _PERSONS),
        ("MNIST_LOGIN_HOURS", "0", "it should be greater than 0"),
        ("MNIST_LOGIN_HOURS", "721", "it should be less than or equal to 720"),
        ("MNIST_LOGIN_HOURS", "nan", "it should be less than or equal to 720"),
        ("MNIST_LOGIN_HOURS", "a day", "it should be a valid number, unable to parse string as a number"),
    ],
)
def test_a_cluster_or_a_login_that_is_set_up_wrongly_is_one_sentence_naming_the_variable(
    variable: str, value: str, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(DigitLabError, match=f"^The environment variable {variable} is '{value}', but {rule}.$"):
        settings.load()


def test_teachers_and_learners_are_lists_and_by_default_nobody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (settings.load().teacher_list, settings.load().learner_list) == ((), ())
    assert settings.load().login_hours == 12

    monkeypatch.setenv("MNIST_TEACHERS", " t@school.org, auth0|17 ,")
    monkeypatch.setenv("MNIST_LEARNERS", "@school.org,18")
    monkeypatch.setenv("MNIST_LOGIN_HOURS", "0.75")

    loaded = settings.load()

    assert loaded.teacher_list == ("t@school.org", "auth0|17")
    assert loaded.learner_list == ("@school.org", "18")
    assert loaded.login_hours == 0.75
