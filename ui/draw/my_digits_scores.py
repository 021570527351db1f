"""How well every network, and K nearest neighbours, read one's own digits."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from mnist_core.data import Digits
from mnist_core.evaluation.score import Score, confusion_matrix
from mnist_core.figures.evaluation import confusion_heatmap
from mnist_core.knn.votes import DRAWING_K
from mnist_core.store import OwnDigit, as_digits
from ui import predictors, resources
from ui.components import static_chart
from ui.components.choices import choose_rows


def show(digits: Sequence[OwnDigit]) -> None:
    """A row a model, and the confusion matrix of the chosen one."""
    data_set = resources.drawing_data_set()
    runs = resources.trained_on_digits(resources.finished_runs())
    own = as_digits(digits)
    knn = predictors.drawing_knn(data_set)
    neighbours = knn.find_neighbours(own.images, knn.at_most(DRAWING_K))
    names = [*(run.name for run in runs), f"K nearest neighbours, {data_set.name}"]
    answers = [predictors.network_classifier(run).probabilities(own.images).argmax(axis=1) for run in runs]
    answers.append(neighbours.predictions()[:, -1])
    checksums = pd.Index([digit.checksum for digit in digits])
    trained_on = resources.store().fine_tuning.trained_on([run.id for run in runs])
    seen = [checksums.isin(trained_on[run.id]) for run in runs]
    seen.append(np.zeros(len(digits), bool))
    scores = [_score(own, answer, known) for answer, known in zip(answers, seen, strict=True)]
    chosen = choose_rows(
        pd.DataFrame(scores, index=pd.Index(names, name="Model")).reset_index(),
        "single-row-required",
        key=f"scores-{len(names)}",
        selection_default={"selection": {"rows": [0]}},
        alt="The score of each model on your own digits",
    )
    if any(known.any() for known in seen):
        st.warning(
            "Digits that a network was trained on are left out of its score.",
            icon=":material/school:",
        )
    number = next(iter(chosen), 0)
    unseen = ~seen[number]
    if unseen.any():
        confusion = confusion_matrix(answers[number][unseen], own.labels[unseen])
        st.caption("What the chosen model took them for.")
        static_chart.show(confusion_heatmap(confusion), key="own-confusion", alt="Confusion matrix on your digits")


def _score(own: Digits, answers: NDArray[np.integer], seen: NDArray[np.bool_]) -> dict[str, str]:
    unseen = np.flatnonzero(~seen)
    left_out = f"{seen.sum():,}" if seen.any() else ""
    if len(unseen) == 0:
        return {"Right": "trained on all", "95 % interval": "", "Left out": left_out}
    score = Score.of(answers[unseen], own.labels[unseen])
    low, high = score.interval
    return {
        "Right": f"{score.correct:,} of {score.n:,}",
        "95 % interval": f"{100 * low:.1f} to {100 * high:.1f} %",
        "Left out": left_out,
    }
