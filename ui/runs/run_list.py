"""The list of all runs, a page at a time, to choose some from."""

import streamlit as st

from mnist_core.store import Run, Runs
from ui import query_params, resources
from ui.components.choices import choose_rows
from ui.components.csv_button import lazy_csv_button
from ui.run_view import runs_table
from ui.text import escape_markdown

PER_PAGE = 25


def choose_runs() -> list[Run]:
    """Let a person choose runs, in the address too, newest first; the newest of the page where none is chosen.

    Empty where there are no runs. Those chosen on other pages stay chosen, as does one that is shared by its address.
    """
    runs = resources.store().runs
    everything = runs.count()
    if not everything and not query_params.ids("runs"):
        return []
    chosen = _chosen(runs)
    if not everything:
        return chosen
    of_sweeps = _choose_whether_of_sweeps(everything - runs.count(of_sweeps=False))
    count = runs.count(of_sweeps=of_sweeps)
    if not count:
        st.info("All runs are of sweeps.", icon=":material/travel_explore:")
        return chosen
    table = st.container()
    page = _turn_pages(count, runs.count(newer_than=chosen[0].id, of_sweeps=of_sweeps) if chosen else 0)
    on_page = runs.all(PER_PAGE, skip=(page - 1) * PER_PAGE, of_sweeps=of_sweeps)
    if not on_page:  # another session deleted them after they were counted
        st.rerun()
    viewer = resources.person()
    page_ids, chosen_ids = ([run.id for run in some] for some in (on_page, chosen))
    with table:
        # A selection is kept as row numbers, so a list that has changed is a new table with the same runs selected.
        rows = choose_rows(
            runs_table.runs_table(on_page, viewer),
            "multi-row",
            key=f"runs-{page_ids[0]}-{count}",
            selection_default={
                "selection": {"rows": [page_ids.index(n) for n in chosen_ids or page_ids[:1] if n in page_ids]}
            },
            alt="Runs, newest first",
        )
        lazy_csv_button(
            lambda: runs_table.runs_table(runs.all(of_sweeps=of_sweeps), viewer), "runs", "The runs of all pages."
        )
    selected = [on_page[row] for row in rows]
    elsewhere = [run for run in chosen if run.id not in page_ids]
    if elsewhere:
        _offer_to_leave_out(elsewhere, selected)
    selected = sorted([*elsewhere, *selected], key=lambda run: run.id, reverse=True) or on_page[:1]
    query_params.keep_choice("runs", [str(run.id) for run in selected])
    return selected


def _chosen(runs: Runs) -> list[Run]:
    """The runs that the address, or this session before, has chosen, newest first; at first the newest of all."""
    newest = runs.all(most=1)
    known = {str(run.id): run for run in [*runs.get_all(query_params.ids("runs")), *newest]}
    chosen = query_params.current_choices("runs", known, [str(run.id) for run in newest])
    return sorted((known[name] for name in chosen), key=lambda run: -run.id)


def _choose_whether_of_sweeps(count: int) -> bool:
    """Whether the runs of sweeps are listed too; asked where there are some."""
    if not count:
        return True
    return st.toggle(f"List the {count:,} runs of sweeps", True, key="of-sweeps", persist_state="session")


def _turn_pages(count: int, first: int) -> int:
    """The page of the list that is shown, from 1; at first the one with the run at index `first`."""
    pages = -(-count // PER_PAGE)
    if pages == 1:
        return 1
    with st.container(horizontal=True, vertical_alignment="center"):
        page: int = st.pagination(pages, default=first // PER_PAGE + 1, key="runs-page")
        st.caption(f"{count:,} runs, {PER_PAGE} on a page.")
    return page


def _offer_to_leave_out(elsewhere: list[Run], selected: list[Run]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        names = ", ".join(escape_markdown(run.name) for run in elsewhere)
        st.caption(f"Also chosen, on other pages: {names}.")
        st.button(
            "Leave out",
            icon=":material/close:",
            key="leave-out",
            on_click=query_params.keep_choice,
            args=("runs", [str(run.id) for run in selected]),
        )
