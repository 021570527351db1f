"""How much data a model needs: the same settings trained on ever more images, beside K nearest neighbours."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core import figures
from mnist_core.evaluation import repeats as statistics
from mnist_core.formatting import percent
from mnist_core.knn import study
from mnist_core.knn.study import KNNSettings
from mnist_core.store import RepeatsKind, Run
from ui import predictors
from ui.components import csv_button, static_chart
from ui.evaluate import repeats_view
from ui.evaluate.selection import Selection
from ui.knn_measurements import Measured, tasks
from ui.long_task import forget, run_tasks

_KIND: RepeatsKind = "learning curve"
_MEASURING = "knn-learning-curve"


def show(selection: Selection) -> None:
    st.markdown("The same settings, trained on ever more images: does more data help, or more of something else?")
    knn = _KNNCurve(selection)
    run = selection.model.run
    repeats = None
    if run is None:
        st.caption(
            "For neighbours, the training images are their references. Choose a network to train a curve for it."
        )
    else:
        repeats = repeats_view.latest(_KIND, run)
        repeats_view.start_button(_KIND, run, repeats, "Train the learning curve", fewest=1)
        _, train_count, validation_count = statistics.learning_curve_split(run.config, len(selection.data_set.train))
        epochs = "1 epoch" if run.config.epochs == 1 else f"{run.config.epochs} epochs"
        st.caption(
            f"On 100, 300, 1,000 and so on, up to {train_count:,} images, with {epochs} each, judged by "
            f"{validation_count:,} validation images of {selection.data_set.name}. Fewer images make fewer steps, too."
        )
    knn.buttons()
    bar = st.empty()
    if repeats is not None:
        repeats_view.live(repeats, lambda runs: _chart(runs, knn.accuracies))
    elif knn.accuracies:
        _chart([], knn.accuracies)
    elif knn.measuring:
        st.empty()  # takes the place of the sentence below, which would stay on the page during the measurement
    else:
        st.info("There is no learning curve of this model yet.", icon=":material/show_chart:")
    knn.measure(bar)


def _chart(runs: list[Run], knn_accuracies: dict[int, float]) -> None:
    points = statistics.learning_curve(runs)
    repeats_view.excluded_caption(runs)
    if not points and not knn_accuracies:
        return
    static_chart.show(
        figures.learning_curve(points, knn_accuracies), key="learning-curve", alt="Accuracy over training images"
    )
    if not points:
        return
    last = points[-1]
    advice = statistics.advice(points, max(run.training_images for run in runs))
    st.caption(
        f"With {last.images:,} images, {percent(last.validation.mean)} of the validation images are read on "
        f"average over {last.seeds} seed{'s' if last.seeds > 1 else ''}, and {percent(last.training.mean)} of "
        f"training images. {advice} Bands reach from the lowest to the highest seed."
    )
    rows = [
        {"images": point.images, "seeds": point.seeds}
        | {
            f"{part}_{statistic}": getattr(getattr(point, part), statistic)
            for part in ("training", "validation")
            for statistic in ("mean", "low", "high")
        }
        for point in points
    ]
    csv_button.csv_button(pd.DataFrame(rows), "learning-curve")


class _KNNCurve:
    """The learning curve of K nearest neighbours as they are set, measured when a person asks for it.

    `accuracies` are those measured so far, by the number of references.
    """

    def __init__(self, selection: Selection) -> None:
        self._data_set, setting, k = selection.data_set, selection.models.setting, selection.models.k
        self._references, self._validation = predictors.split(self._data_set)
        self._plan = study.learning_curve_settings(setting, self._references)
        measured = Measured(self._data_set, self._plan, self._validation)
        self._missing = measured.missing
        self._identity = (setting, self._data_set.checksum)
        self.accuracies = {
            len(self._references) if planned.per_digit is None else 10 * planned.per_digit: float(accuracies[k - 1])
            for planned, accuracies in measured.accuracies.items()
        }
        self.measuring = bool(self._missing) and st.session_state.get(_MEASURING) == self._identity

    def buttons(self) -> None:
        if self.measuring:
            st.button("Stop measuring the neighbours", icon=":material/stop:", on_click=_measure, args=(None,))
        elif self._missing:
            st.button(
                "Measure the neighbours beside it", icon=":material/hub:", on_click=_measure, args=(self._identity,)
            )

    def measure(self, bar: DeltaGenerator) -> None:
        """Measure what is missing, if that was asked for."""
        if self.measuring:
            missing = tasks(self._data_set, self._missing, self._references, self._validation)
            cost = sum(study.relative_cost(setting, self._references) for setting in self._plan)
            run_tasks(missing, len(self._plan), cost, bar, _MEASURING)


def _measure(identity: tuple[KNNSettings, str] | None) -> None:
    """Ask for the measurement of a curve, or for none."""
    st.session_state[_MEASURING] = identity
    forget(_MEASURING)
