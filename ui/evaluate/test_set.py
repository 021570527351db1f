"""What a section says where there are no images to judge by."""

import streamlit as st

from ui.evaluate.selection import OWN, LabelledPredictions, Selection


def predictions_or_hint(subject: Selection) -> LabelledPredictions | None:
    """The chosen images as they are read, or None after saying what to do."""
    if subject.reading is None and subject.images == OWN:
        st.info("There are no digits of yours that this model was not trained on.", icon=":material/draw:")
        st.page_link("pages/draw.py", label="Draw some and keep them", icon=":material/draw:")
    elif subject.reading is None:
        st.info(
            "The test set is closed for this model. Open it above, or judge the model by digits of yours.",
            icon=":material/lock:",
        )
    return subject.reading
