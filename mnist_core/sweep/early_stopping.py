"""Whether a run of a sweep is worth training on, from how it does after each epoch beside those that ended before.

Like what is tried next, that rests on the runs 1 to n - `at_once` alone, so it does not depend on who trains when.
"""

from typing import TYPE_CHECKING

import numpy as np

from mnist_core.formatting import percent
from mnist_core.store import Run, Store
from mnist_core.sweep.plan import SweepPlan
from mnist_core.sweep.results import known_before
from mnist_core.sweep.study import build_study

if TYPE_CHECKING:
    from optuna.pruners import BasePruner

REDUCTION = 3
"""Successive halving looks after 1, 3, 9, 27 ... epochs, and keeps the best third of those that came so far."""
MEDIAN_AFTER = 5
"""The median is asked for once so many runs have been trained to their end."""


class EarlyStopping:
    """Decides for one run, which is told of each epoch in turn; `notes` are to be stored with the run."""

    def __init__(self, store: Store, plan: SweepPlan, run: Run) -> None:
        self._earlier, _ = known_before(plan, run.number or 0, store.sweeps.runs(run.sweep_id or 0))
        self._curves = store.sweeps.curves(run.sweep_id or 0)
        self._halves, self._epochs = plan.early_stopping == "halving", run.config.epochs
        self._study = build_study(plan, self._earlier, curves=self._curves, pruner=_pruner(plan))
        self._trial = self._study.ask()
        self.reason = ""
        """Why the run should stop, one sentence; empty as long as it should not."""
        for epoch, accuracy in enumerate(self._curves.get(run.number or 0, ()), 1):  # where it is resumed
            self.tell(epoch, accuracy)

    @property
    def notes(self) -> dict[str, float]:
        """What later runs are compared with: the accuracy with which the run came to each of the rungs."""
        return dict(self._study.get_trials(deepcopy=False)[-1].system_attrs)

    def tell(self, epoch: int, accuracy: float) -> None:
        """Take note of the validation accuracy after an epoch; after the last one there is nothing to stop."""
        if epoch >= self._epochs or self.reason:
            return
        self._trial.report(accuracy, epoch)
        if self._trial.should_prune():
            why = self._against_rung() if self._halves else self._against_median(epoch)
            self.reason = f"Stopped after {epoch} of {self._epochs} epochs: {percent(accuracy)} {why}."

    def _against_rung(self) -> str:
        rung = max(self.notes)
        count = 1 + sum(rung in run.pruner_notes for run in self._earlier)
        return f"was not among the best third of the {count} runs that had come so far"

    def _against_median(self, epoch: int) -> str:
        curves = (self._curves[run.number or 0] for run in self._earlier if run.state in ("finished", "failed"))
        median = float(np.median([curve[epoch - 1] for curve in curves if len(curve) >= epoch]))
        return f"was below the median of the earlier runs there, {percent(median)}"


def early_stopping_of(store: Store, plan: SweepPlan | None, run: Run) -> EarlyStopping | None:
    """What decides for a run; None where it is trained to its end whatever happens."""
    if plan is None or run.confirms is not None or plan.early_stopping == "none":
        return None
    return EarlyStopping(store, plan, run)


def _pruner(plan: SweepPlan) -> "BasePruner":
    from optuna.pruners import MedianPruner, SuccessiveHalvingPruner

    if plan.early_stopping == "median":
        return MedianPruner(n_startup_trials=MEDIAN_AFTER)
    return SuccessiveHalvingPruner(min_resource=1, reduction_factor=REDUCTION)
