"""The measurements of a study of K nearest neighbours: what is stored, what is missing, and the tasks to do."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import DataSet, Digits
from mnist_core.knn import study
from mnist_core.knn.study import KNNSettings, StudyResult
from ui import resources
from ui.long_task import Task

Accuracies: TypeAlias = dict[KNNSettings, NDArray[np.float64]]
"""For each k from 1 to MAX_K, by setting."""


@st.cache_resource(show_spinner=False)
def known() -> dict[str, NDArray[np.float64]]:
    """Accuracies for each k, by the key of their measurement; read from the store once."""
    return {}


class Measured:
    """What has been measured of a plan: accuracies (MAX_K,) by setting, and the settings still missing."""

    def __init__(self, data_set: DataSet, plan: list[KNNSettings], validation: Digits) -> None:
        measured = known()
        keys = {setting: setting.key(data_set) for setting in plan}
        unread = [key for key in keys.values() if key not in measured]
        for key, content in resources.store().results.get(unread).items():
            measured[key] = StudyResult.from_bytes(content).accuracies(validation.labels)
        self.accuracies: Accuracies = {setting: measured[key] for setting, key in keys.items() if key in measured}
        # Of a few training images none may be held out, so there is nothing to measure on.
        self.missing = [setting for setting in plan if setting not in self.accuracies] if len(validation) else []


def tasks(data_set: DataSet, missing: list[KNNSettings], references: Digits, validation: Digits) -> list[Task]:
    """What is to be done for the missing settings; each result is kept as soon as it is there."""

    def task(setting: KNNSettings) -> Task:
        def do(progress: Callable[[float], None]) -> None:
            result = study.measure(setting, references, validation, progress)
            resources.store().results.put(setting.key(data_set), result.to_bytes())

        counted = "all" if setting.per_digit is None else f"{setting.per_digit:,} of each"
        return Task(f"{setting.grid.name} blocks, {counted}", study.relative_cost(setting, references), do)

    return [task(setting) for setting in missing]
