"""What each page costs: `python -m benchmarks.pages`.

For every page, the CPU time and the wall time of its first run in a session and of what is done most on it, with an
empty store, with 10 and with 4,000 finished runs. The pages run in this process, without a browser, on the data set in
use; a worker is up, as in a server that has been running. Home's first run includes the start of the session. The Class
page, of a server with login, is a teacher's. Medians; asserts nothing.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from mnist_core import data, settings
from mnist_core.config import PRESETS
from mnist_core.jobs.executor import Executor
from mnist_core.store import Store
from mnist_core.training import networks
from tests.browser.server import PROJECT
from tests.ui.draw.canvas import put_on_canvas
from tests.ui.users import SECRETS, user
from ui.runs.run_list import PER_PAGE
from ui.shell import CLASS, HOME
from ui.sweep import plan_controls

COUNTS = (0, 10, 4_000)
TEACHER = "teacher"
ROUNDS = 5
STROKES = [[[60.0, 60.0], [220.0, 60.0], [120.0, 230.0]]]

Interaction = Callable[[AppTest, int], Any]
"""What a person does on an open page, in the given round, before it runs again."""


def run_again(app: AppTest, number: int) -> None:
    """Nothing: the page runs as it is."""


def draw(app: AppTest, number: int) -> None:
    shifted = [[[x + number, y] for x, y in stroke] for stroke in STROKES]
    put_on_canvas(app, shifted)


def plan_more_runs(app: AppTest, number: int) -> None:
    app.number_input(key=plan_controls.key("runs")).set_value(20 + number)


# The path of each page, its name, what is done most on it, and that in words.
PAGES: list[tuple[str, str, Interaction, str]] = [
    (HOME, "Home", run_again, "run again"),
    ("pages/data.py", "Data", lambda app, number: app.session_state.__setitem__("browse_page", number), "next images"),
    ("pages/knn.py", "KNN", lambda app, number: app.slider(key="rows").set_value(5 + number), "rows moved"),
    ("pages/train.py", "Train", lambda app, number: app.slider(key="momentum").set_value(number / 10), "slider moved"),
    ("pages/sweep.py", "Sweep", plan_more_runs, "one run more"),
    ("pages/evaluate.py", "Evaluate", lambda app, number: app.slider(key="k").set_value(number), "k moved"),
    ("pages/draw.py", "Draw", draw, "pen lifted"),
    ("pages/runs.py", "Runs", lambda app, number: app.session_state.__setitem__("runs-page", number), "page turned"),
    (CLASS, "Class", run_again, "run again"),
]


def main() -> None:
    os.environ["MNIST_TEACHERS"] = TEACHER
    with tempfile.TemporaryDirectory() as folder:
        for runs in COUNTS:
            os.environ["MNIST_RUNS_DIR"] = f"{folder}/{runs}"
            where = settings.load()
            store = Store(where.runs_dir)
            fill(store, runs)
            executor = Executor(store, where)
            executor.keep_workers()
            while store.workers.device() is None:
                time.sleep(0.1)
            print(f"{data.load(where).name}, {runs:,} finished runs; CPU and wall time in ms")
            for path, name, interact, words in PAGES:
                if name != "Runs" or runs > PER_PAGE:
                    measure(path, name, interact, words)
                else:
                    measure(path, name, run_again, "run again")


def fill(store: Store, count: int) -> None:
    """Store finished runs of the tutorial's network, which share one file of weights."""
    config = PRESETS["tutorial"]
    for _ in range(count):
        path = store.files.network_path(store.runs.create(config, data.FULL, state="finished").id)
        first = store.files.network_path(1)
        if path == first:
            networks.save_network(networks.build_network(config), config, path)
        else:
            path.hardlink_to(first)


def measure(path: str, name: str, interact: Interaction, words: str) -> None:
    firsts, nexts = [], []
    for _ in range(ROUNDS + 1):
        app = AppTest.from_file(str(PROJECT / HOME), default_timeout=300)
        if path == CLASS:
            app.secrets, app.user = SECRETS, user(TEACHER)
        if path != HOME:
            app.run()
            app.switch_page(path)
        firsts.append(times(app))
    for number in range(1, ROUNDS + 2):
        interact(app, number)
        nexts.append(times(app))
    print(f"  {name + ':':10} first run {medians(firsts)}; {words} {medians(nexts)}")


def times(app: AppTest) -> tuple[float, float]:
    """CPU and wall seconds of a run of the page."""
    cpu, wall = time.process_time(), time.perf_counter()
    app.run()
    assert not app.exception
    return time.process_time() - cpu, time.perf_counter() - wall


def medians(measured: list[tuple[float, float]]) -> str:
    """Of all but the first, which loads what the process then keeps."""
    cpu, wall = (1e3 * statistics.median(seconds) for seconds in zip(*measured[1:], strict=True))
    return f"{cpu:.0f} and {wall:.0f}"


if __name__ == "__main__":
    main()
