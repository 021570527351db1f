"""The page's address holds its settings; what it asks for and cannot have is said in a sentence."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import streamlit as st


@contextmanager
def checked(keys: Iterable[str], names: Mapping[str, str] | None = None) -> Iterator[None]:
    """Around controls bound to the address: name those whose value in the address no control could take.

    Streamlit sets these to their defaults without a word. `names` are the shown names of stored values.
    """
    asked = {key: st.query_params[key] for key in keys if key in st.query_params and key not in st.session_state}
    place = st.container()
    yield
    for key, wanted in asked.items():
        used = st.session_state.get(key)
        shown = (names or {}).get(used, used)
        if used is not None and wanted not in (str(shown), f"{used:g}" if isinstance(used, float) else None):
            place.warning(
                f"The address asks for {key}={wanted}, which is not possible, so {shown} is used; "
                "choose another value with the controls.",
                icon=":material/link_off:",
            )
