"""What the documents say of files and commands is true."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/class.md")
FOLDERS = "mnist_core|ui|pages|tests|docs|benchmarks|static"
MADE_LATER = {".venv", "data", "runs", ".streamlit/secrets.toml"}
"""Folders and files that are named and are not in a fresh checkout."""


def code_spans(document: str) -> list[str]:
    """What stands in backticks, without the fenced blocks."""
    prose = re.sub(r"^```.*?^```", "", (PROJECT / document).read_text(), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", prose)


def paths(document: str) -> set[str]:
    """The paths in a document: spans with a folder of ours in front, or that end like a file."""
    like_a_path = rf"(?:{FOLDERS})(?:/[\w./-]*)?|[\w./-]*\w\.(?:py|md|txt|toml|js|css|jinja|png)"
    return {span for span in code_spans(document) if re.fullmatch(like_a_path, span)}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_that_a_document_names_exists(document: str) -> None:
    named = {path for path in paths(document) if not {path, path.split("/")[0]} & MADE_LATER}

    assert {path for path in named if not (PROJECT / path).exists()} == set()


def test_the_architecture_names_every_group_of_mnist_core_and_links_resolve() -> None:
    groups = {f"mnist_core/{folder.parent.name}" for folder in (PROJECT / "mnist_core").glob("*/__init__.py")}

    assert groups <= paths("docs/architecture.md")
    for document in DOCUMENTS:
        for link in re.findall(r"\]\(([^)#:]+)\)", (PROJECT / document).read_text()):
            assert ((PROJECT / document).parent / link).exists(), link


def test_the_pictures_of_the_architecture_name_modules_that_exist() -> None:
    blocks = re.findall(r"^```mermaid\n(.*?)^```", (PROJECT / "docs/architecture.md").read_text(), re.M | re.S)

    modules = {module for block in blocks for module in re.findall(r"\b[a-z_]+(?:/[a-z_]+)+\b", block)}
    assert len(modules) > 10
    roots = (PROJECT, PROJECT / "mnist_core")
    assert {module for module in modules if not any((root / f"{module}.py").exists() for root in roots)} == set()
