"""What the controls of the Train page hold for a configuration, by their keys in session and address.

Here and not with the page, since a run's advice sets these controls from any page.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from mnist_core.config import HYPERPARAMETERS, PRESETS, Hyperparameter, TrainingConfig, configure

ALL = "all"
"""Stands for None, which a control cannot hold."""


def of_config(config: TrainingConfig) -> dict[str, Any]:
    """What every control holds for a configuration."""
    return {key: held for name, value in config for key, held in of_value(HYPERPARAMETERS[name], value).items()}


def of_value(field: Hyperparameter, value: Any) -> dict[str, Any]:
    """What the controls of one hyperparameter hold for a value: several where it is the sizes of the hidden layers."""
    if isinstance(value, tuple):
        last = value[-1] if value else 64  # units offered for a first hidden layer where there is none
        padded = value + (last,) * (int(field.high) - len(value))
        return {"layers": len(value), **{f"size{layer}": size for layer, size in enumerate(padded, start=1)}}
    if value is None:
        value = ALL
    elif field.step is not None:
        value = field.in_unit(value)
        value = round(value) if isinstance(field.step, int) else float(value)
    return {field.key: value}


def in_address(config: TrainingConfig) -> dict[str, str]:
    """What the address says of every control for a configuration: the label of an option, or the number."""
    labels = {value: label for field in HYPERPARAMETERS.values() for value, label in field.labels.items()}
    held = of_config(config)
    absent = {f"size{layer + 1}" for layer in range(held["layers"], len(held))}
    return {
        key: f"{value:g}" if isinstance(value, float) else labels.get(value, str(value))
        for key, value in held.items()
        if key not in absent
    }


def to_config(held: Mapping[str, Any]) -> TrainingConfig:
    """The configuration for what the controls hold."""
    return configure(**{name: _value(field, held) for name, field in HYPERPARAMETERS.items()})


def change(changes: Mapping[str, Any]) -> None:
    """Let the controls of some hyperparameters show the values nearest to these; for use in a callback."""
    for name, value in changes.items():
        field = HYPERPARAMETERS[name]
        st.session_state.update(of_value(field, field.nearest(value)))


def use(config: TrainingConfig) -> None:
    """Let all controls show the values nearest to those of a configuration; for use in a callback."""
    st.session_state.update(of_config(nearest(config)))


def nearest(config: TrainingConfig) -> TrainingConfig:
    """The configuration with the values nearest to these that the controls can show."""
    values: dict[str, Any] = {}
    for name, value in config:
        field = HYPERPARAMETERS[name]
        values[name] = value
        if isinstance(value, tuple):
            values[name] = tuple(field.nearest(number) for number in value)
        elif isinstance(value, int | float):
            values[name] = field.nearest(value)
    return to_config(of_config(config.model_copy(update=values)))


def of_session() -> TrainingConfig:
    """The configuration that the controls show in this session, also while another page is open."""
    return to_config({key: st.session_state.get(key, held) for key, held in TUTORIAL.items()})


def _value(field: Hyperparameter, held: Mapping[str, Any]) -> Any:
    if isinstance(field.default, tuple):
        return tuple(held[f"size{layer}"] for layer in range(1, held["layers"] + 1))
    value = held[field.key]
    if value == ALL:
        return None
    return value / 100 if field.unit == "%" else value


TUTORIAL = of_config(PRESETS["tutorial"])
"""What the controls hold at first."""
