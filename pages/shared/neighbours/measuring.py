"""Measuring a study: what is wanted, what is there and what is missing, and the loop with its progress bar."""

import time
from typing import TypeAlias

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from mnist_core.data import Digits
from mnist_core.knn import study
from mnist_core.knn.study import Result, Setting
from pages.shared import loaders
from pages.shared.neighbours.choice import Choice

Accuracies: TypeAlias = dict[Setting, NDArray[np.float64]]
"""For each k from 1 to MOST_K, by setting."""
REDRAW_SECONDS = 4.0
"""While measuring, the charts are drawn anew this often."""


@st.cache_resource(show_spinner=False)
def known() -> dict[str, NDArray[np.float64]]:
    """Accuracies for each k, by the key of their measurement; read from the store once."""
    return {}


class Found:
    """What has been measured of a plan: accuracies (MOST_K,) by setting, and the settings still missing."""

    def __init__(self, choice: Choice, plan: list[Setting], validation: Digits) -> None:
        measured = known()
        keys = {setting: setting.key(choice.data_set) for setting in plan}
        for key, content in loaders.store().kept([key for key in keys.values() if key not in measured]).items():
            measured[key] = Result.from_bytes(content).accuracies(validation.labels)
        self.accuracies: Accuracies = {setting: measured[key] for setting, key in keys.items() if key in measured}
        self.missing = [setting for setting in plan if setting not in self.accuracies]


def want(setting: Setting | None) -> None:
    """Ask for a study around a setting, or for none."""
    st.session_state["study"] = setting
    st.session_state.pop("study_began", None)


def measure(
    choice: Choice, missing: list[Setting], planned: int, references: Digits, validation: Digits, bar: DeltaGenerator
) -> None:
    """Measure what is missing, one setting after the other; each is kept as soon as it is there."""
    store, started = loaders.store(), time.monotonic()
    costs = [study.cost(setting, references) for setting in missing]
    begun, whole = st.session_state.setdefault("study_began", (started, sum(costs)))
    for number, setting in enumerate(missing):
        counted = "all" if setting.per_digit is None else f"{setting.per_digit:,} a digit"
        name = f"{planned - len(missing) + number + 1} of {planned}: {setting.grid.name} blocks, {counted}"

        def progress(share: float, number: int = number, name: str = name) -> None:
            left = sum(costs[number:]) - share * costs[number]
            seconds = (time.monotonic() - begun) * left / max(whole - left, 1e-9)
            time_left = f", about {seconds:.0f} s left" if left < whole else ""
            bar.progress(1 - left / whole, text=name + time_left)

        progress(0.0)
        result = study.measure(setting, references, validation, progress)
        store.keep(setting.key(choice.data_set), result.to_bytes())
        if time.monotonic() - started > REDRAW_SECONDS:
            break
    st.rerun()
