"""Training speed of the tutorial's recipe, four ways in turn in one run: `python -m benchmarks.training`.

The first two wait for their threads as PyTorch does by itself, the app as `mnist_core` sets it.

1. the tutorial's own loop: a DataLoader over torchvision's MNIST with ToTensor and Normalize;
2. the bare eager loop: forward, backward and step on a tensor already in memory;
3. the app's own path: a run queued for a warm worker, which trains it and stores every step;
4. the same started from the browser and watched in a headless Chromium tab on the same cores, with the time from the
   click on "Start training" to the first point on the chart.

Needs the full MNIST in the folder that MNIST_DATA_DIR names. Prints images per second and ratios; asserts nothing.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from playwright.sync_api import Page
from torch.nn import functional

from mnist_core import data, settings
from mnist_core.config import PRESETS
from mnist_core.jobs.executor import Executor
from mnist_core.store import Run, Store
from mnist_core.training import networks, trainer
from tests.browser.server import Server, chromium

ROUNDS = 5
CONFIG = PRESETS["tutorial"]
POINT = "(id) => document.querySelector(`.st-key-curves-${id} [data-chart=loss]`)?.data?.[0]?.x?.length > 0"


def tutorial_loop() -> float:
    """Images per second of one epoch over a DataLoader."""
    from torchvision import datasets, transforms

    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((data.MEAN,), (data.STD,))])
    digits = datasets.MNIST(str(settings.load().data_dir), train=True, transform=transform)
    model = networks.build_network(CONFIG)
    optimiser = torch.optim.SGD(model.parameters(), lr=CONFIG.learning_rate, momentum=CONFIG.momentum)
    started = time.perf_counter()
    for images, labels in torch.utils.data.DataLoader(digits, batch_size=CONFIG.batch_size, shuffle=True):
        optimiser.zero_grad()
        loss = functional.mse_loss(model(images.flatten(1)), functional.one_hot(labels, 10).float())
        loss.backward()
        optimiser.step()
    return len(digits) / (time.perf_counter() - started)


def bare_loop() -> float:
    """Images per second of three epochs over tensors in memory."""
    digits = data.load(settings.load()).train
    images = networks.to_inputs(torch.tensor(digits.images))
    targets = functional.one_hot(torch.tensor(digits.labels).long(), 10).float()
    model = networks.build_network(CONFIG)
    optimiser = torch.optim.SGD(model.parameters(), lr=CONFIG.learning_rate, momentum=CONFIG.momentum)
    started = time.perf_counter()
    for _ in range(CONFIG.epochs):
        for batch in torch.randperm(len(images)).split(CONFIG.batch_size):
            optimiser.zero_grad()
            loss = functional.mse_loss(model(images[batch]), targets[batch])
            loss.backward()
            optimiser.step()
    return CONFIG.epochs * len(digits) / (time.perf_counter() - started)


def app_path(store: Store, submit: Callable[[], Run]) -> float:
    """Images per second of a whole run, as the worker stored them."""
    run = submit()
    while store.runs.get(run.id).in_progress:
        time.sleep(0.5)  # more often, asking takes a tenth of a core from the training
    return store.runs.get(run.id).images_per_second


def started_in(page: Page, store: Store, seconds: list[float]) -> Run:
    """Start a run by the page's button, and note when its first point is on the chart."""
    number = store.runs.all()[0].id + 1 if store.runs.all() else 1
    clicked = time.perf_counter()
    page.get_by_role("button", name="Start training").click()
    page.wait_for_function(POINT, arg=number)
    seconds.append(time.perf_counter() - clicked)
    return store.runs.get(number)


def warm(store: Store) -> None:
    """Wait until a worker has imported PyTorch and trained its two blank images."""
    while store.workers.device() is None:
        time.sleep(0.1)
    time.sleep(3)


def main() -> None:
    where = settings.load()
    if data.load(where).name != data.FULL:
        sys.exit("Set MNIST_DATA_DIR to the folder of the full MNIST.")
    trainer.warm_up("cpu")
    print(f"{data.FULL}, {torch.get_num_threads()} threads, PyTorch {torch.__version__}; images per second")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MNIST_RUNS_DIR"] = f"{folder}/unwatched"
        store = Store(settings.load().runs_dir)
        executor = Executor(store, settings.load())
        executor.keep_workers()
        warm(store)
        app_path(store, lambda: executor.submit(CONFIG))
        rounds = []
        for number in range(1, ROUNDS + 1):
            tutorial, bare = tutorial_loop(), bare_loop()
            app = app_path(store, lambda: executor.submit(CONFIG))
            rounds.append((tutorial, bare, app))
            print(
                f"round {number}: tutorial {tutorial:,.0f}, bare {bare:,.0f}, app {app:,.0f}; "
                f"app / tutorial {app / tutorial:.1f}, time of app / time of bare {bare / app:.2f}"
            )
        watched(Path(folder) / "watched", where.data_dir, statistics.median(bare for _, bare, _ in rounds))
    print(
        f"median: app / tutorial {statistics.median(app / tutorial for tutorial, _, app in rounds):.1f}, "
        f"time of app / time of bare {statistics.median(bare / app for _, bare, app in rounds):.2f}"
    )


def watched(runs_dir: Path, data_dir: Path, bare: float) -> None:
    store, seconds = Store(runs_dir), list[float]()
    with Server(runs_dir, data_dir) as server, chromium() as browser:
        page = browser.new_page()
        page.goto(f"{server.address}/train")
        warm(store)
        for number in range(ROUNDS + 1):  # the first one also loads Plotly into the browser
            speed = app_path(store, lambda: started_in(page, store, seconds))
            if number:
                print(
                    f"watched {number}: {speed:,.0f}, time / time of bare {bare / speed:.2f}, "
                    f"first point after {seconds[-1]:.2f} s"
                )
        print(f"median: first point after {statistics.median(seconds[1:]):.2f} s")


if __name__ == "__main__":
    main()
