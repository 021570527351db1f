"""The controls of a sweep's plan, all of them in the address: what is varied, how, and for how long."""

from typing import Any

import streamlit as st

from mnist_core.config import HYPERPARAMETERS, PRESET_NAMES, PRESETS, Hyperparameter, TrainingConfig
from mnist_core.data import Identity
from mnist_core.formatting import duration
from mnist_core.store import Run
from mnist_core.sweep import EarlyStopping, Method, SweepPlan, Values, make_plan, suggest_values
from mnist_core.sweep.results import CONFIRMED, FRESH_SEEDS, expected_seconds
from mnist_core.sweep.values import FIXED, read_values
from ui import query_params, resources
from ui.errors import errors_shown
from ui.text import escape_markdown

METHODS: dict[Method, str] = {"tpe": "TPE", "random": "Random", "grid": "Grid"}
EARLY_STOPPING: dict[EarlyStopping, str] = {"halving": "Successive halving", "median": "Median", "none": "None"}
BUDGETS = ("runs", "epochs", "minutes")
_VARIABLE = [name for name in HYPERPARAMETERS if name not in FIXED]
_RUNS_FOR_PACE = 50  # the newest ones, from whose pace the time is estimated
_MOST_RUNS = 50  # that are offered to start from, the newest ones


def key(name: str) -> str:
    """The key of a control in session and address: the Train page has controls of the same names."""
    return f"sweep-{name}"


def choose_base() -> TrainingConfig:
    """The settings that are varied: those of a preset or of a run."""
    runs = _runs()
    names = PRESET_NAMES | {number: f"{run.name} (run {number})" for number, run in runs.items()}
    chosen = query_params.current_choice(
        key("base"), names, "tutorial", missing="There is no run or preset {} to start from; choose another one."
    )
    st.selectbox("Start from", list(names), key=key("base"), format_func=names.__getitem__, persist_state="session")
    return PRESETS[chosen] if chosen in PRESETS else runs[chosen].config


def choose_space() -> dict[str, Values] | None:
    """The varied hyperparameters with their values; None where some cannot be, each said under its control."""
    query_params.current_choices(
        key("vary"), _VARIABLE, ["learning_rate", "batch_size"], missing="There is no hyperparameter {} to vary."
    )
    chosen: list[str] = st.multiselect(
        "Vary",
        _VARIABLE,
        key=key("vary"),
        format_func=lambda name: HYPERPARAMETERS[name].title,
        placeholder="Choose hyperparameters",
        wrap=True,
        persist_state="session",
        help="Each setting that is tried has other values of these.",
    )
    space: dict[str, Values] = {}
    for name in chosen:
        with errors_shown():
            space[name] = read_values(name, _choose_values(HYPERPARAMETERS[name]))
    return space if len(space) == len(chosen) else None


def choose_plan(space: dict[str, Values] | None) -> SweepPlan | None:
    """How the values are chosen and for how long; None where that cannot be, which is said."""
    names = {str(value): label for value, label in (METHODS | EARLY_STOPPING).items()}
    keys = [key(name) for name in ("method", "early-stopping", "at-once", *BUDGETS)]
    with query_params.checked(keys, names):
        method = st.segmented_control(
            "Method",
            list(METHODS),
            required=True,
            default="tpe",
            key=key("method"),
            format_func=METHODS.__getitem__,
            bind="query-params",
            help="TPE tries 10 settings at random, then such as are like the better ones. Random tries any. A grid "
            "tries every combination.",
        )
        budget = _choose_budget()
        early_stopping = st.selectbox(
            "Early stopping",
            list(EARLY_STOPPING),
            key=key("early-stopping"),
            format_func=EARLY_STOPPING.__getitem__,
            bind="query-params",
            help="Successive halving looks at a run after 1, 3, 9 and so on epochs, and goes on where it is among the "
            "best third. Median stops a run that is worse than half of those before it.",
        )
        at_once = st.number_input(
            "Runs at once",
            1,
            64,
            1,
            key=key("at-once"),
            bind="query-params",
            help="How many may be trained at the same time. As many workers as MNIST_MAX_WORKERS says train them.",
        )
    if space is None:
        return None
    with errors_shown():
        return make_plan(space=space, method=method, early_stopping=early_stopping, at_once=at_once, **budget)
    return None


def say_what_it_takes(plan: SweepPlan, config: TrainingConfig, identity: Identity) -> None:
    """Say how long a sweep over `config` is likely to take, and on which images it chooses."""
    newest = resources.store().runs.all(most=_RUNS_FOR_PACE)
    seconds = expected_seconds(plan, config, identity.train_count, newest, resources.settings().max_workers)
    takes = "known once such a network was trained here" if seconds is None else f"about {duration(seconds)}"
    st.caption(
        f"At most {plan.most_runs:,} settings, then the best {CONFIRMED} with {FRESH_SEEDS} fresh seeds each. Expected "
        f"time: {takes}. Chosen on {100 * config.validation_share:.0f} % of the training images of {identity.name}, "
        "which are held out for validation. The test set stays closed."
    )


def _runs() -> dict[str, Run]:
    """The runs to start from, by their numbers as text: the newest, and the one that is chosen."""
    runs = resources.store().runs
    newest = runs.all(most=_MOST_RUNS, of_sweeps=False)
    asked = query_params.ids(key("base")) - {run.id for run in newest}
    return {str(run.id): run for run in [*runs.get_all(asked), *newest]}


def _choose_values(field: Hyperparameter) -> str | tuple[Any, ...]:
    """The values of one hyperparameter: words are ticked, numbers written as a range or a list."""
    name = key(field.name)
    if field.labels:
        query_params.current_choices(name, list(field.labels), list(field.labels))
        return tuple(
            st.multiselect(field.title, list(field.labels), key=name, format_func=field.text, persist_state="session")
        )
    return st.text_input(
        field.title, suggest_values(field.name), key=name, bind="query-params", help=f"{field.help} {_how_to(field)}"
    )


def _how_to(field: Hyperparameter) -> str:
    if isinstance(field.default, tuple):
        return "Write such as 256-64,128,none: the units of each layer, joined by hyphens."
    return (
        f"Write a range such as {escape_markdown('0.001..0.1 log')} or a list such as 32,64, from {field.low:g} to "
        f"{field.high:g}. With log, a factor counts and not a difference. A grid takes 5 values of a range, or as many "
        "as a number behind it says."
    )


def _choose_budget() -> dict[str, Any]:
    """Runs, epochs and minutes, None for no limit; the sweep ends with the first that is used up."""
    limits: dict[str, Any] = {"runs": 20, "epochs": None, "minutes": None}
    labels = {"runs": "Runs, at most", "epochs": "Epochs, at most", "minutes": "Minutes, at most"}
    with st.container(horizontal=True):
        return {
            name: st.number_input(
                labels[name],
                0.0 if name == "minutes" else 0,
                value=initial,
                step=1.0 if name == "minutes" else 1,
                key=key(name),
                placeholder="No limit",
                bind="query-params",
                width=150,
            )
            for name, initial in limits.items()
        }
