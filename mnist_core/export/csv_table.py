"""Tables as CSV in which a spreadsheet finds no formula, whatever the names in them are.

Spreadsheets compute a cell that begins like a formula, and a formula can start a program or send other cells away:
https://owasp.org/www-community/attacks/CSV_Injection.
"""

import re
from typing import Any

import pandas as pd

# Also after what some spreadsheets, by their language, take for the end of a cell; Japanese ones have wide signs too.
_FORMULA = re.compile('(?:^|(?<=[;,|"\t\r\n]))(?=[=+@＝＋－＠-])|^(?=[\t\r\n])')  # noqa: RUF001


def csv_text(table: pd.DataFrame, *, index: bool = False) -> str:
    """The table as CSV, perhaps with its index as the first column; texts are as `cell` makes them, headings too."""
    columns = table.reset_index() if index else table
    return str(columns.map(cell).rename(columns=cell).to_csv(index=False))


def cell(value: Any) -> Any:
    """What a cell of a CSV file may hold: a text that begins like a formula gets an apostrophe before it.

    A number stays one, also as a text.
    """
    return _FORMULA.sub("'", value) if isinstance(value, str) and not _is_number(value) else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
