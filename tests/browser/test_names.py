"""Whatever a name is, it is shown as it was given: nothing runs, nothing is fetched, and the page keeps its width."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.evaluation import test_set
from mnist_core.export import html_report
from mnist_core.names import LONGEST_NAME
from mnist_core.store import Run, Store
from mnist_core.training import networks
from tests.hostile_names import SHOWN

pytestmark = pytest.mark.browser

CONFIG = TrainingConfig(hidden_sizes=(8,))
PER_PAGE = 25
ADDRESS = "https://a_b:c@other.test/d_e www.other.test a@b.test"
NAMES = [*SHOWN.values(), ADDRESS, "a -> b <- c -- d >= e ... 1. f", "&lt;b&gt; H~2~O :b: :+1: <!-- x -->"]


@pytest.fixture
def noticed(page: Page) -> Iterator[list[str]]:
    """Dialogs, and requests to other hosts, of which there may be none at the end."""
    noticed: list[str] = []
    page.on("dialog", lambda dialog: (noticed.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: noticed.append(request.url) if "other.test" in request.url else None)
    yield noticed
    assert noticed == []


def trained(store: Store, name: str) -> Run:
    run = store.runs.create(CONFIG, EMBEDDED, name, "running")
    store.workers.report(run, {"loss": ([1, 2], [0.5, 0.4])}, state="finished", step=2, steps=2, final_loss=0.4)
    return store.runs.get(run.id)


@pytest.mark.usefixtures("noticed")
def test_names_of_runs_are_shown_as_they_are_in_sentences_and_in_charts(page: Page, app: str, store: Store) -> None:
    named = [trained(store, name) for name in NAMES]
    newest = [trained(store, "") for _ in range(PER_PAGE)][-1]  # so that the others are on another page of the list

    page.goto(f"{app}/runs?runs={','.join(str(run.id) for run in [*named, newest])}")

    sentence = page.get_by_text("Also chosen, on other pages:")
    for name in NAMES:
        expect(sentence).to_contain_text(name)
        expect(page.locator(".legendtext", has_text=name)).not_to_have_count(0)
    expect(sentence.locator("a, img, svg, b, em, code")).to_have_count(0)

    page.goto(f"{app}/runs?runs={named[NAMES.index(ADDRESS)].id}")

    expect(page.get_by_role("heading", level=3).filter(has_text="finished")).to_contain_text(ADDRESS)


@pytest.mark.usefixtures("noticed")
def test_a_tables_own_toolbar_offers_no_csv_in_which_a_name_could_be_a_formula(
    page: Page, app: str, store: Store
) -> None:
    trained(store, "=1+1")
    page.goto(f"{app}/runs")

    page.get_by_test_id("stDataFrame").first.hover()

    expect(page.get_by_role("button", name="Search: Runs, newest first")).to_be_visible()
    expect(page.get_by_role("button", name="Download as CSV")).to_have_count(0)


@pytest.mark.usefixtures("noticed")
def test_a_report_shows_a_name_as_it_is(page: Page, store: Store, embedded: DataSet, tmp_path: Path) -> None:
    name = SHOWN["end of a script"]
    run = trained(store, name)
    networks.save_network(networks.build_network(CONFIG), CONFIG, store.files.network_path(run.id))
    report = tmp_path / "report.html"
    classifier = test_set.load_classifier(store, run)
    report.write_text(html_report.write_html(store, classifier, name, embedded, run, openings=0))

    page.goto(report.as_uri())

    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page).to_have_title(f"{name} - Digit Lab")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()


def assert_keeps_its_width(phone: Page) -> None:
    beyond = "main => Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth)"
    assert phone.get_by_test_id("stMain").evaluate(beyond) == 0


def test_a_long_name_without_a_gap_does_not_widen_a_phones_page(phone: Page, app: str, store: Store) -> None:
    name = LONGEST_NAME * "W"
    run = trained(store, name)

    phone.goto(f"{app}/runs?runs={run.id}")

    expect(phone.get_by_role("heading", level=3).filter(has_text="finished")).to_contain_text(name)
    assert_keeps_its_width(phone)


def test_a_long_name_of_a_file_does_not_widen_a_phones_page(phone: Page, app: str) -> None:
    name = 250 * "W" + ".png"
    phone.goto(f"{app}/draw")
    phone.get_by_text("Upload").first.click()

    phone.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": b"no picture"}]
    )

    expect(phone.get_by_role("alert").filter(has_text="cannot be read as an image")).to_contain_text(name)
    assert_keeps_its_width(phone)
