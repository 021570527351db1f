"""The report that is handed in stands alone, shows what was opened and measured, and nothing else of the test set."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from mnist_core import data, settings
from mnist_core.config import HYPERPARAMETERS, TrainingConfig
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.evaluation import test_set
from mnist_core.evaluation.calibration import calibration_error
from mnist_core.evaluation.classifier import KNNClassifier
from mnist_core.evaluation.corruptions import CORRUPTIONS
from mnist_core.evaluation.report import Report
from mnist_core.evaluation.robustness import measure_robustness
from mnist_core.evaluation.score import per_class_scores
from mnist_core.export import html_report
from mnist_core.knn.blocks import Grid
from mnist_core.knn.study import KNNSettings
from mnist_core.store import Run, Store
from mnist_core.training import networks
from tests.mnist_core.data.own_sets.made_sets import draft, png, zipped

CONFIG = TrainingConfig(hidden_sizes=(12, 8), validation_share=0.1)
NASTY = """<img src="https://x.org/a"></script><script>alert("1")</script> & 'me'"""[:60]


class Page(HTMLParser):
    """What a browser would find in the file: words, charts, and all that it would fetch."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.words, self.charts, self.scripts = "", 0, list[str]()
        self.fetched, self.headings, self._inside = list[str](), list[str](), ""
        self.feed(source)

    @property
    def charted(self) -> list[str]:
        """The scripts that draw the charts."""
        return [script for script in self.scripts if "Plotly.newPlot(" in script and len(script) < 1_000_000]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._inside = tag
        self.charts += values.get("class") == "plotly-graph-div"
        self.fetched += [str(values[name]) for name in ("src", "href", "data", "action") if name in values]
        if tag in ("h2", "script"):
            (self.headings if tag == "h2" else self.scripts).append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts[-1] += data
        elif self._inside != "style":
            self.words += data
        if self._inside == "h2":
            self.headings[-1] += data


def finished(store: Store, name: str = "Mine", config: TrainingConfig = CONFIG) -> Run:
    """A run with a loss of ten steps and a network, which is not trained."""
    run = store.runs.create(config, EMBEDDED, name, state="running")
    losses = np.linspace(1, 0.1, 10).tolist()
    store.workers.report(run, {"loss": (range(1, 11), losses)}, state="finished", step=10, steps=10, seconds=1.25)
    networks.save_network(networks.build_network(config), config, store.files.network_path(run.id))
    return store.runs.get(run.id)


def written(store: Store, run: Run, data_set: DataSet) -> str:
    run = store.runs.get(run.id)
    network = test_set.load_classifier(store, run)
    return html_report.write_html(store, network, run.name, data_set, run=run, openings=run.test_openings)


def open_for(store: Store, run: Run, data_set: DataSet) -> Report:
    return test_set.open_test_set(store, test_set.load_classifier(store, run), data_set, run)


def test_while_the_test_set_is_closed_the_report_says_nothing_of_it(store: Store, embedded: DataSet) -> None:
    run = finished(store)

    page = Page(written(store, run, embedded))

    assert "The test set was never opened for this model." in page.words
    assert "the model has not read these test images: this report says nothing of them." in page.words
    assert "1,000" not in page.words  # how many test images there are
    assert not [script for script in page.charted if '"test"' in script]
    assert page.charts == 2
    assert page.headings == ["Loss of each step, smoothed", "Accuracy, with 95 % intervals", "Settings"]
    assert not page.fetched
    assert store.runs.get(run.id).test_openings == 0


def test_once_it_is_opened_the_report_holds_its_numbers_its_charts_and_the_count(
    store: Store, embedded: DataSet
) -> None:
    run = finished(store)
    for _ in range(2):
        report = open_for(store, run, embedded)

    page = Page(written(store, run, embedded))

    score, per_class = report.score, per_class_scores(report.test.predicted, report.test.labels)
    low, high = (100 * edge for edge in score.interval)
    assert "The test set was opened 2 times for this model." in page.words
    assert f"of 1,000 test images are read correctly, 95 % interval {low:.1f} to {high:.1f} %" in page.words
    error = 100 * calibration_error(report.test)
    assert f"Is it right as often as it is sure? Calibration error {error:.1f} points" in page.headings
    assert page.charts == 5
    assert [script for script in page.charted if '"test"' in script]
    for share in (*per_class.precision, *per_class.recall, *per_class.f1):
        assert f"{100 * share:.1f} %" in page.words
    assert store.runs.get(run.id).test_openings == 2  # writing a report opens nothing


def test_the_surest_misread_images_are_pictures_with_what_they_are(store: Store, embedded: DataSet) -> None:
    run = finished(store)
    report = open_for(store, run, embedded)

    page = Page(written(store, run, embedded))

    assert len(page.fetched) == html_report.MAX_MISREAD
    assert all(address.startswith("data:image/png;base64,") for address in page.fetched)
    first = report.test.confidently_wrong()[0]
    caption = f"{report.test.labels[first]} read as {report.test.predicted[first]}, "
    assert caption in page.words


def test_robustness_is_there_as_far_as_it_was_measured(store: Store, embedded: DataSet) -> None:
    run = finished(store)
    for way in CORRUPTIONS[:2]:
        measure_robustness(store, test_set.load_classifier(store, run), embedded.test, way)
    assert not [title for title in Page(written(store, run, embedded)).headings if "harder" in title]
    open_for(store, run, embedded)

    headings = Page(written(store, run, embedded)).headings

    assert [title for title in headings if "harder" in title] == ["Made harder by: shift", "Made harder by: rotation"]


def test_it_needs_nothing_from_the_internet_and_brings_plotly_once(store: Store, embedded: DataSet) -> None:
    run = finished(store)
    open_for(store, run, embedded)

    source = written(store, run, embedded)

    page = Page(source)
    assert not [address for address in page.fetched if not address.startswith("data:")]
    styles = "".join(re.findall(r"<style>(.*?)</style>", source, re.DOTALL))
    assert not re.search(r"url\(|@import", styles)
    assert sum(len(script) > 1_000_000 for script in page.scripts) == 1
    assert len(page.charted) == page.charts


def test_a_name_with_html_in_it_stays_words(store: Store, embedded: DataSet) -> None:
    plain, nasty = finished(store), finished(store, NASTY)
    for run in (plain, nasty):
        open_for(store, run, embedded)

    page, expected = (Page(written(store, run, embedded)) for run in (nasty, plain))

    assert page.words.count(NASTY) == 2  # the title and the heading
    assert len(page.scripts) == len(expected.scripts)
    assert not [address for address in page.fetched if "x.org" in address]


def test_all_settings_of_a_run_are_listed(store: Store, embedded: DataSet) -> None:
    run = finished(store)

    page = Page(written(store, run, embedded))

    assert "Hidden sizes12-8" in re.sub(r"\s*\n\s*", "", page.words)
    assert not [field.title for field in HYPERPARAMETERS.values() if field.title not in page.words]
    assert f"Run {run.id}, trained on {EMBEDDED} for 10 steps in 1.2 s" in page.words


@pytest.mark.parametrize(("openings", "said"), [(1, "once"), (3, "3 times")])
def test_neighbours_have_a_report_without_a_course(openings: int, said: str, store: Store, embedded: DataSet) -> None:
    neighbours = KNNClassifier(embedded, KNNSettings(Grid(2, 2), 10), k=3)
    test_set.open_test_set(store, neighbours, embedded)

    source = html_report.write_html(store, neighbours, "Three", embedded, run=None, openings=openings)

    page = Page(source)
    assert f"The test set was opened {said} for this model." in page.words
    assert not {"Settings", "Loss of each step, smoothed"} & set(page.headings)
    assert "What is read as what" in page.headings


def test_a_set_of_fewer_classes_has_a_row_for_each_of_them(store: Store, embedded: DataSet) -> None:
    digits, names = embedded.train.first(10), ("Cup", "Key")
    pictures = {f"{names[digits.labels[n]]}/{n}.png": png(digits.images[n]) for n in np.flatnonzero(digits.labels < 2)}
    draft(store.folder, tools_zip=zipped(pictures)).keep("Tools")
    tools = data.load(settings.load(), "Tools")
    classifier = KNNClassifier(tools, KNNSettings(Grid(5, 4), None), 3)
    test_set.open_test_set(store, classifier, tools)

    page = Page(html_report.write_html(store, classifier, "Neighbours", tools, None, 1))

    assert re.findall(r"^([A-Z][a-z]+?)(?:1?\d?\d\.\d %){3}\d+$", page.words, re.MULTILINE) == ["Cup", "Key"]
    assert any('["Cup","Key"]' in script for script in page.charted)
