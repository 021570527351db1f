"""What pages load once and keep: the settings, the store, the executor and the data set."""

import importlib
import os
import threading
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import streamlit as st

from mnist_core import data
from mnist_core import settings as environment
from mnist_core.data import DataSet, Digits
from mnist_core.jobs.executor import Executor
from mnist_core.settings import Settings
from mnist_core.store import Run, Store

HASH_FUNCS: dict[str | type, Callable[[Any], object]] = {
    DataSet: lambda data_set: data_set.checksum,
    Digits: lambda digits: digits.checksum,
    Settings: repr,
    Store: lambda store: str(store.folder),
    # By their names, since importing them imports torch.
    "mnist_core.evaluation.classifier.NetworkClassifier": lambda classifier: classifier.key,
    "mnist_core.evaluation.classifier.KNNClassifier": lambda classifier: classifier.key,
}
"""What tells two of a kind apart in Streamlit's caches."""


def settings() -> Settings:
    return _settings(*map(os.environ.get, environment.VARIABLES.values()))


def store() -> Store:
    return _store(settings())


def executor() -> Executor:
    return _executor(settings())


def data_set() -> DataSet:
    """The data set in use; `mnist_core.data` keeps it in memory."""
    with st.spinner("Loading the digits"):
        return data.load(settings())


def finished_runs(runs: Sequence[Run] | None = None) -> list[Run]:
    """Those of the runs, None for all, newest first, that have finished and whose network is there."""
    files = store().files
    return [
        run
        for run in (store().runs.all() if runs is None else runs)
        if run.status == "finished" and files.network_path(run.id).exists()
    ]


@st.cache_resource(show_spinner=False)
def import_torch_ahead() -> None:
    """Import torch in the background, so that the first page that needs it does not wait 2.5 s."""
    threading.Thread(target=importlib.import_module, args=("ui.predictors",), daemon=True).start()


# Every poll of every session asks for them.
@cache
def _settings(*_values: str | None) -> Settings:
    return environment.load()


@cache
def _store(settings: Settings) -> Store:
    return Store(settings.runs_dir)


# Not `cache`, which two threads could let make two.
@st.cache_resource(show_spinner=False, hash_funcs=HASH_FUNCS)
def _executor(settings: Settings) -> Executor:
    return Executor(_store(settings), settings)
