"""What pages load once and keep: the settings, the store, the executor and the data set."""

import importlib
import threading

import streamlit as st

from mnist_core import data
from mnist_core import settings as environment
from mnist_core.data import DataSet
from mnist_core.jobs.executor import Executor
from mnist_core.settings import Settings
from mnist_core.store import Store


def settings() -> Settings:
    return environment.load()


def store() -> Store:
    return _store(settings())


def executor() -> Executor:
    return _executor(settings())


def data_set() -> DataSet:
    """The data set in use; `mnist_core.data` keeps it in memory."""
    with st.spinner("Loading the digits"):
        return data.load(settings().data_dir)


@st.cache_resource(show_spinner=False)
def import_torch_ahead() -> None:
    """Import torch in the background, so that the first page that needs it does not wait 2.5 s."""
    threading.Thread(target=importlib.import_module, args=("ui.predictors",), daemon=True).start()


@st.cache_resource(show_spinner=False, hash_funcs={Settings: repr})
def _store(settings: Settings) -> Store:
    return Store(settings.runs_dir)


@st.cache_resource(show_spinner=False, hash_funcs={Settings: repr})
def _executor(settings: Settings) -> Executor:
    return Executor(_store(settings), settings)
