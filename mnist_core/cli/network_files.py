"""The commands onnx and import-model: networks as files, for other programs and from other runs folders."""

from pathlib import Path
from typing import Annotated

import typer

from mnist_core import DigitLabError
from mnist_core.cli.output import Json, RunReference, app, open_store, print_result, require_writable
from mnist_core.files import write_atomically
from mnist_core.formatting import times_opened


@app.command()
def onnx(
    run: RunReference,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, such as digits.onnx.")],
    json_: Json = False,
) -> None:
    """Write a run's network as an ONNX file, for programs without PyTorch."""
    from mnist_core.export import onnx_file, run_files

    require_writable(file)
    _, store = open_store()
    stored = store.runs.find(run)
    write_atomically(file, run_files.onnx_file(store, stored))
    print_result(
        json_,
        {"run": stored.id, "file": str(file), "data_set": stored.data_set, "description": onnx_file.DESCRIPTION},
        f"{stored.name}, trained on {stored.data_set}, is in {file}. {onnx_file.DESCRIPTION}",
    )


@app.command("import-model")
def import_model(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A network that a run's download gave, .safetensors.")],
    name: Annotated[str, typer.Option(help="The run's name; else that in the file.")] = "",
    json_: Json = False,
) -> None:
    """Bring in a network from a file as a finished run, to be drawn for and evaluated."""
    from mnist_core.export.network_import import MAX_BYTES, import_network

    try:
        if file.exists() and not file.is_file():  # a pipe, say, which nobody may ever fill
            raise DigitLabError(f"{file} is a folder, a pipe or a device, not a file; choose a .safetensors file.")
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise DigitLabError(f"{file} cannot be read ({error.strerror}); choose another file.") from None
    _, store = open_store()
    run = import_network(store, content, file.name, name)
    print_result(
        json_,
        {"run": run.id, "name": run.name, "data_set": run.data_set, "test_openings": run.test_openings},
        f"{run.name} is run {run.id}, its data set {run.data_set}: {run.config.summary}; the test set "
        f"{times_opened(run.test_openings, at_least=True)} for it",
    )
