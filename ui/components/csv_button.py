"""Tables as CSV files."""

from collections.abc import Callable

import pandas as pd

from mnist_core.export.csv_table import csv_text
from ui.components.download_button import download_button


def csv_button(table: pd.DataFrame, name: str, data_set: str) -> None:
    """Offer a table as `<name>.csv`; each row ends with the `data_set` that its numbers are of."""
    marked = table.assign(data_set=data_set)
    lazy_csv_button(lambda: marked, name)


def lazy_csv_button(make: Callable[[], pd.DataFrame], name: str, explanation: str | None = None) -> None:
    """Offer the table that `make` returns as `<name>.csv`; it is called when the button is pressed.

    Then there is no session, so nobody is logged in.
    """
    download_button("Table as CSV", lambda: csv_text(make()), f"{name}.csv", explanation)
