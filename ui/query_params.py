"""What is chosen stands in the page's address; what the address asks for and cannot have is said in a sentence."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from ui.components import one_history_entry
from ui.text import escape_markdown

Option = TypeVar("Option")
Default = TypeVar("Default")

_EMPTY = "none"
"""In the address: nothing is chosen, which differs from an address that asks for nothing."""
DATA_SET = "data"
"""In the session and in the address: the name of the chosen data set; the settings' where there is none."""
_MISSING = "The address asks for {}, which is not there; choose another one."


@contextmanager
def checked(keys: Collection[str], names: Mapping[str, str] | None = None) -> Iterator[None]:
    """Around controls bound to the address: name those whose value in the address no control could take.

    Streamlit sets these to their defaults without a word. `names` are the shown names of stored values.
    """
    asked = {key: st.query_params[key] for key in keys if key in st.query_params and key not in st.session_state}
    place = st.container()
    yield
    for key, text in asked.items():
        used = st.session_state.get(key, ...)
        shown = "nothing" if used is None else used if names is None else names.get(str(used), used)
        if used is not ... and text not in (str(shown), f"{used:g}" if isinstance(used, float) else None):
            _refusals()[key] = (f"{key}={escape_markdown(text[:30])}, which is not possible, so {shown} is used", used)
    said = _refused(keys)
    if said:
        place.warning(
            f"The address asks for {'; for '.join(said)}. Choose other values with the controls.",
            icon=":material/link_off:",
        )


def current_choice(
    key: str, options: Collection[Option], default: Default, *, param: str | None = None, missing: str = _MISSING
) -> Option | Default:
    """The one option that is chosen, kept in the session as `key` and in the address as `param` (None: `key`).

    The address decides where it asks for another option than before, then what this session chose last, then
    `default`. Called before the control with that key, it returns what the control will show. `missing` is said where
    the address asks for an option that is not there, with that option in place of `{}`.
    """
    asked, absent = _asked(key, param or key, options)
    chosen = asked[0] if asked else st.session_state.get(key, default)
    if chosen not in options:
        chosen = default
    keep_choice(key, chosen, param=param)
    _say_absent(key, absent, missing)
    return chosen


def current_choices(
    key: str,
    options: Collection[Option],
    default: Sequence[Option] = (),
    *,
    most: int | None = None,
    param: str | None = None,
    missing: str = _MISSING,
) -> list[Option]:
    """The options that are chosen, at most `most`; otherwise as `current_choice`. In the address they are a list."""
    asked, absent = _asked(key, param or key, options)
    chosen = st.session_state.get(key, default) if asked is None else asked
    possible = [option for option in dict.fromkeys(chosen) if option in options][:most]
    keep_choice(key, possible, param=param)
    _say_absent(key, absent, missing)
    return possible


def ids(*keys: str) -> set[int]:
    """The ids that the address or this session names under these keys, whether or not there is anything with them."""
    held = [st.session_state.get(key) for key in keys]
    named = [str(name) for value in held for name in (value if isinstance(value, list) else [value])]
    named += [name for key in keys for name in st.query_params.get(key, "").split(",")]
    return {int(name) for name in named if name.isdecimal() and len(name) < 19}  # SQLite's integers have no more


def keep_choice(key: str, chosen: object, *, param: str | None = None) -> None:
    """Put what is chosen, an option, a list of them or None, into the session and into the address.

    To an address that a session begins with nothing is added until the page runs again: that would be a second entry in
    the browser's history.
    """
    if st.session_state.get(key, ...) != chosen:  # Streamlit refuses to set what a control of this run shows
        st.session_state[key] = chosen
    text = (",".join(map(str, chosen)) or _EMPTY) if isinstance(chosen, list) else str(chosen)
    name = param or key
    if name not in st.query_params and not one_history_entry.is_kept():
        return
    if chosen is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != text:
        st.query_params[name] = text
    st.session_state[f"{key}-in-address"] = text


def link(**values: str) -> dict[str, str]:
    """The address of a link to another page: these values, and the data set that is chosen here."""
    chosen = st.session_state.get(DATA_SET)
    return values if chosen is None else {DATA_SET: chosen} | values


def address(page: str, **values: str) -> str:
    """The whole address of a page, such as `train`, with these values, to be given to somebody else."""
    here = urlsplit(st.context.url or "")
    # A page is the last part of the path, Home is none.
    folder = here.path if here.path.endswith("/") else here.path.rpartition("/")[0] + "/"
    return urlunsplit((here.scheme, here.netloc, folder + page, urlencode(link(**values)), ""))


def rename(keys: Mapping[str, str], values: Mapping[str, Mapping[str, str]]) -> None:
    """Give what an old address calls by former names its present ones, before the controls with these keys are shown.

    `keys` are present keys by their former ones, `values` present values by their former ones, by their key.
    """
    renamed = {key: value for key, value in st.query_params.items() if key in keys or value in values.get(key, ())}
    for key, value in renamed.items():
        del st.query_params[key]
        st.query_params[keys.get(key, key)] = values.get(key, {}).get(value, value)
    if renamed:  # a control takes its first value from the address that its run began with
        st.rerun()


def _asked(key: str, param: str, options: Collection[Option]) -> tuple[list[Option] | None, str]:
    """The options that the address names, None where it is as at the last page run; and what names no option."""
    text = st.query_params.get(param, "")
    by_text = {str(option): option for option in options}
    parts = text.split(",") if text not in ("", _EMPTY) else []
    absent = ", ".join(part for part in parts if part not in by_text)
    if not text or text == st.session_state.get(f"{key}-in-address"):
        return None, absent
    return [by_text[part] for part in parts if part in by_text], absent


def _say_absent(key: str, absent: str, missing: str) -> None:
    if absent:
        _refusals()[key] = (missing.format(escape_markdown(absent[:30])), st.session_state[key])
    for sentence in _refused([key]):
        st.warning(sentence, icon=":material/link_off:")


def _refused(keys: Collection[str]) -> list[str]:
    """What the address could not have, said until the control is moved, however often the page runs."""
    return [text for key, (text, used) in _refusals().items() if key in keys and st.session_state.get(key) == used]


def _refusals() -> dict[str, tuple[str, Any]]:
    """By the key of its control: what is said, and the value that is used instead."""
    refusals: dict[str, tuple[str, Any]] = st.session_state.setdefault("refused", {})
    return refusals
