"""Commands about the device and the data set."""

from dataclasses import asdict
from typing import Annotated

import typer

from mnist_core import settings
from mnist_core.cli.output import Json, app, print_result


@app.command()
def device(json_: Json = False) -> None:
    """Say which device PyTorch will use, and why."""
    from mnist_core.device import detect

    chosen = detect()
    print_result(
        json_,
        asdict(chosen),
        f"{chosen.name}: {chosen.reason}; {chosen.threads} threads, PyTorch {chosen.torch_version} for {chosen.build}",
    )


@app.command()
def data(
    download: Annotated[str, typer.Option(metavar="NAME", help="Fetch the data set of that name first.")] = "",
    json_: Json = False,
) -> None:
    """Say which data set is in use, or fetch the full one."""
    from mnist_core.data import load
    from mnist_core.data.download import fetch

    where = settings.load()
    if download:
        fetch(where.data_dir, download)
    data_set = load(where)
    print_result(
        json_,
        {
            "name": data_set.name,
            "train": len(data_set.train),
            "test": len(data_set.test),
            "checksum": data_set.checksum,
            "verified": data_set.verified,
            "source": data_set.source,
        },
        f"{data_set.name}: {len(data_set.train):,} training and {len(data_set.test):,} test images "
        f"from {data_set.source}, checksum {'verified' if data_set.verified else 'NOT verified'}",
    )
