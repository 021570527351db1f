"""Log in at a provider on this machine, be where one wanted to go, log out; a login that is over is asked for anew."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Run, Store
from tests.browser.accessibility import axe_violations
from tests.browser.conftest import new_tab, with_forgetful_tabs
from tests.browser.server import Server
from tests.openid_provider import OpenIDProvider

pytestmark = pytest.mark.browser

TEACHER, LEARNER = "Zoë *Ång* <b>$x$</b>", "李小龙"


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIDProvider]:
    teacher = {"name": TEACHER, "email": "t@school.org", "email_verified": True}
    with OpenIDProvider({"teacher-1": teacher, "learner-2": {"name": LEARNER}}) as provider:
        yield provider


@pytest.fixture(scope="module")
def server(provider: OpenIDProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("login")
    (folder / "secrets.toml").write_text(provider.secrets)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_TEACHERS", "t@school.org")
        server = Server(folder / "runs", folder / "data", secrets=folder / "secrets.toml")
    with server:
        yield server


@pytest.fixture
def run(server: Server) -> Run:
    """A run that has ended, which one wants to look at."""
    return Store(server.runs_dir).runs.create(TrainingConfig(), EMBEDDED, "First steps", state="stopped")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of a browser that nobody has logged in with."""
    context = with_forgetful_tabs(browser.new_context(viewport={"width": 1280, "height": 800}))
    yield from new_tab(context)
    context.close()


def log_in(page: Page, subject: str) -> None:
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name=subject, exact=True).click()


def expect_asked(page: Page, sentence: str) -> None:
    """A page on which one can log in and nothing else."""
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Digit Lab")
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stSidebar").locator("visible=true")).to_have_count(0)
    expect(page.get_by_text("First steps")).to_have_count(0)


def expect_settings(page: Page, address: str) -> None:
    """Train as that address has it: the controls, the run and the address itself."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Train")
    expect(page.get_by_role("slider", name="Units in hidden layer 1")).to_have_attribute("aria-valuetext", "32")
    expect(page.get_by_text("First steps").first).to_be_visible()
    expect(page).to_have_url(address)


def test_one_is_where_one_wanted_to_go_after_a_login_a_refusal_and_another_login_in_the_same_browser(
    page: Page, server: Server, run: Run
) -> None:
    wanted = f"{server.address}/train?run={run.id}&layers=3&size1=32"
    sidebar = page.get_by_test_id("stSidebar")

    page.goto(wanted)
    expect_asked(page, "Log in to go on.")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="Nobody", exact=True).click()
    expect_asked(page, "You were not logged in. Try again, or ask your teacher.")

    log_in(page, "teacher-1")
    expect_settings(page, wanted)
    expect(sidebar.get_by_text(f"{TEACHER}, teacher")).to_be_visible()
    page.get_by_role("button", name="Your id").click()
    expect(page.get_by_text("teacher-1")).to_be_visible()
    entries = page.evaluate("history.length")
    page.reload()
    expect_settings(page, wanted)
    assert page.evaluate("history.length") == entries

    page.evaluate("sessionStorage.setItem('drawing', 'of the teacher')")
    page.get_by_role("button", name="Log out").click()
    expect_asked(page, "Log in to go on.")
    assert not any(cookie["name"].startswith("_streamlit_user") for cookie in page.context.cookies())

    log_in(page, "learner-2")
    expect(sidebar.get_by_text(f"{LEARNER}, learner")).to_be_visible()
    expect(page.get_by_role("heading", name="State of things")).to_be_visible()
    expect(page).to_have_url(f"{server.address}/")
    page.wait_for_function("sessionStorage.getItem('drawing') === null")


def test_a_login_that_is_over_is_said_and_one_goes_on_where_one_was(
    page: Page, server: Server, run: Run, provider: OpenIDProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = f"{server.address}/train?run={run.id}&layers=3&size1=32"
    monkeypatch.setattr(provider, "age", 13 * 3_600)
    page.goto(wanted)
    log_in(page, "teacher-1")
    expect_asked(page, "Your login has expired.")

    monkeypatch.setattr(provider, "age", 0.0)
    log_in(page, "teacher-1")
    expect_settings(page, wanted)

    # Now it ends in the middle, as somebody logs out in another tab, with settings that were chosen since.
    page.get_by_role("slider", name="Units in hidden layer 2").press("ArrowRight")
    expect(page).to_have_url(re.compile("size2="))
    changed = page.url
    other = page.context.new_page()
    other.goto(server.address)
    other.get_by_role("button", name="Log out").click()
    expect_asked(other, "Log in to go on.")
    expect_asked(page, "You have logged out.")

    log_in(page, "teacher-1")
    expect_settings(page, changed)
    assert "size2=" in changed


def test_a_login_leads_to_this_server_only_whatever_the_tab_has_kept(
    page: Page, server: Server, provider: OpenIDProvider
) -> None:
    page.goto(server.address)
    expect_asked(page, "Log in to go on.")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("button", name="Nobody", exact=True)).to_be_visible()
    kept = json.dumps({"begun": True, "address": f"{provider.address}/jwks"})
    page.add_init_script(
        f"sessionStorage.getItem('digit-lab-login') && sessionStorage.setItem('digit-lab-login', {kept!r})"
    )

    page.get_by_role("button", name="learner-2", exact=True).click()

    expect(page.get_by_role("heading", name="State of things")).to_be_visible()
    expect(page.get_by_text(f"{LEARNER}, learner")).to_be_visible()
    expect(page).to_have_url(f"{server.address}/")


def test_a_provider_that_is_down_is_said_and_the_login_goes_on_when_it_is_up(
    page: Page, server: Server, provider: OpenIDProvider
) -> None:
    page.goto(f"{server.address}/runs")
    with provider.out_of_order():
        page.get_by_role("button", name="Log in", exact=True).click()
        expect(page.get_by_text("does not answer. Try again in a minute.")).to_be_visible()
        assert axe_violations(page) == []

    log_in(page, "learner-2")

    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")
