"""Tables as CSV files."""

import pandas as pd

from ui.components.download_button import download_button


def csv_button(table: pd.DataFrame, name: str) -> None:
    """Offer a table as `<name>.csv`."""
    download_button("Table as CSV", lambda: table.to_csv(index=False), f"{name}.csv")
