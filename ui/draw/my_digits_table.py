"""Browse one's own digits, relabel some, and delete some."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mnist_core.figures.png import data_url
from mnist_core.store import OwnDigit
from ui import resources
from ui.components.choices import choose_rows
from ui.shell import delete_button


def choose(digits: Sequence[OwnDigit]) -> list[OwnDigit]:
    """Show all, newest first, and return the chosen ones."""
    table = pd.DataFrame(
        {
            "Digit": [data_url(digit.pixels) for digit in digits],
            "Label": [digit.label for digit in digits],
            "Taken for": [
                ", ".join("?" if answer["digit"] is None else str(answer["digit"]) for answer in digit.answers)
                for digit in digits
            ],
            "Kept": pd.to_datetime([digit.created for digit in digits], unit="s", utc=True).tz_convert(
                st.context.timezone or "UTC"
            ),
            "From": ["strokes" if digit.strokes else "picture" for digit in digits],
        }
    )
    chosen = choose_rows(
        table,
        "multi-row",
        height=min(44 * len(digits) + 38, 400),
        row_height=44,
        key=f"own-{digits[0].id}-{len(digits)}",
        column_config={
            "Digit": st.column_config.ImageColumn(width="small"),
            "Kept": st.column_config.DatetimeColumn(format="D MMM YYYY, H:mm"),
        },
        alt="Your digits, newest first",
    )
    return [digits[row] for row in chosen]


def change(chosen: Sequence[OwnDigit]) -> None:
    """Relabel or delete the chosen digits."""
    if not chosen:
        st.caption("Choose rows to relabel or delete.")
        return
    ids = [digit.id for digit in chosen]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox(f"Label of the {len(ids)} chosen", range(10), chosen[0].label, key=f"relabel-{ids}")
        store = resources.store().digits
        st.button("Relabel", icon=":material/edit:", on_click=resources.callback(store.relabel), args=(ids, label))
        delete_button(f"{len(ids)} of your digits are removed for good.", "delete-own", store.delete, ids)
