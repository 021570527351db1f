"""On a server with login, every page shows nothing but how to log in until somebody who may use it has done so."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from mnist_core.config import TrainingConfig
from mnist_core.store import Store
from tests.mnist_core.class_of_learners import ISSUER
from tests.ui.markdown import as_shown
from tests.ui.users import NOBODY, SECRETS, user
from ui import login
from ui.shell import HOME, PAGES

EXPIRED = user("17", iat=0)
STRANGERS = {
    "nobody": NOBODY,
    "expired": EXPIRED,
    "no subject": user("17", sub=None),
    "not a learner": user("18"),
}
"""Who may not use a server whose only learner is 17, or not any more."""


@pytest.fixture(autouse=True)
def nobody_has_logged_out_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "_ended", set())


def open_with_secrets(auth: Mapping[str, Any]) -> AppTest:
    """Home of a server with this section in its secrets, for somebody who is not logged in."""
    app = AppTest.from_file("../../streamlit_app.py", default_timeout=300)
    app.secrets, app.user = {"auth": dict(auth)}, NOBODY
    app.run()
    assert not app.exception
    return app


def sentences(app: AppTest) -> str:
    return as_shown(" ".join(element.value for element in [*app.info, *app.warning, *app.error]))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", STRANGERS.values(), ids=STRANGERS)
def test_no_page_shows_or_reads_anything_before_somebody_has_logged_in(
    path: str, who: dict[str, Any], open_page: Callable[..., AppTest], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_LEARNERS", "17")
    run = store.runs.create(TrainingConfig(), "MNIST-5000", "Nobody's business", state="finished")

    def open_store(*_: object) -> Store:
        raise AssertionError("the store was read")

    monkeypatch.setattr(Store, "open", open_store)

    app = open_page(path, user=who, run=str(run.id))

    assert [title.value for title in app.title] == ["Digit Lab"]
    assert app.button[0].label == "Log in"
    assert not app.sidebar.children
    shown = {element.type for element in app.main} - {"main", "html", "bidi_component"}
    assert shown <= {"title", "markdown", "info", "warning", "button", "flex_container"}
    assert "business" not in str(app.main)


@pytest.mark.parametrize("path", PAGES)
def test_after_a_login_each_page_is_itself_and_says_who_one_is(path: str, open_page: Callable[..., AppTest]) -> None:
    app = open_page(path, user=user("17", "Zoë *Bold* <b>"))

    assert app.title[0].value == ("Digit Lab" if path == HOME else PAGES[path][0])
    assert ":material/person: Zoë \\*Bold\\* \\<b\\>, learner" in [text.value for text in app.sidebar.markdown]
    assert [button.label for button in app.sidebar.button] == ["Log out"]
    assert app.sidebar.code[0].value == "17"
    assert "Log in" not in [button.label for button in app.button]


def test_a_teacher_is_named_in_the_settings(open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_TEACHERS", "t@school.org")

    app = open_page(HOME, user=user("17", "One", email="t@school.org", email_verified=True))

    assert ":material/school: One, teacher" in [text.value for text in app.sidebar.markdown]


def test_a_server_without_login_asks_nobody(open_page: Callable[..., AppTest]) -> None:
    app = open_page(HOME)

    assert "1. Train a network" in [heading.value for heading in app.subheader]
    assert not app.sidebar.button


def test_who_is_not_a_learner_is_told_whom_to_ask_and_by_which_id(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_LEARNERS", "@school.org")

    app = open_page(HOME, user=user("a*17*", "Two"))

    assert "Two may not use this server yet. Ask your teacher" in sentences(app)
    assert "your id there: a*17*." in sentences(app)
    assert [button.label for button in app.button] == ["Log in", "Log out"]


def test_a_login_that_expires_in_the_middle_ends_the_page_and_says_so(open_page: Callable[..., AppTest]) -> None:
    app = open_page("pages/train.py", user=user("17"))
    assert app.title[0].value == "Train"

    app.user = EXPIRED
    app.run()

    assert "Your login has expired. Log in again to go on where you were" in sentences(app)
    assert [title.value for title in app.title] == ["Digit Lab"]


def test_log_out_ends_the_login_in_all_sessions(open_page: Callable[..., AppTest]) -> None:
    who = user("17")
    app, other_tab = open_page(HOME, user=who), open_page("pages/train.py", user=who)

    app.button(key="log-out").click().run()
    other_tab.run()

    assert app.user == {"is_logged_in": False}
    assert sentences(app) == "Log in to go on."
    assert sentences(other_tab) == "You have logged out."
    assert [button.label for button in other_tab.button] == ["Log in"]
    assert open_page(HOME, user=user("17", nonce="of the next login")).sidebar.button


@pytest.mark.parametrize(("page", "button"), [("pages/runs.py", "delete-{}"), ("pages/train.py", "Stop-{}")])
def test_a_button_that_was_shown_before_the_login_ended_does_nothing(
    page: str, button: str, open_page: Callable[..., AppTest], store: Store
) -> None:
    learner = store.as_seen_by(store.people.sign_in(ISSUER, "17", "One"))
    run = learner.runs.create(TrainingConfig(), "MNIST-5000")
    somebody = user("17")
    app = open_page(page, user=somebody, run=str(run.id))
    login._ended.add(login._key(somebody))  # in another tab

    app.button(key=button.format(run.id)).click().run()

    assert store.runs.get(run.id).state == "queued"
    assert "You have logged out" in sentences(app)


def test_each_provider_has_a_button() -> None:
    shared, provider = SECRETS["auth"], {"client_id": "a", "client_secret": "b", "server_metadata_url": ISSUER}

    named = open_with_secrets(
        {"redirect_uri": shared["redirect_uri"], "cookie_secret": "c", "google": provider, "school": provider}
    )
    default = open_with_secrets(shared | {"client_kwargs": {"prompt": "login"}})

    assert [button.label for button in named.button] == ["Log in with Google", "Log in with School"]
    assert [button.label for button in default.button] == ["Log in"]


def test_secrets_without_a_provider_are_one_sentence() -> None:
    app = open_with_secrets({"redirect_uri": "http://localhost:8501/oauth2callback", "cookie_secret": "secret"})

    assert "names no provider with client_id, client_secret and server_metadata_url." in sentences(app)
    assert not app.button


def test_secrets_that_cannot_be_read_let_nobody_in(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "secrets.toml"
    broken.write_text("[auth\ncookie_secret = 'hidden'")
    files = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(broken)])
    try:
        app = open_page(HOME)
    finally:
        config.set_option("secrets.files", files)

    assert "the file .streamlit/secrets.toml cannot be read" in sentences(app)
    assert "hidden" not in sentences(app)
    assert not app.sidebar.children
    assert not app.button


@pytest.mark.parametrize("package", ["authlib", "httpx"])
def test_missing_packages_are_one_sentence(
    package: str, open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "find_spec", lambda name: None if name == package else find_spec(name))

    app = open_page(HOME, user=NOBODY)

    assert "packages are missing on the server: pip install -r requirements-class.txt." in sentences(app)
    assert not app.button


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/.well-known/openid-configuration", "nonsense", ""])
def test_a_provider_that_does_not_answer_is_one_sentence(url: str) -> None:
    app = open_with_secrets(SECRETS["auth"] | {"server_metadata_url": url})

    app.button[0].click().run()

    assert not app.exception
    assert "does not answer. Try again in a minute." in sentences(app)


def test_an_address_at_which_no_login_counts_is_said(open_page: Callable[..., AppTest]) -> None:
    app = open_page(HOME, user=NOBODY)
    app.context = {"url": "http://127.0.0.1:8501/train?run=3"}
    app.run()

    assert "Logging in works at http://localhost:8501 only; open Digit Lab at that address." in sentences(app)
    assert not app.button


@pytest.mark.parametrize("who", [NOBODY, EXPIRED, user("17")], ids=["nobody", "expired", "somebody"])
def test_a_wrong_setting_opens_the_server_to_nobody(
    who: dict[str, Any], open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_LEARNERS", "a@b@c")

    app = open_page(HOME, user=who)

    assert not app.sidebar.children
    assert [title.value for title in app.title] == ["Digit Lab"]
    assert "1. Train a network" not in [heading.value for heading in app.subheader]
