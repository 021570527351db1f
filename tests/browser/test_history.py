"""The browser's Back leaves a page with one press, although pages write what is chosen into their address."""

import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED
from mnist_core.store import Run, Store
from mnist_core.training import networks
from tests.browser.accessibility import wait_until_shown
from tests.browser.test_pages import PAGES

pytestmark = pytest.mark.browser

WRITTEN = {"evaluate": "run", "draw": "run", "runs": "runs"}
"""What pages write into their address, wherever one comes from."""


@pytest.fixture
def run(store: Store) -> Run:
    """A finished run with an untrained network, which Runs, Draw and Evaluate choose."""
    config = TrainingConfig(hidden_sizes=(8,))
    run = store.runs.create(config, EMBEDDED, state="finished")
    networks.save_network(networks.build_network(config), config, store.files.network_path(run.id))
    return run


def open_page(page: Page, heading: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("link", name=heading, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


@pytest.mark.usefixtures("run")
def test_back_leaves_every_page_with_one_press(page: Page, app: str) -> None:
    page.goto(app)
    expect(page.get_by_text("Device: ").first).to_be_visible()
    for path, heading in list(PAGES.items())[1:]:
        open_page(page, heading)
        expect(page).to_have_url(re.compile(rf"/{path}\?.*\b{WRITTEN[path]}=" if path in WRITTEN else rf"/{path}"))
        wait_until_shown(page)
        entries = page.evaluate("history.length")
        page.go_back()

        expect(page.get_by_role("heading", level=1)).to_have_text("Digit Lab")
        assert page.url == f"{app}/", heading
        assert page.evaluate("history.length") == entries


@pytest.mark.usefixtures("run")
def test_what_a_page_writes_after_back_has_left_it_is_in_no_address(page: Page, app: str) -> None:
    late: list[str | bytes] = []
    written: list[str | bytes] = []

    def delay_what_runs_writes(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def to_server(sent: str | bytes) -> None:
            while late and page.url == f"{app}/":  # after Back, before the server knows of it
                written.append(late.pop(0))
                socket.send(written[-1])
            server.send(sent)

        socket.on_message(to_server)
        server.on_message(lambda sent: late.append(sent) if b"runs=" in sent else socket.send(sent))

    page.route_web_socket(re.compile("/_stcore/stream"), delay_what_runs_writes)
    page.goto(app)
    expect(page.get_by_text("Device: ").first).to_be_visible()
    open_page(page, "Runs")
    expect(page.get_by_role("button", name="Bring in a network")).to_be_visible()
    wait_until_shown(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Digit Lab")
    wait_until_shown(page)

    assert written
    assert page.url == f"{app}/"


def test_what_was_chosen_is_in_the_address_and_back_still_leaves_the_page(page: Page, app: str, run: Run) -> None:
    page.goto(app)
    open_page(page, "Evaluate")
    expect(page).to_have_url(re.compile(rf"/evaluate\?.*run={run.id}\b"))
    page.get_by_role("combobox", name="Model", exact=True).click()
    page.get_by_role("option", name=re.compile("neighbours")).click()
    expect(page).to_have_url(re.compile(r"run=knn"))
    wait_until_shown(page)
    shared = page.url
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Digit Lab")

    page.goto(shared)

    expect(page.get_by_role("heading", level=1)).to_have_text("Evaluate")
    expect(page.get_by_role("combobox", name=re.compile("Model"))).to_have_value(re.compile("neighbours"))


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(("path", "heading"), [("runs", "Runs"), ("evaluate", "Evaluate"), ("draw", "Draw")])
def test_back_leaves_a_page_that_was_opened_from_another_site(page: Page, app: str, path: str, heading: str) -> None:
    page.goto(f"{app}/_stcore/health")
    page.goto(f"{app}/{path}")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    wait_until_shown(page)

    page.go_back()

    expect(page).to_have_url(f"{app}/_stcore/health")


@pytest.mark.usefixtures("run")
def test_a_choice_on_the_first_page_of_a_session_is_in_its_address(page: Page, app: str) -> None:
    page.goto(f"{app}/_stcore/health")
    page.goto(f"{app}/evaluate")
    page.get_by_role("combobox", name="Model", exact=True).click()
    page.get_by_role("option", name=re.compile("neighbours")).click()

    expect(page).to_have_url(re.compile(r"run=knn"))
    page.go_back()
    expect(page).to_have_url(f"{app}/_stcore/health")
