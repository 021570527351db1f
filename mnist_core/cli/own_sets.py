"""Commands that bring in data sets of one's own, and delete them."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mnist_core import DigitLabError, settings
from mnist_core.cli.output import Json, app, open_store, print_result


@app.command()
def add_set(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="A folder or a zip file of pictures in folders named by class, as in 3/anything.png; an npz file; or "
            "two or four IDX files."
        ),
    ],
    name: Annotated[str, typer.Option(help="What to call the set.")],
    not_digits: Annotated[
        bool, typer.Option("--not-digits", help="The images in an npz file or in IDX files are no digits.")
    ] = False,
    json_: Json = False,
) -> None:
    """Bring in a data set of your own; files that cannot be taken are listed on standard error."""
    from mnist_core.data import splits
    from mnist_core.data.own_sets import store
    from mnist_core.data.own_sets.draft import Draft
    from mnist_core.data.own_sets.opening import open_paths

    runs_dir = settings.load().runs_dir
    store.checked_name(runs_dir, name)
    with open_paths(paths, of_digits=not not_digits) as contents:
        draft = Draft(contents, runs_dir)
        with typer.progressbar(length=contents.count, label="Reading", file=sys.stderr) as bar:
            while draft.read():
                bar.update(draft.done - bar.pos)
    for refused in draft.refused:
        print(f"Not taken: {refused.name} {refused.reason}.", file=sys.stderr)
    identity = draft.keep(name)
    use = "digits, so networks trained on it read drawings" if identity.of_digits else "no digits"
    sentences = [identity.sentence, f"The classes are {', '.join(identity.class_names)}: {use}."]
    sentences += [f"{len(draft.refused):,} {contents.entry}s were not taken."]
    sentences += ["Light and dark are exchanged, so that the ground is dark."] if draft.inverted else []
    sentences += [] if contents.has_test else [splits.TEST_SENTENCE]
    print_result(
        json_,
        {
            "name": identity.name,
            "train": identity.train_count,
            "test": identity.test_count,
            "class_names": identity.class_names,
            "of_digits": identity.of_digits,
            "inverted": draft.inverted,
            "not_taken": [{"file": refused.name, "reason": refused.reason} for refused in draft.refused],
        },
        " ".join(sentences),
    )


@app.command()
def remove_set(name: str, json_: Json = False) -> None:
    """Delete a data set of your own; refused while runs use it."""
    from mnist_core.data.catalogue import spelled
    from mnist_core.data.own_sets import store

    folders, runs = open_store()
    try:
        own = store.identify(folders.runs_dir, name)
        spelling = name if own is None else own.name
    except DigitLabError:  # a damaged set does not say how it is spelled, but the runs on it do
        spelling = spelled(name, {run.data_set for run in runs.runs.all()}) or name
    store.remove(folders.runs_dir, spelling, runs.runs.count_on(spelling))
    print_result(json_, {"removed": spelling}, f"The data set {spelling} is deleted.")
