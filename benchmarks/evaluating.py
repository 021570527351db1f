"""How long a test takes, and how soon its report is on the Evaluate page: `python -m benchmarks.evaluating`.

1. The report of the tutorial's network and of the accurate one on the 10,000 test images, with the accuracy on 10,000
   training images and all numbers that the page shows. The numbers alone are compared with scikit-learn's functions at
   the same probabilities: confusion_matrix, precision_recall_fscore_support, log_loss, and calibration_curve once for
   each digit, as it knows two classes only.
2. PCA and t-SNE of the features of 1,000 test images, and how long the page says that t-SNE will take.
3. In a headless Chromium on the same cores, a switch from the Home page to the Evaluate page of a tested network, from
   the click until its heading is visible and its chart is drawn, beside a switch to the Data page until its first image
   is visible and to the Runs page until its table is.

Needs the full MNIST in the folder that MNIST_DATA_DIR names. Prints seconds and ratios; asserts nothing.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from playwright.sync_api import Page
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, log_loss, precision_recall_fscore_support

from mnist_core import config, data, settings
from mnist_core.data import DataSet
from mnist_core.evaluation import calibration, projection, test_set
from mnist_core.evaluation.calibration import calibration_error, reliability, risk_coverage
from mnist_core.evaluation.predictions import Predictions
from mnist_core.evaluation.report import evaluate, measure_training_fit
from mnist_core.evaluation.score import per_class_scores
from mnist_core.store import Run, Store
from mnist_core.training import networks
from tests.accept.networks import trained
from tests.browser.server import Server, chromium

ROUNDS = 5
SWITCHES = 10
PROJECTED = 1_000
PAGES = {
    "Evaluate": ("test images of MNIST are read correctly", ".st-key-accuracies .js-plotly-plot .xtitle"),
    "Data": ("Data", "figure img"),
    "Runs": ("Runs", "[data-testid=stDataFrame]"),
}
"""The heading that says that a page is there, and what is seen first of what one came for."""


def seconds(work: Callable[[], Any]) -> float:
    """The median of some rounds; the first one warms up."""
    times = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def numbers(predictions: Predictions) -> tuple[Any, ...]:
    """All that the page shows of a test, computed from the probabilities."""
    test = Predictions(predictions.probabilities, predictions.labels)  # without the properties cached before
    return (
        test.score.interval,
        per_class_scores(test.predicted, test.labels),
        calibration.log_loss(test),
        reliability(test),
        calibration_error(test),
        risk_coverage(test),
        test.confidently_wrong(),
        test.least_certain(),
        test.suspected_labels(),
    )


def scikit_learn(test: Predictions) -> None:
    predicted = test.probabilities.argmax(axis=1)
    confusion_matrix(test.labels, predicted)
    precision_recall_fscore_support(test.labels, predicted)
    log_loss(test.labels, test.probabilities)
    for digit in range(10):
        calibration_curve(test.labels == digit, test.probabilities[:, digit], n_bins=15)


def add_run(store: Store, preset: str, digits: DataSet) -> Run:
    """A finished run of a preset."""
    configuration = config.configure(preset)
    model = trained(preset, seed=0, data_set=digits)
    run = store.runs.create(configuration, digits.name, config.PRESET_NAMES[preset], state="finished")
    networks.save_network(model, configuration, store.files.network_path(run.id))
    return run


def report(store: Store, run: Run, digits: DataSet) -> None:
    network = test_set.load_classifier(store, run)
    test = evaluate(network, digits).test

    def whole_report() -> None:
        measure_training_fit(network, digits)
        numbers(evaluate(network, digits).test)

    whole = seconds(whole_report)
    ours, theirs = seconds(lambda: numbers(test)), seconds(lambda: scikit_learn(test))
    print(
        f"{run.name}: report {whole:.2f} s, of which its numbers {1000 * ours:.1f} ms; "
        f"scikit-learn {1000 * theirs:.1f} ms, ratio {ours / theirs:.2f}"
    )


def project(store: Store, run: Run, digits: DataSet) -> None:
    features = test_set.load_classifier(store, run).features(digits.test.images[:PROJECTED])
    pca, tsne = seconds(lambda: projection.pca(features)), seconds(lambda: projection.tsne(features))
    print(
        f"{PROJECTED:,} images, {features.shape[1]} features: PCA {1000 * pca:.0f} ms, t-SNE {tsne:.1f} s, "
        f"of which the page says {projection.tsne_seconds(PROJECTED):.1f} s"
    )


def switch(page: Page, name: str) -> float:
    """Seconds from a click on a page's link, on the Home page, until it shows what one came for."""
    links = page.get_by_test_id("stSidebar")
    links.get_by_role("link", name="Home", exact=True).click()
    page.get_by_role("heading", name="State of things").wait_for()
    page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")
    heading, seen = PAGES[name]
    link = links.get_by_role("link", name=name, exact=True)
    started = time.perf_counter()
    link.click()
    page.get_by_role("heading", name=heading).first.wait_for()
    page.locator(seen).first.wait_for()
    return time.perf_counter() - started


def switches(folder: Path, data_dir: Path) -> None:
    with Server(folder, data_dir) as server, chromium() as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.set_default_timeout(60_000)
        page.goto(server.address)
        for name in PAGES:
            times = [switch(page, name) for _ in range(SWITCHES + 1)][1:]  # the first one warms up
            print(f"Home to {name}: median {statistics.median(times):.2f} s, worst of {SWITCHES} {max(times):.2f} s")


def main() -> None:
    data_dir = settings.load().data_dir
    digits = data.load(settings.load())
    if digits.name != data.FULL:
        sys.exit("Set MNIST_DATA_DIR to the folder of the full MNIST.")
    print(f"{torch.get_num_threads()} threads, load average {os.getloadavg()[0]:.1f}; medians of {ROUNDS} rounds")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for preset in ("accurate", "tutorial"):
            run = add_run(store, preset, digits)
            report(store, run, digits)
        project(store, run, digits)
        # The newest run is the one that the page shows by itself.
        test_set.open_test_set(store, test_set.load_classifier(store, run), digits, run)
        switches(Path(folder), data_dir)


if __name__ == "__main__":
    main()
