"""Tables as CSV files."""

import pandas as pd
import streamlit as st


def csv_button(table: pd.DataFrame, name: str) -> None:
    """Offer a table as `<name>.csv`."""
    st.download_button(
        "Table as CSV",
        lambda: table.to_csv(index=False),
        f"{name}.csv",
        key=f"csv-{name}",
        icon=":material/download:",
        on_click="ignore",
    )
