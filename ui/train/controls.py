"""The controls of every hyperparameter, kept in the address, so that a link shows the same settings."""

from typing import Any

import streamlit as st

from mnist_core.config import GROUPS, HYPERPARAMETERS, Hyperparameter, TrainingConfig
from ui import control_values, query_params
from ui.control_values import TUTORIAL

_LABELS = {value: label for about in HYPERPARAMETERS.values() for value, label in about.labels.items()}
_FORMER_KEYS = {about.former_name: about.key for about in HYPERPARAMETERS.values() if about.former_name}


def controls(train_count: int) -> TrainingConfig:
    """Show all controls in four tabs and return what they are set to; `train_count` is the training set's size."""
    query_params.rename(_FORMER_KEYS)
    held: dict[str, Any] = {}
    with query_params.checked(TUTORIAL, _LABELS):
        for tab, (group, sentence) in zip(st.tabs(list(GROUPS)), GROUPS.items(), strict=True):
            with tab:
                if sentence:
                    st.caption(sentence)
                for about in HYPERPARAMETERS.values():
                    if about.group == group and isinstance(about.default, tuple):
                        held |= _hidden_layers(about)
                    elif about.group == group:
                        held[about.key] = _control(about, not about.has_effect(held), train_count)
    return control_values.to_config(held)


def _control(about: Hyperparameter, disabled: bool, train_count: int) -> Any:
    """Show the control of a hyperparameter, of the kind that fits it, and return what it holds."""
    initial, low, high = (_held(about, value) for value in (about.default, about.low, about.highest or about.high))
    shared: dict[str, Any] = {"key": about.key, "help": about.help, "disabled": disabled, "bind": "query-params"}
    if about.labels:
        values = list(about.labels)
        return st.selectbox(about.label, values, values.index(initial), format_func=about.text, **shared)
    if about.choices:
        # Of the training images no more can be chosen than there are.
        choices = [choice for choice in about.choices if about.name != "train_size" or (choice or 0) <= train_count]
        options = [_held(about, choice) for choice in choices]
        return st.select_slider(about.label, options, initial, format_func=_option_text, **shared)
    if about.step is not None:
        return st.slider(about.label, low, high, initial, about.step, **shared)
    return st.number_input(about.label, low, high, initial, **shared)


def _hidden_layers(about: Hyperparameter) -> dict[str, int]:
    """Show how many hidden layers there are, and the units of each; return what these controls hold."""
    held = {
        "layers": st.slider(
            "Hidden layers", 0, int(about.high), TUTORIAL["layers"], key="layers", help=about.help, bind="query-params"
        )
    }
    for layer in range(1, held["layers"] + 1):
        key = f"size{layer}"
        held[key] = st.select_slider(
            f"Units in hidden layer {layer}",
            about.choices,
            TUTORIAL[key],
            key=key,
            help="How many numbers this layer hands on. More units can learn more, take longer, and overfit sooner.",
            bind="query-params",
        )
    return held


def _held(about: Hyperparameter, value: Any) -> Any:
    return control_values.of_value(about, value)[about.key]


def _option_text(held: Any) -> str:
    return f"{held:g}" if isinstance(held, float) else str(held)
