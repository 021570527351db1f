"""How much data a model needs: the same settings trained on ever more images, beside K nearest neighbours."""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from mnist_core.evaluation import repeats as statistics
from mnist_core.figures.repeats import learning_curve
from mnist_core.formatting import percent
from mnist_core.knn import study
from mnist_core.store import Run
from ui import predictors
from ui.components import csv_button, static_chart
from ui.evaluate import repeats_view
from ui.evaluate.selection import Selection
from ui.knn_measurements import Measured, tasks
from ui.long_task import progress_bar, request, run_tasks
from ui.text import escape_markdown

_MEASURING = "knn-learning-curve"


def show(selection: Selection) -> None:
    st.markdown("The same settings, trained on ever more images: would more data help, or a change of settings?")
    data_set, run = selection.data_set, selection.model.run
    repeats = None
    if run is None:
        st.caption(
            "For neighbours, the training images are their references. Choose a network to train a curve for it."
        )
    else:
        repeats = repeats_view.offer("learning curve", run, "Train the learning curve", fewest=1)
        _, train_count, validation_count = statistics.learning_curve_split(run.config, len(data_set.train))
        epochs = "1 epoch" if run.config.epochs == 1 else f"{run.config.epochs} epochs"
        st.caption(
            f"On 100, 300, 1,000 and so on, up to {train_count:,} images, with {epochs} each, evaluated on "
            f"{validation_count:,} validation images of {escape_markdown(data_set.name)}. Fewer images make fewer "
            "steps, too."
        )
    references, validation = predictors.split(data_set)
    plan = study.learning_curve_settings(selection.models.setting, references)
    measured = Measured(data_set, plan, validation)
    knn_accuracies = {
        study.reference_count(setting, references): float(over_k[selection.models.k - 1])
        for setting, over_k in measured.accuracies.items()
    }
    identity = (selection.models.setting, data_set.checksum)
    measuring = bool(measured.missing) and st.session_state.get(_MEASURING) == identity
    if measuring:
        st.button("Stop measuring the neighbours", icon=":material/stop:", on_click=request, args=(_MEASURING, None))
    elif measured.missing:
        st.button(
            "Measure the neighbours beside it", icon=":material/hub:", on_click=request, args=(_MEASURING, identity)
        )
    bar = progress_bar(_MEASURING, measuring)
    if repeats is not None:
        repeats_view.live(repeats, lambda runs: _show_curve(runs, knn_accuracies))
    elif knn_accuracies:
        _show_curve([], knn_accuracies)
    elif measuring:
        st.empty()  # takes the place of the sentence below, which would stay on the page during the measurement
    else:
        st.info("There is no learning curve of this model yet.", icon=":material/show_chart:")
    if measuring:
        cost = sum(study.relative_cost(setting, references) for setting in plan)
        run_tasks(tasks(data_set, measured.missing, references, validation), len(plan), cost, bar, _MEASURING)


def _show_curve(runs: list[Run], knn_accuracies: dict[int, float]) -> None:
    points = statistics.learning_curve(runs)
    repeats_view.excluded_caption(runs)
    if not points and not knn_accuracies:
        return
    static_chart.show(learning_curve(points, knn_accuracies), key="learning-curve", alt="Accuracy over training images")
    if not points:
        return
    last = points[-1]
    advice = statistics.advice(points, max(run.training_images for run in runs))
    st.caption(
        f"With {last.training_images:,} images, {percent(last.validation.mean)} of the validation images are read on "
        f"average over {last.seeds} seed{'s' if last.seeds > 1 else ''}, and {percent(last.training.mean)} of "
        f"training images. {advice} Bands reach from the lowest to the highest seed."
    )
    table = pd.json_normalize([asdict(point) for point in points], sep="_")
    csv_button.csv_button(table.rename(columns={"training_images": "images"}), "learning-curve", runs[0].data_set)
