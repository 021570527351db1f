"""How good is it: validation accuracy over k, grids and references, what is misread, and a network beside it."""

import time

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core import evaluation, figures
from mnist_core.data import Digits
from mnist_core.knn import study
from mnist_core.knn.study import Result, Setting
from pages.shared import address, chart, digits, judges, loaders, table
from pages.shared.neighbours import downloads, network
from pages.shared.neighbours.choice import Choice

VIEWS = ("Over k", "Over grids", "Over references", "Misread", "A network")
REDRAW_SECONDS = 4.0
"""While measuring, the charts are drawn anew this often."""
MOST_SHOWN = 60


def show(choice: Choice) -> None:
    references, validation = judges.split(choice.data_set)
    current = Setting(choice.grid, choice.per_digit)
    plan = study.plan(current, references)
    found = _Found(choice, plan, validation)
    st.markdown(
        f"{len(validation):,} validation images of {choice.data_set.name}, held out of the training images, are read "
        f"with the other {len(references):,} as references. The test set stays closed."
    )
    if st.session_state.get("study") not in (None, current):
        _want(None)  # other settings are measured when they are asked for
    wanted = bool(found.missing) and st.session_state.get("study") == current
    with st.container(horizontal=True):
        start = {"type": "primary", "icon": ":material/play_arrow:", "on_click": _want, "args": (current,)}
        st.button("Measure", disabled=wanted or not found.missing, key="measure-study", **start)
        stop = {"icon": ":material/stop:", "on_click": _want, "args": (None,), "help": "What is measured is kept."}
        st.button("Stop", disabled=not wanted, key="stop-study", **stop)
    with address.checked(["view"]):
        view = st.segmented_control("Show", VIEWS, required=True, default=VIEWS[0], key="view", bind="query-params")
    # Written in each run: what a long run leaves unwritten would stay on the page meanwhile.
    bar, body = st.empty(), st.empty()
    if current in found.accuracies:
        with body.container():
            _summary(choice, current, found.accuracies, len(validation))
            _chart(view, choice, current, found.accuracies, references, validation)
    elif not wanted:
        body.info("Press Measure to see how well these settings read digits.", icon=":material/monitoring:")
    if wanted:
        _measure(choice, found.missing, len(plan), references, validation, bar)


@st.cache_resource(show_spinner=False)
def _known() -> dict[str, np.ndarray]:
    """Accuracies for each k, by the key of their measurement; read from the store once."""
    return {}


class _Found:
    """What has been measured of a plan: accuracies (MOST_K,) by setting, and the settings still missing."""

    def __init__(self, choice: Choice, plan: list[Setting], validation: Digits) -> None:
        known = _known()
        keys = {setting: setting.key(choice.data_set) for setting in plan}
        for key, content in loaders.store().kept([key for key in keys.values() if key not in known]).items():
            known[key] = Result.from_bytes(content).accuracies(validation.labels)
        self.accuracies = {setting: known[key] for setting, key in keys.items() if key in known}
        self.missing = [setting for setting in plan if setting not in self.accuracies]


def _want(setting: Setting | None) -> None:
    st.session_state["study"] = setting
    st.session_state.pop("study_began", None)


def _measure(
    choice: Choice, missing: list[Setting], planned: int, references: Digits, validation: Digits, bar: DeltaGenerator
) -> None:
    """Measure what is missing, one setting after the other; each is kept as soon as it is there."""
    store, started = loaders.store(), time.monotonic()
    costs = [study.cost(setting, references) for setting in missing]
    begun, whole = st.session_state.setdefault("study_began", (started, sum(costs)))
    for number, setting in enumerate(missing):
        counted = "all" if setting.per_digit is None else f"{setting.per_digit:,} a digit"
        name = f"{planned - len(missing) + number + 1} of {planned}: {_name(setting)} blocks, {counted}"

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


def _summary(choice: Choice, current: Setting, accuracies: dict[Setting, np.ndarray], n: int) -> None:
    k = choice.k
    now = accuracies[current][k - 1]
    best, best_k = max(
        (
            (setting, int(each.argmax()) + 1)
            for setting, each in accuracies.items()
            if setting.per_digit == choice.per_digit
        ),
        key=lambda pair: accuracies[pair[0]][pair[1] - 1],
    )
    low, high = evaluation.interval(round(now * n), n)
    st.markdown(
        f"Now, {_name(current)} blocks and k = {k}: **{table.percent(now)}**, {table.interval(low, high)}. "
        f"Best so far with as many references, {_name(best)} and k = {best_k}: "
        f"**{table.percent(accuracies[best][best_k - 1])}**."
    )


def _chart(
    view: str,
    choice: Choice,
    current: Setting,
    accuracies: dict[Setting, np.ndarray],
    references: Digits,
    validation: Digits,
) -> None:
    if view == "Over k":
        _over_k(choice, current, accuracies)
    elif view == "Over grids":
        _over_grids(choice, current, accuracies)
    elif view == "Over references":
        _over_references(choice, current, accuracies, references)
    else:
        key = current.key(choice.data_set)
        content = loaders.store().kept([key])
        if not content:  # the runs folder was emptied meanwhile
            _known().clear()
            st.rerun()
        result = Result.from_bytes(content[key])
        answers = result.answers[:, choice.k - 1]
        if view == "Misread":
            _misread(answers, validation, result.seconds)
        else:
            network.show(choice, answers, validation)


def _over_k(choice: Choice, current: Setting, accuracies: dict[Setting, np.ndarray]) -> None:
    shown = [setting for setting in study.curves(current) if setting in accuracies]
    curves = {_name(setting): accuracies[setting].tolist() for setting in shown}
    chart.still(
        figures.accuracy_over_k(curves, _name(current), choice.k), key="over-k", alt="Validation accuracy over k"
    )
    downloads.csv(pd.DataFrame({"k": range(1, study.MOST_K + 1), **curves}), "accuracy-over-k")


def _over_grids(choice: Choice, current: Setting, accuracies: dict[Setting, np.ndarray]) -> None:
    settings = study.grids(current)
    shares = np.array([accuracies[s][choice.k - 1] if s in accuracies else np.nan for s in settings])
    if np.isnan(shares).all():
        st.info("No grid of this table is measured yet.", icon=":material/hourglass_empty:")
        return
    best = settings[int(np.nanargmax(shares))].grid
    st.markdown(
        f"The best grid for k = {choice.k} is **{best.rows} x {best.columns}** with {table.percent(np.nanmax(shares))}."
    )
    here = (choice.grid.rows, choice.grid.columns)
    rows, columns = study.sides(current)
    chart.still(
        figures.accuracy_over_grids(rows, columns, shares.reshape(len(rows), -1), here, (best.rows, best.columns)),
        key="over-grids",
        alt="Validation accuracy over rows and columns of blocks",
    )
    grids = {"rows": [s.grid.rows for s in settings], "columns": [s.grid.columns for s in settings]}
    downloads.csv(pd.DataFrame(grids | {"accuracy": shares}), "accuracy-over-grids")


def _over_references(
    choice: Choice, current: Setting, accuracies: dict[Setting, np.ndarray], references: Digits
) -> None:
    counts = {
        setting: 10 * setting.per_digit if setting.per_digit else len(references)
        for setting in sorted({*study.learning_curve(current, references), current}, key=_size)
        if setting in accuracies
    }
    shares = [float(accuracies[setting][choice.k - 1]) for setting in counts]
    chart.still(
        figures.accuracy_over_references(list(counts.values()), shares, counts[current]),
        key="over-references",
        alt="Validation accuracy over the number of references",
    )
    downloads.csv(pd.DataFrame({"references": counts.values(), "accuracy": shares}), "accuracy-over-references")


def _misread(answers: np.ndarray, validation: Digits, seconds: float) -> None:
    report = evaluation.report(answers, validation, "")
    wrong = np.flatnonzero(answers != validation.labels)
    st.markdown(
        f"{len(wrong):,} of {len(validation):,} are misread. "
        f"Reading took {1e3 * seconds / len(validation):.3f} ms a digit, features and search for k up to "
        f"{study.MOST_K} together."
    )
    chart.still(figures.confusion(report.confusion), key="confusion", alt="How often each digit was read as each other")
    counts = pd.DataFrame(report.confusion, columns=[f"read as {digit}" for digit in range(10)])
    counts.insert(0, "label", range(10))
    downloads.csv(counts, "confusion")
    shown = wrong[:MOST_SHOWN]
    st.markdown(
        f"**The first {len(shown)} that are misread**" if len(wrong) > len(shown) else "**All that are misread**"
    )
    captions = [f"{validation.labels[i]} read as {answers[i]}" for i in shown]
    digits.show(validation.images[shown], captions, width=84)


def _size(setting: Setting) -> float:
    return setting.per_digit or float("inf")


def _name(setting: Setting) -> str:
    return f"{setting.grid.rows}x{setting.grid.columns}"
