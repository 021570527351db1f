"""What the code imports is required, and the package is described in one place."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint, packages_distributions
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[1]
PYPROJECT: dict[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text())
OURS = ("mnist_core", "ui", "pages")


def canonical(distribution: str) -> str:
    """The name of a distribution as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def required(*files: str) -> set[str]:
    """The distributions that these files name."""
    lines = [line for file in files for line in (PROJECT / file).read_text().splitlines()]
    return {canonical(name[0]) for line in lines if (name := re.match(r"[\w.-]+", line))}


def imported_packages() -> Iterator[str]:
    """The top-level packages that the product imports, at the top of a file or within a function."""
    for path in [PROJECT / "streamlit_app.py", *(path for part in OURS for path in (PROJECT / part).rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield str(node.module).split(".")[0]


def test_every_third_party_package_that_is_imported_is_required_ray_on_a_cluster_only() -> None:
    distributions = packages_distributions()
    third_party = set(imported_packages()) - {*sys.stdlib_module_names, *OURS}

    def missing(*files: str) -> set[str]:
        named = required(*files)
        return {package for package in third_party if not {canonical(name) for name in distributions[package]} & named}

    assert missing("requirements.txt") == {"ray"}
    assert missing("requirements.txt", "requirements-cluster.txt") == set()


def test_the_package_requires_what_requirements_txt_names_and_nothing_else() -> None:
    assert PYPROJECT["project"]["dynamic"] == ["dependencies"]
    assert "dependencies" not in PYPROJECT["project"]
    assert PYPROJECT["tool"]["setuptools"]["dynamic"]["dependencies"] == {"file": ["requirements.txt"]}


def test_the_command_digit_lab_is_the_module_that_python_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (name, value), *others = PYPROJECT["project"]["scripts"].items()
    assert (name, value, others) == ("digit-lab", "mnist_core.__main__:main", [])
    main = EntryPoint(name, value, "console_scripts").load()
    monkeypatch.setattr(sys, "argv", ["digit-lab", "--help"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 0
    assert "Usage: digit-lab" in capsys.readouterr().out


def test_each_file_beside_the_code_goes_with_the_package() -> None:
    patterns = PYPROJECT["tool"]["setuptools"]["package-data"]["*"]
    beside = {
        path.suffix
        for part in ("mnist_core", "ui")
        for path in (PROJECT / part).rglob("*.*")
        if path.suffix not in (".py", ".pyc")
    }

    assert {f"*{suffix}" for suffix in beside} == set(patterns)


def test_pre_commit_runs_the_checks_that_make_test_begins_with() -> None:
    makefile, hooks = ((PROJECT / name).read_text() for name in ("Makefile", ".pre-commit-config.yaml"))

    checks = re.findall(r"^\t\$\(BIN\)/((?:ruff|mypy|lint-imports).*)$", makefile, re.MULTILINE)

    assert len(checks) >= 4
    assert re.findall(r"entry: \.venv/bin/(.*)$", hooks, re.MULTILINE) == checks
