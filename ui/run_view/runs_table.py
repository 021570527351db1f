"""Tables of runs as pages show them: every run, and those that are compared."""

from typing import Any

import pandas as pd

from mnist_core.config import HYPERPARAMETERS
from mnist_core.formatting import percent
from mnist_core.store import Person, Run


def runs_table(runs: list[Run], viewer: Person | None) -> pd.DataFrame:
    """One row a run: name, status, accuracy on validation and test images, duration, data set, settings, and why it
    ended early; `viewer` is None on a server without login."""
    return pd.DataFrame(
        {"Name": [run.name for run in runs], "Status": ["brought in" if run.imported else run.status for run in runs]}
        | _owners(runs, viewer)
        | _results(runs)
        | {"Settings": [run.config.summary for run in runs]}
        | _reasons(runs)
    )


def differing_settings(runs: list[Run], viewer: Person | None) -> pd.DataFrame:
    """One row a run: its name, the settings in which these runs differ, and its results."""
    settings = pd.DataFrame([run.config.texts for run in runs])
    differing = settings.loc[:, settings.nunique() > 1]
    return pd.DataFrame(
        {"Name": [run.name for run in runs]}
        | _owners(runs, viewer)
        | {HYPERPARAMETERS[key].title: differing[key] for key in differing}
        | {
            "Last loss": ["" if run.final_loss is None else f"{run.final_loss:.4f}" for run in runs],
            "Training": [percent(run.training_accuracy) for run in runs],
        }
        | _results(runs)
    )


def _results(runs: list[Run]) -> dict[str, Any]:
    """The columns that all tables of runs have in common."""
    return {
        "Validation": [percent(run.validation_accuracy) for run in runs],
        "Test": [_test_accuracy(run) for run in runs],
        # Empty where it is not known.
        "Test set opened": pd.array(
            [run.test_openings or (None if run.trained_elsewhere else 0) for run in runs], "Int64"
        ),
        "Duration": ["" if run.imported else f"{run.seconds:.1f} s" for run in runs],
        "Data set": [run.data_set for run in runs],
    }


def _owners(runs: list[Run], viewer: Person | None) -> dict[str, Any]:
    """Whose the runs are, a column of its own where one is somebody else's."""
    if viewer is None or all(run.owner_id == viewer.id for run in runs):
        return {}
    return {"Owner": [run.owner.name if run.owner else "" for run in runs]}


def _reasons(runs: list[Run]) -> dict[str, Any]:
    """Why runs ended early, a column of its own where one did."""
    reasons = [run.pruned_because or run.error for run in runs]
    return {"Reason": reasons} if any(reasons) else {}


def _test_accuracy(run: Run) -> str:
    """The accuracy on test images, with their data set where it is not the one that the run was trained on."""
    other_data_set = run.test_accuracy is not None and run.test_data_set not in ("", run.data_set)
    return percent(run.test_accuracy) + (f" of {run.test_data_set}" if other_data_set else "")
