"""Tables as CSV files."""

import pandas as pd

from mnist_core.export.csv_table import csv_text
from ui.components.download_button import download_button


def csv_button(table: pd.DataFrame, name: str, data_set: str) -> None:
    """Offer a table as `<name>.csv`; each row ends with the `data_set` that its numbers are of."""
    marked = table.assign(data_set=data_set)
    download_button("Table as CSV", lambda: csv_text(marked), f"{name}.csv")
