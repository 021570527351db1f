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
    list_: Annotated[
        bool, typer.Option("--list", help="Say which data sets are there, and which can be fetched.")
    ] = False,
    json_: Json = False,
) -> None:
    """Say which data set is in use, or fetch one."""
    from mnist_core.data import DOWNLOADABLE, available, load
    from mnist_core.data.download import fetch

    where = settings.load()
    if list_:
        there = available(where)
        names = [identity.name for identity in there]
        others = [name for name in DOWNLOADABLE if name not in names]
        text = "\n".join([*(identity.sentence for identity in there), f"Not there: {', '.join(others) or 'none'}."])
        print_result(json_, {"available": names, "downloadable": others}, text)
        return
    if download:
        fetch(where.data_dir, download)
    data_set = load(where, download or None)
    checked = "checksum verified" if data_set.verified else "checksum not known"
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
        f"from {data_set.source}, {checked}",
    )
