"""The page's address holds its settings; what it asks for and cannot have is said in a sentence."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import streamlit as st


@contextmanager
def checked(keys: Collection[str], names: Mapping[str, str] | None = None) -> Iterator[None]:
    """Around controls bound to the address: name those whose value in the address no control could take.

    Streamlit sets these to their defaults without a word. `names` are the shown names of stored values.
    """
    asked = {key: st.query_params[key] for key in keys if key in st.query_params and key not in st.session_state}
    place = st.container()
    yield
    refused: dict[str, tuple[str, Any]] = st.session_state.setdefault("refused", {})
    for key, wanted in asked.items():
        used = st.session_state.get(key)
        shown = (names or {}).get(used, used)
        if used is not None and wanted not in (str(shown), f"{used:g}" if isinstance(used, float) else None):
            refused[key] = (f"{key}={wanted}, which is not possible, so {shown} is used", used)
    # Said until the control is moved, however often the page runs.
    said = [text for key, (text, used) in refused.items() if key in keys and st.session_state.get(key) == used]
    if said:
        place.warning(
            f"The address asks for {'; for '.join(said)}. Choose other values with the controls.",
            icon=":material/link_off:",
        )
