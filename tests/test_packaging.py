"""What the code imports is required, and the package is described in one place."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

PROJECT = Path(__file__).parents[1]
OURS = ("mnist_core", "ui", "pages")


def canonical(distribution: str) -> str:
    """The name of a distribution as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def required() -> set[str]:
    """The distributions that requirements.txt names."""
    lines = (PROJECT / "requirements.txt").read_text().splitlines()
    return {canonical(name[0]) for line in lines if (name := re.match(r"[\w.-]+", line))}


def imported_packages() -> Iterator[str]:
    """The top-level packages that the product imports, at the top of a file or within a function."""
    for path in [PROJECT / "streamlit_app.py", *(path for part in OURS for path in (PROJECT / part).rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield str(node.module).split(".")[0]


def test_every_third_party_package_that_is_imported_stands_in_requirements_txt() -> None:
    distributions = packages_distributions()
    third_party = set(imported_packages()) - {*sys.stdlib_module_names, *OURS}

    missing = {
        package for package in third_party if not {canonical(name) for name in distributions[package]} & required()
    }

    assert missing == set()
