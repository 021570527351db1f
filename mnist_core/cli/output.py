"""The Typer application and what its commands share: options, the store they open, how they print their results."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mnist_core import settings

if TYPE_CHECKING:
    from mnist_core.store import Store

app = typer.Typer(
    help="Digit Lab without a browser.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON value on standard output.")]
RunReference = Annotated[str, typer.Argument(metavar="RUN", help="A run's number, or 'latest'.")]


def open_store() -> "tuple[settings.Settings, Store]":
    """The settings of the environment, and the store in their runs folder."""
    from mnist_core.store import Store  # takes half a second

    folders = settings.load()
    return folders, Store(folders.runs_dir)


def print_result(as_json: bool, value: Any, text: str) -> None:
    """Print the value as JSON, or the text."""
    print(json.dumps(value, allow_nan=False) if as_json else text)
