"""A real server and a real Chromium, shared by all errands of a test process; each errand has a tab of its own.

The runs folder is shared too, so an errand finds its own runs by their ids. An errand that kills its server starts one
with `serve`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from mnist_core.store import Store
from tests.browser.server import Server, chromium
from tests.processes import wait_until

WAIT_MS = 120_000
"""How long an errand waits for what must appear: far longer than it takes on a busy machine."""
LONG_MS = 300_000
"""How long it waits for work of some seconds to end."""

expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("shared")
    with Server(folder / "runs", folder / "data") as server:
        yield server


@pytest.fixture
def store(shared_server: Server) -> Store:
    """The runs of all errands."""
    return Store(shared_server.runs_dir)


@pytest.fixture
def app(shared_server: Server, store: Store) -> Iterator[str]:
    """The address of the shared server. What an errand left in progress has ended before the next one begins.

    Otherwise the next one would wait for it, or a Train page whose address names no run would show it.
    """
    yield shared_server.address
    for sweep in store.sweeps.in_progress():
        store.sweeps.stop(sweep.id)  # else it would queue its next run
    for run in store.runs.in_progress():
        store.control.stop(run.id)
    wait_until(lambda: not store.runs.in_progress())


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """Start a server to be killed; all servers of a test have the same runs folder and end with the test."""
    servers: list[Server] = []

    def start() -> Server:
        servers.append(Server(tmp_path / "runs", tmp_path / "data"))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Its pages live for seconds: to optimise their scripts costs more than it saves, a tenth of all of Chromium's."""
    with chromium("--js-flags=--no-opt --no-maglev") as browser:
        yield browser


@pytest.fixture(scope="session")
def desktop(browser: Browser) -> BrowserContext:
    """All tabs share it, since a new one would load and compile the app's scripts anew."""
    return with_forgetful_tabs(browser.new_context(viewport={"width": 1280, "height": 800}))


@pytest.fixture(scope="session")
def handset(browser: Browser) -> BrowserContext:
    """A phone: touch instead of a mouse, 390 pixels wide."""
    return with_forgetful_tabs(
        browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    )


def with_forgetful_tabs(context: BrowserContext) -> BrowserContext:
    """Whether the menu is open, which Streamlit keeps for all tabs, is forgotten by a tab that has kept nothing."""
    context.add_init_script("if (location.protocol === 'http:' && !sessionStorage.length) localStorage.clear()")
    context.set_default_timeout(WAIT_MS)
    return context


@pytest.fixture
def page(desktop: BrowserContext) -> Iterator[Page]:
    """A tab of its own; a page that shows an error of the program fails the test."""
    yield from new_tab(desktop)


@pytest.fixture
def phone(handset: BrowserContext) -> Iterator[Page]:
    """A tab of its own on a phone."""
    yield from new_tab(handset)


def new_tab(context: BrowserContext) -> Iterator[Page]:
    others = context.pages
    yield context.new_page()
    tabs = [tab for tab in context.pages if tab not in others]
    try:
        for tab in tabs:
            expect(tab.get_by_test_id("stException")).to_have_count(0)
    finally:
        for tab in tabs:
            tab.close()
