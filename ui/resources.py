"""What pages load once and keep: the settings, the store, the executor and the data set."""

import gc
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import cache
from typing import Any

import streamlit as st

from mnist_core import DigitLabError, data, slow_imports
from mnist_core import settings as environment
from mnist_core.claims import Login
from mnist_core.data import DataSet, Digits, Identity
from mnist_core.jobs.executor import Executor
from mnist_core.settings import Settings
from mnist_core.store import UNKNOWN_DATA_SET, Person, Run, Store
from ui import login, query_params
from ui.errors import errors_shown
from ui.query_params import DATA_SET

_SEEN = "store-as-seen"
"""In the session: who it was made for, and the store."""
HASH_FUNCS: dict[str | type, Callable[[Any], object]] = {
    DataSet: lambda data_set: data_set.checksum,
    Digits: lambda digits: digits.checksum,
    Settings: lambda settings: settings.model_dump_json(),
    Store: lambda store: (str(store.folder), store.database_url),
    # By their names, since importing them imports torch.
    "mnist_core.evaluation.classifier.NetworkClassifier": lambda classifier: classifier.key,
    "mnist_core.evaluation.classifier.KNNClassifier": lambda classifier: classifier.key,
}
"""What tells two of a kind apart in Streamlit's caches."""


def settings() -> Settings:
    return _settings(*map(os.environ.get, environment.VARIABLES.values()))


def whole_store() -> Store:
    """The store without a person's rules: for what is read once for all sessions.

    It is for pages that have got their run, or their sweep, from `store`.
    """
    return _store(settings())


def person() -> Person | None:
    """Who uses this session; None on a server without login."""
    return store().access.person


def store() -> Store:
    """The store as the person of this session may see and change it; `DigitLabError` where nobody is logged in."""
    who = login.identity(settings())
    if who is None:
        return whole_store()
    known: tuple[Login, Settings, Store] | None = st.session_state.get(_SEEN)
    if known is None or known[:2] != (who, settings()):
        person = whole_store().people.sign_in(who.issuer, who.subject, who.name, teacher=who.teacher)
        known = st.session_state[_SEEN] = (who, settings(), whole_store().as_seen_by(person))
    return known[2]


def callback(action: Callable[..., object]) -> Callable[..., None]:
    """The action for the callback of a control: its errors are shown, and nothing is done where the login has ended."""

    @errors_shown()
    def act(*arguments: object) -> None:
        store()  # the control was shown before, and the action may have kept a store from then
        action(*arguments)

    return act


def is_unlimited() -> bool:
    """Whether this session may change what belongs to everybody: a teacher's, and any without login."""
    return store().access.is_unlimited


def executor() -> Executor:
    return _executor(settings()).on_behalf_of(store())


def identity() -> Identity:
    """The data set that this session works on: the chosen one, or that of the settings."""
    return data.identify(settings(), st.session_state.get(DATA_SET))


def works_on(name: str) -> bool:
    """Whether the data set of that name is the one that this session works on; no where that cannot be used."""
    with suppress(DigitLabError):
        return identity().name == name
    return False


def uses_digits() -> bool:
    """Whether this session works on a data set of digits; yes where its data set cannot be used, as by default."""
    with suppress(DigitLabError):
        return identity().of_digits
    return True


def data_set() -> DataSet:
    """The data set that this session works on; `mnist_core.data` keeps it in memory."""
    return _loaded(st.session_state.get(DATA_SET))


def drawing_data_set() -> DataSet:
    """The digits that drawings are read with: those of this session's data set, or others where it is of none."""
    return _loaded(data.identify_digits(settings(), st.session_state.get(DATA_SET)).name)


def data_set_of(run: Run) -> DataSet:
    """The data set that a run was trained on; `DigitLabError` where it is not there any more."""
    return _loaded(run.data_set)


def trained_on_digits(runs: Iterable[Run]) -> list[Run]:
    """Those of the runs that were trained on digits, without those whose data set was deleted.

    Files that do not state their data set are from before there were others.
    """
    folder, runs = store().folder, list(runs)
    # Thousands of runs are on a few data sets.
    sets = {name: data.describe(name, folder) for name in {run.data_set for run in runs}}
    of_digits = {name for name, known in sets.items() if (known.of_digits if known else name == UNKNOWN_DATA_SET)}
    return [run for run in runs if run.data_set in of_digits]


def link_to(run: Run) -> dict[str, str]:
    """The address of a link to a page about a run, on the data set of the run where that is there."""
    if not works_on(run.data_set) and run.data_set in {there.name for there in data.available(settings())}:
        return {DATA_SET: run.data_set, "run": str(run.id)}
    return query_params.link(run=str(run.id))


def runs_to_choose(*keys: str) -> list[Run]:
    """The listed runs and those that the address or this session names under these keys, newest first.

    So one can also choose a run that somebody has shared by its address.
    """
    runs = store().runs
    listed = runs.all()
    asked = query_params.ids(*keys) - {run.id for run in listed}
    return sorted([*listed, *runs.get_all(asked)], key=lambda run: -run.id) if asked else listed


def finished_runs(runs: Sequence[Run] | None = None) -> list[Run]:
    """Those of the runs, None for all, newest first, that have finished and whose network is there."""
    files = store().files
    return [
        run
        for run in (store().runs.all() if runs is None else runs)
        if run.status == "finished" and files.network_path(run.id).exists()
    ]


@cache
def import_torch_ahead() -> None:
    """Import torch in the background, once, so that the first page that needs it does not wait 2.5 s."""
    threading.Thread(target=_import_torch, daemon=True).start()


@contextmanager
def starting_pytorch() -> Iterator[None]:
    """Around what a page imports that needs PyTorch, for which the first one on a server waits."""
    with st.spinner("Starting PyTorch"), slow_imports.one_at_a_time:
        yield


def _import_torch() -> None:
    slow_imports.load("ui.predictors")
    gc.collect()
    gc.freeze()  # what is imported stays; to look through all of it again stopped every page for 0.3 s


def _loaded(name: str | None) -> DataSet:
    loaded: set[str | None] = st.session_state.setdefault("loaded-data-sets", set())
    # Once a session, since a spinner starts a thread and sends two messages, which each run of a page would wait for.
    with nullcontext() if name in loaded else st.spinner("Loading the images"):
        data_set = data.load(settings(), name)
    loaded.add(name)
    return data_set


# Every poll of every session asks for them.
@cache
def _settings(*_values: str | None) -> Settings:
    return environment.load()


@cache
def _store(settings: Settings) -> Store:
    return Store.open(settings)


# Not `cache`, which two threads could let make two.
@st.cache_resource(show_spinner=False, hash_funcs=HASH_FUNCS)
def _executor(settings: Settings) -> Executor:
    return Executor(_store(settings), settings)
