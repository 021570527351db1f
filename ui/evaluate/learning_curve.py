"""How much data does it need: the same settings trained on ever more images, beside K nearest neighbours."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core import figures
from mnist_core.evaluation import repeats
from mnist_core.formatting import percent
from mnist_core.knn import study
from mnist_core.knn.study import KNNSettings
from mnist_core.store import Run
from ui import predictors
from ui.components import csv_button, static_chart
from ui.evaluate import repeats_view as view
from ui.evaluate.selection import Selection
from ui.knn_measurements import Measured, tasks
from ui.long_task import forget, run_tasks

_KIND = "learning curve"
_AT_WORK = "references"


def show(subject: Selection) -> None:
    st.markdown("The same settings, trained on ever more images: does more data help, or more of something else?")
    neighbours = _Neighbours(subject)
    run = subject.model.run
    found = None
    if run is None:
        st.caption(
            "For neighbours, the training images are their references. Choose a network to train a curve for it."
        )
    else:
        view.start(_KIND, run, "Train the learning curve", fewest=1)
        _, left, held_out = repeats.learning_curve_split(run.config, len(subject.data_set.train))
        epochs = "1 epoch" if run.config.epochs == 1 else f"{run.config.epochs} epochs"
        st.caption(
            f"On 100, 300, 1,000 and so on, up to {left:,} images, with {epochs} each, judged by {held_out:,} "
            f"validation images of {subject.data_set.name}. Fewer images make fewer steps, too."
        )
        found = view.latest(_KIND, run)
    neighbours.offer()
    bar = st.empty()
    if found is not None:
        view.live(found, lambda runs: _chart(runs, neighbours.curve))
    elif neighbours.curve:
        _chart([], neighbours.curve)
    elif neighbours.wanted:
        st.empty()  # in place of the words, which would stay on the page meanwhile
    else:
        st.info("There is no learning curve of this model yet.", icon=":material/show_chart:")
    neighbours.measure(bar)


def _chart(runs: list[Run], neighbours: dict[int, float]) -> None:
    points = repeats.learning_curve(runs)
    view.left_out(runs)
    if not points and not neighbours:
        return
    static_chart.show(
        figures.learning_curve(points, neighbours), key="learning-curve", alt="Accuracy over training images"
    )
    if not points:
        return
    last = points[-1]
    says = repeats.advice(points, max(run.training_images for run in runs))
    st.caption(
        f"With {last.images:,} images, {percent(last.validation.mean)} of the validation images are read on "
        f"average over {last.seeds} seed{'s' if last.seeds > 1 else ''}, and {percent(last.training.mean)} of "
        f"training images. {says} Bands reach from the lowest to the highest seed."
    )
    rows = [
        {"images": point.images, "seeds": point.seeds}
        | {
            f"{part}_{name}": getattr(getattr(point, part), name)
            for part in ("training", "validation")
            for name in ("mean", "low", "high")
        }
        for point in points
    ]
    csv_button.csv_button(pd.DataFrame(rows), "learning-curve")


class _Neighbours:
    """The curve of K nearest neighbours as set, by their number of references; measured where that is asked for."""

    def __init__(self, subject: Selection) -> None:
        self._data_set, setting, k = subject.data_set, subject.models.setting, subject.models.k
        self._references, self._validation = predictors.split(self._data_set)
        self._plan = study.learning_curve_settings(setting, self._references)
        self._found = Measured(self._data_set, self._plan, self._validation)
        self._this = (setting, self._data_set.checksum)
        self.curve = {
            len(self._references) if each.per_digit is None else 10 * each.per_digit: float(accuracies[k - 1])
            for each, accuracies in self._found.accuracies.items()
        }

    @property
    def wanted(self) -> bool:
        return bool(self._found.missing) and st.session_state.get(_AT_WORK) == self._this

    def offer(self) -> None:
        """One button at a time, since the series has its own to stop."""
        if self.wanted:
            st.button("Stop measuring the neighbours", icon=":material/stop:", on_click=_want, args=(None,))
        elif self._found.missing:
            st.button("Measure the neighbours beside it", icon=":material/hub:", on_click=_want, args=(self._this,))

    def measure(self, bar: DeltaGenerator) -> None:
        if self.wanted:
            missing = tasks(self._data_set, self._found.missing, self._references, self._validation)
            cost = sum(study.relative_cost(setting, self._references) for setting in self._plan)
            run_tasks(missing, len(self._plan), cost, bar, _AT_WORK)


def _want(wanted: tuple[KNNSettings, str] | None) -> None:
    st.session_state[_AT_WORK] = wanted
    forget(_AT_WORK)
