"""The Typer application, options that several commands share, and how a command prints its result."""

import json
from typing import Annotated, Any

import typer

app = typer.Typer(
    help="Digit Lab without a browser.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON value on standard output.")]
RunReference = Annotated[str, typer.Argument(metavar="RUN", help="A run's number, or 'latest'.")]


def print_result(as_json: bool, value: Any, text: str) -> None:
    """Print the value as JSON, or the text."""
    print(json.dumps(value, allow_nan=False) if as_json else text)
