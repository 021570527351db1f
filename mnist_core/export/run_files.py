"""The downloads of a run: its network, also as ONNX, its metrics as CSV, its training as a stand-alone PyTorch script.

Each says how often the test set was opened for the run.
"""

import pandas as pd
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from mnist_core import DigitLabError
from mnist_core.data import FULL, KNOWN, describe
from mnist_core.export.csv_table import csv_text
from mnist_core.export.pytorch_script import can_download, write_script
from mnist_core.store import UNKNOWN_DATA_SET, Run, Store

CURVES = ("loss", "training_loss", "training_accuracy", "validation_loss", "validation_accuracy")


def network_file(store: Store, run: Run) -> bytes:
    """The weights as a safetensors file, with the configuration and what `_metadata` says in its header.

    Raises `DigitLabError` where there is no network, or its file is damaged.
    """
    try:
        with safe_open(store.files.network_path(run.id), framework="np") as file:
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
            return save(weights, metadata=file.metadata() | _metadata(run))
    except (OSError, SafetensorError):
        raise DigitLabError(f"The network of {run.name} is missing or damaged; train it again.") from None


def onnx_file(store: Store, run: Run) -> bytes:
    """The network as an ONNX model from pixels to probabilities, with what `_metadata` says and its configuration.

    Raises `DigitLabError` where there is no network, its file is damaged, or its data set, which names the classes, is
    not here.
    """
    from mnist_core.export.onnx_file import write_onnx  # imports torch
    from mnist_core.training.networks import load_network

    data_set = KNOWN[FULL] if run.data_set == UNKNOWN_DATA_SET else describe(run.data_set, store.folder)
    if data_set is None:
        raise DigitLabError(
            f"{run.name} was trained on {run.data_set}, which is not here, so its classes have no names; bring that "
            "data set in again on the Data page."
        )
    network, config = load_network(store.files.network_path(run.id))
    metadata = _metadata(run) | {"config": config.model_dump_json()}
    return write_onnx(network, metadata, data_set.class_names)


def metrics_csv(store: Store, run: Run) -> str:
    """All metrics as CSV, one row per step; what is measured once per epoch is in the row of the epoch's last step.

    Accuracies are 0 to 1. `data_set` and `test_openings` are the same in all rows.
    """
    columns = {
        name: pd.Series(values, index=steps) for name in CURVES for steps, values in [store.metrics.curve(run.id, name)]
    }
    table = pd.DataFrame(columns).rename_axis("step")
    table.insert(1, "learning_rate", run.learning_rates(table.index - 1))
    table["data_set"] = run.data_set
    table["test_openings"] = run.test_openings
    return csv_text(table, index=True)


def has_script(run: Run) -> bool:
    """Whether a script can get the images that a run was trained on."""
    return not run.own_images and can_download(run.data_set)


def training_script(run: Run) -> str:
    """A PyTorch script that trains the same network for as many steps as the run did or, in progress, will do.

    Raises `DigitLabError` for a run that was brought in as a file, and for one on images of the user's own, digits or a
    data set, which a script does not contain.
    """
    if run.imported:
        raise DigitLabError(f"{run.name} was brought in as a file, which does not say how long it was trained.")
    if run.own_images:
        raise DigitLabError(
            f"{run.name} goes on with another run's network on digits of your own, which a script cannot hold; "
            "export the run that it goes on with."
        )
    return write_script(
        run.config,
        run.data_set,
        title=run.name,
        file_name=f"run-{run.id}.py",
        steps=run.steps if run.in_progress else run.step,
        changes=run.rates_by_hand,
        test_openings=run.test_openings,
    )


def _metadata(run: Run) -> dict[str, str]:
    """What files of a network say of the run that it is from."""
    return {"name": run.name, "data_set": run.data_set, "test_openings": str(run.test_openings)}
