"""Behind nginx with the documented configuration: below a path of an https address, all works and stays below it."""

import random
import re
import ssl
from collections.abc import Iterator
from email.message import Message
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser import canvas, nginx
from tests.browser.accessibility import wait_until_shown
from tests.browser.conftest import new_tab, with_forgetful_tabs
from tests.browser.nginx import Proxy
from tests.browser.server import Server
from tests.browser.test_login import expect_asked, log_in
from tests.browser.test_pages import PAGES
from tests.browser.test_pictures import open_upload, seven
from tests.browser.test_training import badge, press_start
from tests.openid_provider import OpenIDProvider

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(nginx.PROGRAM is None, reason="nginx is not installed"),
]

SEARCHED = re.compile(r"/digits/\w+/_stcore/(health|host-config)$")
"""Where Streamlit's page looks for its server too, wherever that is: it tries each folder of its address."""
COOKIES = [f"chunk{number}={'x' * 4000}" for number in range(4)]
"""A login sets several, and a browser takes up to 4,096 letters of each."""

SCRIPTS = """performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"))
  .reduce(([sent, all], script) => [sent + script.encodedBodySize, all + script.decodedBodySize], [0, 0])"""
"""How many bytes of scripts the page got, as they were sent and in all."""


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("proxy")
    with (
        nginx.in_front_of_app(folder) as proxy,
        Server(folder / "runs", folder / "data", base_path=nginx.BASE_PATH, port=proxy.app_port),
    ):
        yield proxy


@pytest.fixture
def app(proxy: Proxy) -> str:
    return proxy.address


@pytest.fixture
def page(browser: Browser, app: str) -> Iterator[Page]:
    """A tab that takes the test's certificate; what was refused or was asked of another place fails the test."""
    lost: list[str] = []

    def note_lost(response: Response) -> None:
        if response.status >= 400 and not SEARCHED.search(response.url):
            lost.append(f"{response.status} {response.url}")

    context = with_forgetful_tabs(
        browser.new_context(viewport={"width": 1280, "height": 800}, ignore_https_errors=True)
    )
    context.on("response", note_lost)
    context.on(
        "request",
        lambda request: None if request.url.startswith((app, "data:", "blob:")) else lost.append(request.url),
    )
    yield from new_tab(context)
    context.close()
    assert lost == []


def test_every_page_opens_by_the_menu_and_as_a_deep_link(page: Page, app: str) -> None:
    page.goto(app)  # without the slash at the end, as people write it
    wait_until_shown(page)
    sent, scripts = page.evaluate(SCRIPTS)
    assert sent < scripts / 2
    for path, heading in [*list(PAGES.items())[1:], ("", "Home")]:
        page.get_by_test_id("stSidebar").get_by_role("link", name=heading, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(PAGES[path])
        expect(page).to_have_url(re.compile(rf"^{app}/{path}(\?|$)"))
        wait_until_shown(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")

    for path, heading in PAGES.items():
        page.goto(f"{app}/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        wait_until_shown(page)


def test_the_state_of_the_sidebar_is_asked_for_below_the_path(page: Page, app: str) -> None:
    with page.expect_response(f"{app}/state") as answer:
        page.goto(f"{app}/data")

    assert answer.value.json()["version"]


def test_a_run_is_watched_and_downloaded_a_digit_is_drawn_for_it_and_back_leads_to_it(page: Page, app: str) -> None:
    page.goto(f"{app}/train?epochs=1&hidden_sizes=8")
    run = press_start(page)
    expect(page.locator(".js-plotly-plot .legendtext").first).to_be_visible()
    expect(badge(page, "finished")).to_be_visible()
    watched = re.compile(rf"^{app}/train\?.*\brun={run}\b")
    expect(page).to_have_url(watched)

    with page.expect_download() as download:
        page.get_by_role("button", name="Metrics").click()
    assert download.value.suggested_filename == f"run-{run}.csv"
    assert Path(download.value.path()).read_text().count("\n") > 50

    page.get_by_role("link", name="Draw a digit for it").click()
    expect(page).to_have_url(re.compile(rf"^{app}/draw\?.*run={run}\b"))
    expect(canvas.strokes_drawn(page, 0)).to_be_visible()
    canvas.stroke(page, canvas.SEVEN)
    expect(canvas.shown_answer(page).first).to_have_text(re.compile(r"\d"))
    expect(canvas.strokes_drawn(page, 1)).to_be_visible()

    page.go_back()
    expect(badge(page, "finished")).to_be_visible()
    expect(page).to_have_url(watched)
    page.reload()
    expect(badge(page, "finished")).to_be_visible()
    expect(page.locator(".js-plotly-plot .legendtext").first).to_be_visible()


def test_a_large_picture_is_uploaded(page: Page, app: str, tmp_path: Path) -> None:
    seven().resize((900, 900)).save(tmp_path / "large.png", compress_level=0)
    assert (tmp_path / "large.png").stat().st_size > 2_000_000  # nginx itself takes 1 MB
    open_upload(page, app)

    page.locator(".st-key-file input[type=file]").set_input_files(tmp_path / "large.png")

    expect(canvas.shown_answer(page)).to_have_text("7")


def test_who_asks_without_tls_is_led_to_it_with_the_whole_address(proxy: Proxy) -> None:
    connection = HTTPConnection("127.0.0.1", proxy.http_port)
    connection.request("GET", "/digits/train?run=3", headers={"Host": nginx.HOST})

    answer = connection.getresponse()

    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{nginx.HOST}/digits/train?run=3"


def test_a_login_leads_back_below_the_path(browser: Browser, tmp_path: Path) -> None:
    learner = {"name": "A learner", "groups": random.Random(0).randbytes(1_200).hex()}  # for long cookies
    with OpenIDProvider({"learner-2": learner}) as provider, nginx.in_front_of_app(tmp_path) as proxy:
        secrets = tmp_path / "secrets.toml"
        secrets.write_text(provider.secrets.replace("http://127.0.0.1:{port}", proxy.address))
        with Server(
            tmp_path / "runs", tmp_path / "data", secrets=secrets, base_path=nginx.BASE_PATH, port=proxy.app_port
        ):
            page = browser.new_page(ignore_https_errors=True)
            page.goto(f"{proxy.address}/train?size1=32")
            log_in(page, "learner-2")
            expect(page.get_by_role("heading", level=1)).to_have_text("Train")
            expect(page).to_have_url(f"{proxy.address}/train?size1=32")

            page.get_by_role("button", name="Log out").click()
            expect_asked(page, "Log in to go on.")
            expect(page).to_have_url(re.compile(rf"^{proxy.address}/"))
            page.context.close()


def test_the_cookies_of_a_login_pass_in_both_directions_and_the_app_need_not_compress(tmp_path: Path) -> None:
    received: list[Message] = []

    class Login(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            received.append(self.headers)
            self.send_response(302)
            for cookie in COOKIES:
                self.send_header("Set-Cookie", cookie)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with nginx.in_front_of_app(tmp_path) as proxy, HTTPServer(("127.0.0.1", proxy.app_port), Login) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        trust = ssl.create_default_context(cafile=proxy.certificate)
        connection = HTTPSConnection("127.0.0.1", proxy.port, context=trust)
        connection.request("GET", "/digits/oauth2callback", headers={"Host": nginx.HOST, "Cookie": "; ".join(COOKIES)})
        answer = connection.getresponse()
        server.shutdown()

    assert answer.status == 302
    assert answer.headers.get_all("Set-Cookie") == COOKIES
    assert received[0]["Cookie"] == "; ".join(COOKIES)
    assert "Accept-Encoding" not in received[0]
