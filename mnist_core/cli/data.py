"""Verbs about the device and the data set.

What takes long to import is imported by the verb that needs it.
"""

from typing import Annotated

import typer

from mnist_core import settings
from mnist_core.cli.output import Json, app, print_answer


@app.command()
def device(json_: Json = False) -> None:
    """Say which device PyTorch will use, and why."""
    from mnist_core.device import detect

    found = detect()
    print_answer(
        json_,
        found.as_dict(),
        f"{found.name}: {found.reason}; {found.threads} threads, PyTorch {found.torch_version} for {found.build}",
    )


@app.command()
def data(
    download: Annotated[bool, typer.Option("--download", help="Fetch the full MNIST first.")] = False,
    json_: Json = False,
) -> None:
    """Say which data set is in use, or fetch the full one."""
    from mnist_core import data as digits
    from mnist_core.data.download import fetch

    where = settings.load().data_dir
    if download:
        fetch(where)
    found = digits.load(where)
    print_answer(
        json_,
        {
            "name": found.name,
            "train": len(found.train),
            "test": len(found.test),
            "checksum": found.checksum,
            "verified": found.verified,
            "source": found.source,
        },
        f"{found.name}: {len(found.train):,} training and {len(found.test):,} test images from {found.source}, "
        f"checksum {'verified' if found.verified else 'NOT verified'}",
    )
