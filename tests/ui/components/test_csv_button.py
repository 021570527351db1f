"""A table that is taken away says which data set its numbers are of."""

import pandas as pd
import pytest

from ui.components import csv_button


def test_each_row_names_its_data_set(monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, str] = {}
    monkeypatch.setattr(csv_button, "download_button", lambda _, write, name, __: files.update({name: write()}))

    csv_button.csv_button(pd.DataFrame({"k": [1, 2]}), "accuracy", "Fashion-MNIST")

    assert files == {"accuracy.csv": "k,data_set\n1,Fashion-MNIST\n2,Fashion-MNIST\n"}


def test_a_spreadsheet_finds_no_formula_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    files: list[str] = []
    monkeypatch.setattr(csv_button, "download_button", lambda _, write, name, __: files.append(write()))

    csv_button.csv_button(pd.DataFrame({"=1": [-1], "run": ["+2"], "name": ["@SUM(1)"]}), "accuracy", "-set")

    assert files == ["'=1,run,name,data_set\n-1,+2,'@SUM(1),'-set\n"]
