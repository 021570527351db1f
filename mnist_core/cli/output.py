"""The Typer application and what its commands share: options, the store they open, how they print their results."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from mnist_core import DigitLabError, settings
from mnist_core.names import visible

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
    return folders, Store.open(folders)


def print_result(as_json: bool, value: Any, text: str) -> None:
    """Print the value as JSON, or the text."""
    print_text(json.dumps(value, allow_nan=False) if as_json else text)


def print_text(text: str, file: TextIO | None = None) -> None:
    """Print lines, by default on standard output; names of files in them say nothing to the terminal."""
    print("\n".join(map(visible, text.split("\n"))), file=file)


def require_writable(path: Path) -> None:
    """Raise `DigitLabError` where no file can have that path."""
    try:
        is_folder, has_parent = path.is_dir(), path.parent.is_dir()
    except OSError as error:
        name = path.name[:60]
        raise DigitLabError(f"No file can be called {name} there ({error.strerror}); choose another.") from None
    if is_folder:
        raise DigitLabError(f"{path} is a folder; name a file in it.")
    if not has_parent:
        raise DigitLabError(f"There is no folder {path.parent}; make it, or choose another one for {path.name}.")
