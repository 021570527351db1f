"""The controls of every hyperparameter, kept in the address, so that a link shows the same settings."""

from pathlib import Path
from typing import Any

import streamlit as st

from mnist_core.config import GROUPS, HYPERPARAMETERS, Hyperparameter, TrainingConfig
from ui import control_values, query_params
from ui.control_values import TUTORIAL

STYLES = Path(__file__).with_suffix(".css")
"""For `st.html`: where the page's containers `train-fold`, `train-settings` and `train-run` stand on a phone."""

_LABELS = {value: label for field in HYPERPARAMETERS.values() for value, label in field.labels.items()}
_FORMER_KEYS = {field.former_name: field.key for field in HYPERPARAMETERS.values() if field.former_name}


def controls(train_count: int) -> TrainingConfig:
    """Show all controls in four tabs and return what they are set to; `train_count` is the training set's size."""
    query_params.rename(_FORMER_KEYS, {})
    held: dict[str, Any] = {}
    with query_params.checked(TUTORIAL, _LABELS):
        for tab, (group, sentence) in zip(st.tabs(list(GROUPS)), GROUPS.items(), strict=True):
            with tab:
                if sentence:
                    st.caption(sentence)
                for field in HYPERPARAMETERS.values():
                    if field.group == group and isinstance(field.default, tuple):
                        held |= _hidden_layers(field)
                    elif field.group == group:
                        held[field.key] = _control(field, not field.has_effect(held), train_count)
    return control_values.to_config(held)


def _control(field: Hyperparameter, disabled: bool, train_count: int) -> Any:
    initial, low, high = (_held(field, value) for value in (field.default, field.low, field.highest or field.high))
    shared: dict[str, Any] = {"key": field.key, "help": field.help, "disabled": disabled, "bind": "query-params"}
    if field.labels:
        values = list(field.labels)
        return st.selectbox(field.label, values, values.index(initial), format_func=field.text, **shared)
    if field.choices:
        # Of the training images no more can be chosen than there are.
        choices = [choice for choice in field.choices if field.name != "train_size" or (choice or 0) <= train_count]
        options = [_held(field, choice) for choice in choices]
        return st.select_slider(field.label, options, initial, format_func=_option_text, **shared)
    if field.step is not None:
        return st.slider(field.label, low, high, initial, field.step, **shared)
    return st.number_input(field.label, low, high, initial, **shared)


def _hidden_layers(field: Hyperparameter) -> dict[str, int]:
    held = {
        "layers": st.slider(
            "Hidden layers", 0, int(field.high), TUTORIAL["layers"], key="layers", help=field.help, bind="query-params"
        )
    }
    for layer in range(1, held["layers"] + 1):
        key = f"size{layer}"
        held[key] = st.select_slider(
            f"Units in hidden layer {layer}",
            field.choices,
            TUTORIAL[key],
            key=key,
            help="How many numbers this layer hands on. More units can learn more, take longer, and overfit sooner.",
            bind="query-params",
        )
    return held


def _held(field: Hyperparameter, value: Any) -> Any:
    return control_values.of_value(field, value)[field.key]


def _option_text(held: Any) -> str:
    return f"{held:g}" if isinstance(held, float) else str(held)
