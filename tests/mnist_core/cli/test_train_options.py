"""`train` has an option for each hyperparameter, and what is given reaches the run."""

import pytest
import typer.main
from typer.testing import CliRunner

from mnist_core.cli.output import app
from mnist_core.config import HYPERPARAMETERS, TrainingConfig, configure
from mnist_core.jobs import worker
from mnist_core.store import Store
from tests.mnist_core.other_values import other_value


def trained(monkeypatch: pytest.MonkeyPatch, store: Store, *arguments: str) -> TrainingConfig:
    """The configuration of the run that `train` creates; nothing is trained."""
    monkeypatch.setattr(worker, "execute", lambda *_: None)
    done = CliRunner().invoke(app, ["train", *arguments])
    assert done.exit_code == 0, done.output
    return store.runs.all()[0].config


def test_each_hyperparameter_is_an_option_with_its_help() -> None:
    options = {option.name: option for option in typer.main.get_command(app).commands["train"].params}  # type: ignore[attr-defined]

    for name, field in HYPERPARAMETERS.items():
        assert options[name].opts == [f"--{name.replace('_', '-')}"]
        assert options[name].help == field.option_help
        assert options[name].default is None
    assert [name for name in options if name not in HYPERPARAMETERS and not options[name].hidden] == [
        *("preset", "name", "json_")
    ]


@pytest.mark.parametrize("name", HYPERPARAMETERS)
def test_what_is_given_reaches_the_run(name: str, monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    value = other_value(name)
    text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)

    config = trained(monkeypatch, store, f"--{name.replace('_', '-')}", text)

    assert config == configure(**{name: value}) != configure()


def test_hidden_layers_can_be_left_out(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    assert trained(monkeypatch, store, "--hidden-sizes", "").hidden_sizes == ()


def test_an_option_can_be_called_by_its_former_name(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    config = trained(monkeypatch, store, "--preset", "drawing", "--drawn", "7")

    assert config == configure("drawing", synthetic_digits=7)
    assert "--drawn" not in CliRunner().invoke(app, ["train", "--help"]).output
