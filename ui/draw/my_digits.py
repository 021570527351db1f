"""My digits: the score of every model on them, browsing, files to download and upload, and training on them."""

import streamlit as st

from ui import resources
from ui.draw import fine_tune, my_digits_files, my_digits_scores, my_digits_table
from ui.errors import errors_shown


def show() -> None:
    digits = resources.store().digits.all()
    if not digits:
        st.info(
            "You have kept no digits yet. Draw one and say what it was, or bring some here.",
            icon=":material/draw:",
        )
        my_digits_files.offer_upload()
        return
    left, right = st.columns(2, gap="large")
    with left:
        count = "1 digit" if len(digits) == 1 else f"{len(digits):,} digits"
        st.subheader(f"{count} of yours, read by every model", anchor=False)
        with errors_shown():
            my_digits_scores.show(digits)
        fine_tune.offer(digits)
    with right:
        st.subheader("Browse", anchor=False)
        chosen = my_digits_table.choose(digits)
        my_digits_table.change(chosen)
        my_digits_files.offer_downloads(digits)
        my_digits_files.offer_upload()
