"""Who uses this session, and the page that stands in place of every other one until somebody has logged in."""

import ssl
import time
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import streamlit as st
from streamlit.errors import StreamlitAuthError

from mnist_core import DigitLabError, claims
from mnist_core.claims import Login
from mnist_core.settings import Settings
from ui.components import return_after_login
from ui.errors import errors_shown
from ui.text import escape_markdown

_STYLES = Path(__file__).with_suffix(".css")
_PROVIDER_SECONDS = 5.0
_PROVIDER_KEYS = "client_id, client_secret and server_metadata_url"
_ended: set[str] = set()
"""Logins that were ended by Log out. Other tabs of that browser have sessions that go on; they stop here."""


def is_on() -> bool:
    """Whether one has to log in: where there is a section `[auth]` in the secrets, or secrets that cannot be read."""
    try:
        return "auth" in st.secrets
    except OSError as error:
        return getattr(error, "error_id", "") != "no-secrets-found"


def identity(settings: Settings) -> Login | None:
    """Who uses this session; None on a server without login.

    Raises `DigitLabError` where nobody is logged in, and where whoever is may not use this server, or not any more.
    """
    return requirement(settings)()


def require(settings: Callable[[], Settings]) -> Login | None:
    """Who uses this session, as `identity`; where that raises, the page ends here and shows how to log in."""
    if not is_on():
        return None
    try:
        login = _logged_in(st.user.to_dict(), settings())
    except DigitLabError as error:
        _show_page(str(error))
        st.stop()
    return_after_login.go_back(sha256(f"{login.issuer} {login.subject}".encode()).hexdigest()[:16])
    return login


def rerun_where_it_has_ended(settings: Settings) -> None:
    """Run the whole page again, which then asks to log in, where nobody may see it any more."""
    try:
        identity(settings)
    except DigitLabError:
        st.rerun()


def requirement(settings: Settings) -> Callable[[], Login | None]:
    """What is `identity` in this session, to be called outside of a page run, too."""
    return partial(_logged_in, st.user.to_dict(), settings) if is_on() else lambda: None


def show(login: Login) -> None:
    """Who is logged in, and the way out."""
    role, icon = ("teacher", "school") if login.teacher else ("learner", "person")
    st.markdown(f":material/{icon}: {escape_markdown(login.name)}, {role}")
    with st.container(horizontal=True):
        st.button("Log out", icon=":material/logout:", key="log-out", on_click=_log_out)
        with st.popover("Your id", icon=":material/badge:"):
            st.write(
                "By your id at the login provider, whoever runs this server can name you as a teacher or a learner:"
            )
            st.code(login.subject, language=None, wrap_lines=True)


def _logged_in(user: Mapping[str, Any], settings: Settings) -> Login:
    if not user.get("is_logged_in"):
        raise DigitLabError("You are not logged in; load this page anew.")
    login = claims.read(user, settings, time.time())
    if _key(user) in _ended:
        raise DigitLabError("You have logged out.")
    if login.expired:
        raise DigitLabError("Your login has expired. Log in again to go on where you were; your runs go on meanwhile.")
    if not login.allowed:
        raise DigitLabError(
            f"{login.name} may not use this server yet. Ask your teacher to add you to its learners, by an e-mail "
            f"address that the login provider has checked, or by your id there: {login.subject}."
        )
    return login


def _key(user: Mapping[str, object]) -> str:
    """What tells one login from another."""
    return repr([user.get(claim) for claim in ("iss", "sub", "iat", "nonce")])


def _log_out() -> None:
    _ended.add(_key(st.user.to_dict()))
    st.logout()


def _show_page(reason: str) -> None:
    st.html(_STYLES)
    st.title("Digit Lab")
    st.markdown("Train networks on handwritten digits or other small images, and watch them learn.")
    logged_in = bool(st.user.get("is_logged_in"))
    if return_after_login.keep_address() and not logged_in:
        st.warning("You were not logged in. Try again, or ask your teacher.", icon=":material/lock:")
    elif logged_in:
        st.warning(escape_markdown(reason), icon=":material/lock:")
    else:
        st.info("Log in to go on.", icon=":material/lock:")
    with errors_shown():
        providers = _providers()
        _require_right_address()
        with st.container(horizontal=True, key=return_after_login.LOG_IN):
            for name, section in providers.items():
                label = f"Log in with {name[:1].upper()}{name[1:]}" if name else "Log in"
                if st.button(label, type="primary" if len(providers) == 1 else "secondary", icon=":material/login:"):
                    _log_in(name, section)
    if logged_in and _key(st.user.to_dict()) not in _ended:
        st.button("Log out", icon=":material/logout:", key="log-out", on_click=_log_out)


def _auth() -> Mapping[str, object]:
    try:
        auth: Mapping[str, object] = st.secrets["auth"]
    except OSError:
        raise DigitLabError(
            "Nobody can log in, since the file .streamlit/secrets.toml cannot be read; correct it on the server."
        ) from None
    return auth


def _providers() -> dict[str, Mapping[str, object]]:
    """The sections of the login providers by their names; the name of the default provider is empty."""
    if find_spec("authlib") is None or find_spec("httpx") is None:
        raise DigitLabError(
            "Nobody can log in, since packages are missing on the server: pip install -r requirements-class.txt."
        )
    auth = _auth()
    sections = {name: section for name, section in auth.items() if isinstance(section, Mapping)}
    providers = {"": auth} | sections
    usable = {name: section for name, section in providers.items() if "client_id" in section}
    if not usable:
        raise DigitLabError(
            f"Nobody can log in, since .streamlit/secrets.toml names no provider with {_PROVIDER_KEYS}."
        )
    return usable


def _require_right_address() -> None:
    """Raise `DigitLabError` at another address than that in the secrets: a login leads there and counts there only."""
    if st.context.url is None:
        return
    here, there = urlsplit(st.context.url), urlsplit(str(_auth().get("redirect_uri", "")))
    if there.netloc and "{" not in there.netloc and (here.scheme, here.netloc) != (there.scheme, there.netloc):
        raise DigitLabError(
            f"Logging in works at {there.scheme}://{there.netloc} only; open Digit Lab at that address."
        )


def _log_in(name: str, section: Mapping[str, object]) -> None:
    _require_reachable(str(section.get("server_metadata_url", "")))
    try:
        st.login(name or None)
    except StreamlitAuthError as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise DigitLabError(f"The login is not set up on the server: {reason}.") from None


def _require_reachable(url: str) -> None:
    """Raise `DigitLabError` where the provider does not answer: there, Streamlit would leave one on a blank page."""
    try:
        with urlopen(url, timeout=_PROVIDER_SECONDS):
            return
    except HTTPError as error:
        if error.code < 500:
            return  # it answers, though not to this program
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, URLError) and isinstance(error.reason, ssl.SSLError):
            return  # Streamlit may trust other certificates
    raise DigitLabError(f"The login provider {urlsplit(url).netloc} does not answer. Try again in a minute.")
