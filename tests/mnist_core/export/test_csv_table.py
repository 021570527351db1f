"""A spreadsheet finds no formula in a table, and programs find the numbers as they were."""

import csv
import io

import pandas as pd
import pytest

from mnist_core.export.csv_table import cell, csv_text
from tests.hostile_names import ALPHABETS, FORMULAS, MARKUP, each

SIGNS = "=+-@＝＋－＠\t\r\n"  # noqa: RUF001


@each(FORMULAS | {"tab": "\t=1", "return": "\r=1", "new line": "\n=1"})
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_no_cell_begins_like_a_formula_whatever_parts_the_cells(name: str, separator: str) -> None:
    content = csv_text(pd.DataFrame({"id": [1], name: [0.5], "Name": [name]}))

    with_quotes = csv.reader(io.StringIO(content, newline=""), delimiter=separator)
    without = csv.reader(io.StringIO(content, newline=""), delimiter=separator, quoting=csv.QUOTE_NONE)
    for row in [*with_quotes, *without]:
        assert not [text for text in row if text.lstrip('"')[:1] in SIGNS and text.lstrip('"')]


@each(MARKUP | ALPHABETS)
def test_other_names_stay_as_they_are(name: str) -> None:
    table = pd.read_csv(io.StringIO(csv_text(pd.DataFrame({"Name": [name], name: [1]}))))

    assert table.columns.tolist() == ["Name", name]
    assert table["Name"].tolist() == [name]


def test_numbers_stay_numbers_and_what_is_missing_stays_empty() -> None:
    table = pd.DataFrame({"change": [-1.5, None], "count": pd.array([None, -2], "Int64"), "text": ["-3", "+1e-5"]})

    assert csv_text(table) == "change,count,text\n-1.5,,-3\n,-2,+1e-5\n"


def test_an_index_is_the_first_column() -> None:
    assert csv_text(pd.DataFrame({"loss": [0.5]}, pd.Index([-1], name="step")), index=True) == "step,loss\n-1,0.5\n"


def test_a_cell_that_is_safe_stays_as_it_is() -> None:
    assert cell(cell("=1;-x")) == cell("=1;-x") == "'=1;'-x"
    assert cell(-1) == -1
