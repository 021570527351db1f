"""Every page on a phone: nothing scrolls sideways, fingers and keys reach everything, and axe finds nothing serious.

A drawing and a picture that is read are looked at with axe where they are drawn and given.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mnist_core.data import DataSet
from mnist_core.store import Run, Store, Sweep
from tests.browser.accessibility import axe_violations, tab_to, wait_until_shown
from tests.browser.server import Server
from tests.browser.test_evaluating import train_and_open
from tests.browser.test_run_controls import LossChart
from tests.browser.test_training import LONG, badge, press_start
from tests.mnist_core.small_sweeps import plan, start
from tests.processes import wait_until

pytestmark = pytest.mark.browser

ADDRESSES = [
    "",
    "data",
    "knn",
    "knn?section=Distance,+worked+out",
    "knn?section=Votes",
    "knn?section=How+good+is+it%3F",
    "train",
    "train?run={run}",
    "sweep?sweep={sweep}",
    "evaluate?run={run}",
    "evaluate?run={run}&part=Errors",
    "evaluate?run={run}&part=Calibration",
    "evaluate?run={run}&part=Robustness",
    "evaluate?run={run}&part=What+it+learned",
    "evaluate?run={run}&part=Seed+variance",
    "draw?run={run}",
    "draw?tab=My+digits",
    "runs?runs={run}",
]
"""Every page, and the parts of pages that are made of more than Streamlit's charts, without a run and with one."""

SMALL_TARGETS = """() => [...document.querySelectorAll("button, a[href], summary, [role=tab], input:not([type=file])")]
  .filter((target) => !target.closest(
    "[data-testid=stSidebar][aria-expanded=false], [data-testid^=stTabsScroll], [data-testid=stElementToolbar]"))
  .map((target) => [target, (target.matches("input") && target.closest("label, .stSlider [role=group] > div, \\
    div[role=group], [data-testid=stNumberInputContainer], [data-testid=stTextInputRootElement]")) || target])
  .filter(([target]) => target.checkVisibility({ visibilityProperty: true }))
  .map(([target, pressed]) => [target.ariaLabel || target.innerText || target.type, pressed.getBoundingClientRect()])
  .filter(([, { width, height }]) => width > 1 && Math.min(width, height) < 43.9)
  .map(([name, { width, height }]) => `${name}: ${width} x ${height}`)"""
"""What is pressed and smaller than a finger; for an input, the row or the field around it counts.

Two things of Streamlit's are left out: the arrows beside tabs, since a finger moves the tabs themselves, and the
buttons above a table, which would cover its headings.
"""


@pytest.fixture(scope="module")
def opened_run(desktop: BrowserContext, shared_server: Server, embedded: DataSet) -> Run:
    """A finished run whose test set was opened, and whose settings were trained with other seeds."""
    run = train_and_open(Store(shared_server.runs_dir), embedded)
    page = desktop.new_page()
    page.goto(f"{shared_server.address}/evaluate?run={run.id}&part=Seed variance")
    page.get_by_role("button", name="Train with other seeds").click()
    expect(page.locator(".st-key-seed-variance .xtitle")).to_be_visible()
    page.close()
    return run


@pytest.fixture(scope="module")
def ended_sweep(shared_server: Server, opened_run: Run) -> Sweep:
    """A sweep that the server's worker has brought to its end, with all that is shown of one."""
    store = Store(shared_server.runs_dir)
    sweep = start(store, plan(runs=10, at_once=1))
    wait_until(lambda: store.sweeps.get(sweep.id).status == "finished")
    return sweep


@pytest.fixture(scope="module", params=ADDRESSES)
def whole_page(
    request: pytest.FixtureRequest, handset: BrowserContext, shared_server: Server, opened_run: Run, ended_sweep: Sweep
) -> Iterator[Page]:
    """A page on a phone; what folds away is open."""
    page = handset.new_page()
    page.goto(f"{shared_server.address}/{request.param.format(run=opened_run.id, sweep=ended_sweep.id)}")
    wait_until_shown(page)
    if request.param.startswith("sweep"):
        expect(page.locator("[data-chart=importance] .xtitle")).to_be_visible()
        page.get_by_text("Plan a sweep").tap()
        expect(page.get_by_role("button", name="Start the sweep")).to_be_visible()
    yield page
    page.close()


def test_no_page_scrolls_sideways(whole_page: Page) -> None:
    for scrolled in ("html", "[data-testid=stMain]"):
        assert whole_page.locator(scrolled).evaluate("node => node.scrollWidth <= innerWidth")


def test_what_is_pressed_is_large_enough_for_a_finger(whole_page: Page) -> None:
    assert whole_page.evaluate(SMALL_TARGETS) == []


def test_axe_finds_nothing_serious_in_both_themes(whole_page: Page) -> None:
    assert axe_violations(whole_page) == []


def test_the_menu_on_a_phone(phone: Page, app: str) -> None:
    phone.goto(app)
    wait_until_shown(phone)
    phone.get_by_role("button", name="Expand sidebar").tap()
    expect(phone.get_by_role("link", name="Runs", exact=True)).to_be_in_viewport(ratio=1)

    assert phone.evaluate(SMALL_TARGETS) == []
    assert axe_violations(phone) == []


def test_on_a_phone_the_chart_follows_the_button_and_the_settings_fold_away(phone: Page, app: str) -> None:
    phone.goto(app + LONG)
    wait_until_shown(phone)
    settings, fold = phone.get_by_role("tab", name="Learning"), phone.get_by_text("Show the settings")
    expect(settings).to_be_visible()
    expect(fold).to_be_hidden()

    chart = LossChart(phone, press_start(phone))

    expect(chart.line).to_be_in_viewport()
    expect(phone.get_by_role("button", name="Start training")).to_be_in_viewport(ratio=1)
    expect(settings).to_be_hidden()
    fold.tap()
    expect(settings).to_be_visible()
    button, run = (phone.locator(f".st-key-train-{part}").bounding_box() for part in ("settings", "run"))
    assert button is not None
    assert run is not None
    assert run["y"] + run["height"] <= button["y"]


def test_a_training_is_started_and_its_data_looked_at_by_keyboard_alone(page: Page, app: str) -> None:
    page.goto(f"{app}/train?epochs=1")
    wait_until_shown(page)
    tab_to(page, page.get_by_role("button", name="Start training"))
    page.keyboard.press("Enter")
    expect(badge(page, "finished")).to_be_visible()

    tab_to(page, page.get_by_role("link", name="Data", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Data")
    wait_until_shown(page)
    tab_to(page, page.get_by_role("tab", name="Browse"))
    page.keyboard.press("ArrowRight")
    index = page.get_by_label("Index, 0 to 999")
    expect(index).to_have_value("0")
    tab_to(page, page.get_by_role("button", name="Next").last)
    page.keyboard.press("Enter")
    expect(index).to_have_value("1")


def test_blocks_points_and_cells_are_chosen_by_keyboard_alone(page: Page, app: str, opened_run: Run) -> None:
    page.goto(f"{app}/knn")
    wait_until_shown(page)
    blocks = page.locator(".block-grid").first
    tab_to(page, blocks)
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(blocks.locator(".says")).to_contain_text("row 2, column 2")
    page.keyboard.press("Escape")
    expect(blocks.locator(".on")).to_have_count(0)

    page.goto(f"{app}/evaluate?run={opened_run.id}&part=What+it+learned&projected=200")
    points = page.locator(".image-scatter")
    expect(points.locator(".points path").first).to_be_visible()
    tab_to(page, points)
    page.keyboard.press("ArrowRight")
    expect(points.locator(".tip")).to_be_visible()

    page.goto(f"{app}/evaluate?run={opened_run.id}&part=Errors")
    wait_until_shown(page)
    tab_to(page, page.get_by_label("Images of one cell"))
    page.keyboard.type("7 read as 7")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"7 read correctly: \d+ images"))).to_be_visible()


def test_a_run_is_chosen_from_the_list_and_renamed_by_keyboard_alone(
    page: Page, app: str, store: Store, opened_run: Run
) -> None:
    newest, run, *_ = store.runs.all()
    page.goto(f"{app}/runs?runs={newest.id}")
    wait_until_shown(page)
    clear = page.get_by_role("button", name="Clear selection: Runs, newest first")
    tab_to(page, clear)
    page.keyboard.press("Enter")
    expect(clear).to_have_count(0)
    tab_to(page, page.get_by_test_id("data-grid-canvas").first)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    name = page.locator(f".st-key-name-{run.id} input")
    expect(name).to_have_value(run.name)

    tab_to(page, name)
    page.keyboard.press("Control+A")
    page.keyboard.type("Named by keyboard")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Named by keyboard")).to_be_visible()
    assert store.runs.get(run.id).name == "Named by keyboard"
