"""Your own set: bring it in, look at it before it is kept, and delete it again."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from mnist_core import DigitLabError
from mnist_core.data import splits
from mnist_core.data.own_sets import store
from mnist_core.data.own_sets.draft import Draft
from mnist_core.names import LONGEST_NAME
from ui import resources
from ui.components import digit_images
from ui.errors import errors_shown
from ui.long_task import Task, forget, progress_bar, run_tasks
from ui.shell import delete_button
from ui.text import escape_markdown

MAX_MEGABYTES = 100
"""Largest file that is uploaded, the server's own limit: it is in its memory while it is read."""
_CHANGE = "bring in and remove data sets"
_DRAFT, _ERROR, _KEPT = "own-set-draft", "own-set-error", "own-set-kept"
_PARTS, _PROGRESS_SECONDS, _MOST_LISTED = 50, 0.2, 1_000


def show() -> None:
    """Sets are there for everybody, so on a server with login teachers see to them."""
    if not resources.is_unlimited():
        return
    st.subheader("Your own set", anchor=False)
    with errors_shown():
        draft: Draft | None = st.session_state.get(_DRAFT)
        if draft is None:
            _offer_upload()
        elif draft.finished:
            _show_preview(draft)
        else:
            _read(draft)
    if _KEPT in st.session_state:
        st.toast(st.session_state.pop(_KEPT), icon=":material/check:")
    _offer_deletion()


def _offer_upload() -> None:
    with st.form("own-set", border=False):
        files = st.file_uploader(
            "A zip of pictures in folders named by class, an npz file, or IDX files: images and labels, for training "
            "and perhaps for test",
            accept_multiple_files=True,
            key="own-set-files",
            max_upload_size=MAX_MEGABYTES,
        )
        st.caption(
            "Pictures are named by class as in 3/anything.png; an npz holds x and y, images and labels, or x_train, "
            "y_train, x_test and y_test. Up to 10 classes and 200,000 images of any size: digits are brought to "
            "28 x 28 pixels as drawings are; other images are scaled. "
            f"The command `python -m mnist_core add-set` reads folders and files of more than {MAX_MEGABYTES} MB too."
        )
        of_digits = st.checkbox(
            "The images in an npz or in IDX files are digits",
            value=True,
            key="own-set-digits",
            help="Networks trained on them then read drawings. Otherwise the classes are numbered. What pictures show "
            "is told by the names of their folders.",
        )
        sent = st.form_submit_button("Read the files", icon=":material/upload:")
    if sent and not files:
        st.warning("Choose a file first.", icon=":material/upload:")
    elif sent:
        # What reads pictures takes long to import, and few visits of the page need it.
        from mnist_core.data.own_sets.opening import NamedFile, open_files

        contents = open_files([NamedFile(file.name, file) for file in files], of_digits=of_digits)
        st.session_state[_DRAFT] = Draft(contents, resources.settings().runs_dir)
        st.rerun()
    elif _ERROR in st.session_state:
        st.error(escape_markdown(st.session_state.pop(_ERROR)), icon=":material/error:")


def _read(draft: Draft) -> None:
    """Read some of the images, then run the page again, until all are read or somebody cancels it."""
    st.button("Cancel", icon=":material/stop:", key="own-set-cancel", on_click=_discard, help="Nothing is kept.")
    bar, count = progress_bar(_DRAFT, at_work=True), draft.contents.count
    size = max(count // _PARTS, 1)
    tasks = [
        Task(f"images {start + 1:,} to {min(start + size, count):,}", size, partial(_read_part, draft, start + size))
        # Where the page was run anew just before the end, all that is left is to finish.
        for start in range(draft.done, max(count, draft.done + 1), size)
    ]
    try:
        run_tasks(tasks, -(-count // size), count, bar, _DRAFT)
    except DigitLabError as error:
        _discard()
        st.session_state[_ERROR] = str(error)
        st.rerun()


def _read_part(draft: Draft, end: int, progress: Callable[[float], None]) -> None:
    first, shown = draft.done, time.monotonic()
    while draft.done < end and draft.read():
        # Each entry that was read is kept where the page is run anew in the midst of this.
        if time.monotonic() - shown > _PROGRESS_SECONDS:
            progress((draft.done - first) / max(end - first, 1))
            shown = time.monotonic()
    if draft.done == draft.contents.count and not draft.finished:
        draft.read()


def _show_preview(draft: Draft) -> None:
    contents = draft.contents
    train, test = draft.counts()
    counts = f"{train.sum():,} training and {test.sum():,} test images"
    st.write(f"{counts} from {escape_markdown(contents.source)}, as they will be:")
    preview = draft.preview()
    left, right = st.columns([2, 1], gap="large")
    with left:
        digit_images.show(
            [image for images in preview.values() for image in images],
            [contents.class_names[label] for label, images in preview.items() for _ in images],
            width=44,
        )
    right.dataframe(
        {"Class": contents.class_names, "For training": train.tolist(), "For test": test.tolist()},
        hide_index=True,
        height="content",
        alt="Images of each class",
    )
    if draft.inverted:
        st.caption("Most images have a light ground, so light and dark are exchanged in all: MNIST's ground is dark.")
    if not contents.has_test:
        st.caption(splits.TEST_SENTENCE)
    _list_refused(draft)
    name = st.text_input("Name of the set", max_chars=LONGEST_NAME, key="own-set-name")
    with st.container(horizontal=True):
        keep = st.button("Keep this set", type="primary", icon=":material/save:", key="own-set-keep")
        st.button("Discard", icon=":material/close:", key="own-set-discard", on_click=_discard)
    if keep:
        resources.store().access.require_teacher(_CHANGE)
        identity = draft.keep(name)
        _discard()
        st.session_state[_KEPT] = f"{escape_markdown(identity.name)} is kept."
        st.rerun()


def _list_refused(draft: Draft) -> None:
    if not draft.refused:
        return
    count, entry = len(draft.refused), draft.contents.entry
    with st.expander(
        f"1 {entry} is not taken" if count == 1 else f"{count:,} {entry}s are not taken", icon=":material/block:"
    ):
        listed = draft.refused[:_MOST_LISTED]
        st.dataframe(
            {
                entry.capitalize(): [refused.name for refused in listed],
                "Why it is not taken": [refused.reason for refused in listed],
            },
            hide_index=True,
            alt=f"{entry.capitalize()}s that are not taken",
        )
        if count > len(listed):
            st.caption(f"The first {len(listed):,} are listed.")


def _discard() -> None:
    st.session_state.pop(_DRAFT, None)
    forget(_DRAFT)


def _offer_deletion() -> None:
    runs_dir = resources.settings().runs_dir
    for path, sentence in store.damaged(runs_dir).items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.write(f":material/warning: {escape_markdown(sentence)}")
            delete_button("The damaged file is removed for good.", f"damaged-{path.name}", _remove_damaged, path)
    for identity in store.identities(runs_dir):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.write(escape_markdown(identity.sentence))
            delete_button(
                f"{escape_markdown(identity.name)} is removed for good.",
                f"own-set-{identity.name}",
                _delete,
                identity.name,
            )


def _remove_damaged(path: Path) -> None:
    resources.store().access.require_teacher(_CHANGE)
    store.remove_damaged(resources.settings().runs_dir, path)


def _delete(name: str) -> None:
    resources.store().access.require_teacher(_CHANGE)
    store.remove(resources.settings().runs_dir, name, resources.store().runs.count_on(name))
