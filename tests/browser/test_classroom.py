"""A teacher sets an assignment, a learner follows its link; the Class page on a phone and in both themes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from mnist_core.data import EMBEDDED
from mnist_core.store import Store
from tests.browser.accessibility import axe_violations, wait_until_shown
from tests.browser.conftest import with_forgetful_tabs
from tests.browser.server import Server
from tests.browser.test_accessibility import SMALL_TARGETS
from tests.browser.test_login import log_in
from tests.mnist_core.class_of_learners import CONFIG, measured
from tests.openid_provider import OpenIDProvider

pytestmark = pytest.mark.browser

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A class with a teacher and learners, all of what its page shows."""
    folder = tmp_path_factory.mktemp("class")
    with OpenIDProvider({"teacher-1": {"name": "Teacher"}, "learner-2": {"name": "李小龙"}}) as provider:
        store = Store(folder / "runs")
        for subject, name in (("learner-2", "李小龙"), ("learner-3", "Other")):
            learner = store.people.sign_in(provider.address, subject, name)
            measured(store, learner, 0.95)
            run = store.as_seen_by(learner).runs.create(CONFIG, EMBEDDED)
            if subject == "learner-2":
                store.control.pause(run.id)  # it keeps the worker, so that the other one waits
        store.classroom.set_leaderboard("names")
        store.classroom.set_limits(learner.id, 3, None)
        store.assignments.create("Small *and* good", EMBEDDED, CONFIG, 0.9, 10_000)
        (folder / "secrets.toml").write_text(provider.secrets)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MNIST_TEACHERS", "teacher-1")
            server = Server(folder / "runs", folder / "data", secrets=folder / "secrets.toml")
        with server:
            yield server


def browser_of(browser: Browser, server: Server, subject: str, **options: object) -> Iterator[BrowserContext]:
    context = with_forgetful_tabs(browser.new_context(**options))  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(server.address)
    log_in(page, subject)
    expect(page.get_by_role("heading", name="State of things")).to_be_visible()
    yield context
    context.close()


@pytest.fixture(scope="module")
def teachers(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    yield from browser_of(browser, server, "teacher-1", viewport=DESKTOP)


@pytest.fixture(scope="module")
def teachers_phone(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    yield from browser_of(browser, server, "teacher-1", viewport=PHONE, has_touch=True, is_mobile=True)


@pytest.fixture(scope="module")
def learners_phone(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    yield from browser_of(browser, server, "learner-2", viewport=PHONE, has_touch=True, is_mobile=True)


def test_a_teacher_stops_a_run_that_waits(teachers: BrowserContext, server: Server) -> None:
    # The first test of this file, since a paused run gives its worker up to others after a minute.
    store = Store(server.runs_dir)
    page: Page = teachers.new_page()
    page.goto(f"{server.address}/classroom?class-part=Queue")
    expect(page.get_by_text("1 in training, 1 waiting")).to_be_visible()
    (run,) = store.classroom.queue(10).waiting
    # The box before the second row below the headings.
    page.locator(".dvn-scroller").click(position={"x": 16, "y": 36 * 2.5})

    expect(page.get_by_role("link", name="Open on Train")).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()

    expect(page.get_by_text("1 in training, 0 waiting")).to_be_visible()
    assert store.runs.get(run.id).status == "stopped"


def test_a_teacher_sets_an_assignment_and_a_learner_follows_its_link(
    teachers: BrowserContext, learners_phone: BrowserContext, server: Server
) -> None:
    page = teachers.new_page()
    page.goto(f"{server.address}/train?layers=1&size1=32&epochs=7")
    expect(page.get_by_role("slider", name="Units in hidden layer 1")).to_have_attribute("aria-valuetext", "32")
    page.get_by_role("link", name="Class", exact=True).click()
    page.get_by_role("tab", name="Assignments").click()
    page.get_by_text("Set an assignment").click()
    expect(page.get_by_text("784-32-10, ReLU")).to_be_visible()
    page.get_by_role("textbox", name="Title").fill("Thirty-two units")
    # Not by mouse: what has just been unfolded still moves, from under the pointer.
    page.get_by_role("button", name="Set the assignment").press("Enter")
    expect(page.get_by_text("0 of 2 learners have reached it")).to_be_visible()
    link = page.get_by_test_id("stCode").locator("code").inner_text()
    assert link == (
        f"{server.address}/train?data=MNIST-5000&layers=1&size1=32&epochs=7&validation=10&assignment="
        f"{Store(server.runs_dir).assignments.all()[0].id}"
    )

    page = learners_phone.new_page()
    page.goto(link)

    expect(page.get_by_text("Thirty-two units: reach 98 % validation accuracy")).to_be_visible()
    expect(page.get_by_text("Not there yet: Run 1 has 95.0 % on 400 validation images.")).to_be_visible()
    page.get_by_text("Show the settings").tap()
    expect(page.get_by_role("slider", name="Units in hidden layer 1")).to_have_attribute("aria-valuetext", "32")


@pytest.mark.parametrize("part", ["Overview", "Queue", "Assignments", "Limits", "Leaderboard", "of a learner"])
def test_the_page_on_a_phone_and_in_both_themes(
    part: str, teachers_phone: BrowserContext, learners_phone: BrowserContext, server: Server
) -> None:
    learner = part == "of a learner"
    page = (learners_phone if learner else teachers_phone).new_page()
    page.goto(f"{server.address}/classroom" + (f"?class-part={part}" if not learner else ""))
    wait_until_shown(page)
    if part == "Assignments":
        page.get_by_text("Set an assignment").tap()
        expect(page.get_by_role("button", name="Set the assignment")).to_be_visible()

    for scrolled in ("html", "[data-testid=stMain]"):
        assert page.locator(scrolled).evaluate("node => node.scrollWidth <= innerWidth")
    assert page.evaluate(SMALL_TARGETS) == []
    assert axe_violations(page) == []
    page.close()
