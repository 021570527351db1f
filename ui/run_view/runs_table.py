"""Runs as a table for people."""

import pandas as pd

from mnist_core.config import TrainingConfig, labels
from mnist_core.config.labels import ACTIVATIONS, LOSSES, OPTIMISERS
from mnist_core.formatting import percent
from mnist_core.store import Run


def runs_table(runs: list[Run]) -> pd.DataFrame:
    """One row a run: name, status, accuracy on validation and test images, duration, data set, settings."""
    return pd.DataFrame(
        {
            "Name": [run.name for run in runs],
            "Status": [run.status for run in runs],
            "Validation": [percent(run.validation_accuracy) for run in runs],
            "Test": [_tested(run) for run in runs],
            "Test set opened": [run.test_openings for run in runs],
            "Duration": [f"{run.seconds:.1f} s" for run in runs],
            "Data set": [run.data_set for run in runs],
            "Settings": [settings_line(run.config) for run in runs],
        }
    )


def differing_settings(runs: list[Run]) -> pd.DataFrame:
    """One row a run: its name, the settings in which these runs differ, and its results."""
    settings = pd.DataFrame([labels.settings(run.config) for run in runs])
    differing = settings.loc[:, settings.nunique() > 1]
    return pd.DataFrame(
        {
            "Name": [run.name for run in runs],
            **{labels.setting_name(key): differing[key] for key in differing},
            "Last loss": ["" if run.final_loss is None else f"{run.final_loss:.4f}" for run in runs],
            "Training": [percent(run.training_accuracy) for run in runs],
            "Validation": [percent(run.validation_accuracy) for run in runs],
            "Test": [_tested(run) for run in runs],
            "Test set opened": [run.test_openings for run in runs],
            "Duration": [f"{run.seconds:.1f} s" for run in runs],
            "Data set": [run.data_set for run in runs],
        }
    )


def settings_line(config: TrainingConfig) -> str:
    """The settings in one line; what is off or 0 is left out."""
    layers = ("CNN " if config.network == "cnn" else "") + "-".join(map(str, config.linear_sizes))
    augmentation = [
        f"{name} {value:g}{unit}"
        for name, value, unit in (
            ("rotation", config.rotation, "°"),
            ("scale", 100 * config.scale, " %"),
            ("shear", config.shear, "°"),
            ("shift", config.shift, " px"),
            ("distortion", config.distortion, " px"),
            ("thickness", 100 * config.thickness, " %"),
        )
        if value
    ]
    momentum = f", momentum {config.momentum:g}" if config.optimiser == "sgd" else ""
    epochs = "1 epoch" if config.epochs == 1 else f"{config.epochs} epochs"
    others = [
        ", one cycle" if config.schedule == "one_cycle" else "",
        *(f", {change}" for change in augmentation),
        f", {config.drawn:,} drawn digits" if config.drawn else "",
        f", {config.non_digits:,} drawn shapes that are none" if config.non_digits else "",
        f", weight decay {config.weight_decay:g}" if config.weight_decay else "",
        f", {100 * config.validation_share:.0f} % for validation" if config.validation_share else "",
        f", {config.train_size:,} images" if config.train_size else "",
        f", seed {config.seed}" if config.seed else "",
    ]
    return (
        f"{layers}, {ACTIVATIONS[config.activation]}, {LOSSES[config.loss].lower()}, {OPTIMISERS[config.optimiser]} "
        f"{config.learning_rate:g}{momentum}, batches of {config.batch_size}, {epochs}{''.join(others)}"
    )


def _tested(run: Run) -> str:
    """The accuracy on test images, and of which data set where it was trained on another one."""
    elsewhere = run.test_accuracy is not None and run.test_data_set not in ("", run.data_set)
    return percent(run.test_accuracy) + (f" of {run.test_data_set}" if elsewhere else "")
