"""What is wrong with a run, why, and buttons that change it."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import streamlit as st

from mnist_core.jobs import coach
from mnist_core.jobs.coach import Advice
from mnist_core.store import Run, Store
from ui import control_values, resources
from ui.run_view import run_controls

_SECONDS = 3.0
"""Of training, between two looks at what the coach says."""


def show(run: Run) -> None:
    """Show what the coach says of the run, with buttons that do it; nothing where it says nothing."""
    advice = of(run)
    if advice is None:
        return
    with st.container(border=True):
        st.markdown(f"**:material/lightbulb: {advice.problem}**")
        st.write(advice.explanation)
        learning_rate = advice.changes.get("learning_rate")
        with st.container(horizontal=True):
            may_change = resources.store().access.may_change(run)
            if learning_rate is not None and may_change and (run.in_progress or run.can_resume):
                label = f"Change to {learning_rate:g} now" if run.in_progress else f"Go on at {learning_rate:g}"
                _button(label, run_controls.set_learning_rate, run.id, learning_rate, not run.in_progress)
            _button("Use it for the next training", _use, advice.changes)


def of(run: Run) -> Advice | None:
    """What the coach says of the run; None where nothing is wrong."""
    if not run.step:
        return None
    state = run.version, run.status, run.epoch, run.rate_by_hand, int(run.seconds / _SECONDS)
    return _advice_at(resources.whole_store(), run.id, state)


@lru_cache(1_000)
def _advice_at(store: Store, run_id: int, _state: tuple[object, ...]) -> Advice | None:
    """What the coach says of a run: once for all who watch it, at each change, and every few seconds of training."""
    return coach.advise_on_run(store, store.runs.get(run_id))


def _use(changes: Mapping[str, Any]) -> None:
    control_values.change(changes)
    st.rerun()  # the whole page, since the controls are outside of this fragment


def _button(label: str, action: Callable[..., None], *arguments: Any) -> None:
    st.button(label, icon=":material/build:", key=label, on_click=action, args=arguments)
