"""Places workers on a Ray cluster. Called in a process of its own, since Ray ends a process whose cluster fails."""

import hashlib
import logging
import os
import re
import socket
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mnist_core import DigitLabError
from mnist_core.jobs.ray_actor import RayWorker
from mnist_core.settings import Settings

PROBE_SECONDS = 3.0  # for the head to answer
CONNECT_SECONDS = 60.0  # for Ray to connect, which retries for longer where something else answers
PLACE_SECONDS = 30.0  # for workers to start, and for those that are not wanted to save a checkpoint
_PACKAGE = Path(__file__).parents[1]
_log = logging.getLogger(__name__)


def place_workers(settings: Settings, count: int) -> None:
    """Make sure that so many workers run this program on the Ray cluster, and no others on the same runs.

    They outlive this process, and Ray starts those again whose process or node dies. Those that are too many, or have
    another version of the program or other settings, leave first. Raises `DigitLabError` where Ray is not there, or no
    place for a worker.
    """
    ray = _connect(settings)
    # A node's working folder is another one, so that the defaults would be other folders there.
    folders = {"MNIST_RUNS_DIR": str(settings.runs_dir), "MNIST_DATA_DIR": str(settings.data_dir)}
    variables = settings.as_variables() | folders
    variables.pop("MNIST_MAX_WORKERS", None)  # which the workers need not know
    resources = {"num_cpus": settings.worker_cpus, "num_gpus": settings.worker_gpus}
    version = _digest(_code(), str(sorted(variables.items())), str(resources))
    names = [f"worker-{number}-{version}" for number in range(1, count + 1)]
    if outdated := sorted(set(ray.util.list_named_actors()) - set(names)):
        _retire(ray, outdated)
    if not names:
        return
    options = {"lifetime": "detached", "get_if_exists": True, "max_restarts": -1, **resources}
    worker_class = ray.remote(RayWorker)
    workers = [worker_class.options(name=name, **options).remote(variables) for name in names]
    calls = [worker.is_up.remote() for worker in workers]
    up, waiting = ray.wait(calls, num_returns=len(calls), timeout=PLACE_SECONDS)
    if not up:
        gpus = f" and {settings.worker_gpus:g} GPUs" if settings.worker_gpus else ""
        raise DigitLabError(
            f"The Ray cluster has no place for a worker with {settings.worker_cpus} CPUs{gpus} yet; add a node, or set "
            "MNIST_WORKER_CPUS and MNIST_WORKER_GPUS to what a node has."
        )
    ray.get(up)
    _log.info("%d workers are up, %d wait for a place.", len(up), len(waiting))


def _retire(ray: Any, names: list[str]) -> None:
    workers = [ray.get_actor(name) for name in names]
    ray.wait([worker.leave.remote() for worker in workers], num_returns=len(workers), timeout=PLACE_SECONDS)
    for worker in workers:
        ray.kill(worker)  # it may have found no place yet, and has nothing to say then


def namespace(settings: Settings) -> str:
    """The name on a cluster under which the workers are that work on the same runs.

    Another password of the database leaves it the same, so that the workers that have the former one are found.
    """
    database = re.sub(r"(?<=://)([^/@:]*):[^/@]*@", r"\1@", settings.database_url)
    return f"digit-lab-{_digest(database or str(settings.runs_dir))}"


def _connect(settings: Settings) -> Any:
    """Ray's module, connected."""
    if any(name in os.environ for name in ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH")) or _TOKEN.exists():
        os.environ.setdefault("RAY_AUTH_MODE", "token")  # as `ray start` does
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_NUM_REDIS_GET_RETRIES", "3")  # with a wrong token it would try for 20 s
    try:
        import ray
    except ImportError:
        raise DigitLabError(
            "Ray is not installed here; install requirements-cluster.txt, or set MNIST_EXECUTOR to local."
        ) from None
    address = settings.ray_address
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), PROBE_SECONDS).close()
    except (OSError, OverflowError, UnicodeError):
        raise DigitLabError(
            f"No Ray head answers at {address}; start one with `ray start --head`, or set MNIST_RAY_ADDRESS to where "
            "it is."
        ) from None
    # Ray puts the working folder on the workers' search path, before the code that goes with them.
    os.chdir(settings.runs_dir)
    with _ended_after(
        CONNECT_SECONDS, f"What answers at {address} is no Ray head that Ray {ray.__version__} understands."
    ):
        try:
            ray.init(
                address,
                namespace=namespace(settings),
                runtime_env={"py_modules": [str(_PACKAGE)]},
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
        except Exception as error:
            raise DigitLabError(_reason(address, str(error), traceback.format_exc())) from None
    return ray


_TOKEN = Path.home() / ".ray" / "auth_token"


def _reason(address: str, message: str, details: str) -> str:
    """Why Ray could not connect, in a sentence."""
    if "InvalidAuthToken" in details or "AuthenticationError" in details:
        return f"The Ray head at {address} refuses the token; set RAY_AUTH_TOKEN to the one that the head has."
    if message.startswith("Version mismatch"):
        there, here = re.findall(r"Ray: (\S+)\s+Python: (\S+)", message)
        return (
            f"The Ray cluster at {address} runs Ray {there[0]} on Python {there[1]}, but here is Ray {here[0]} on "
            f"Python {here[1]}; install the same versions everywhere."
        )
    if "raylet" in message:
        return f"This machine is no node of the Ray cluster; run `ray start --address={address}` on it first."
    return f"Ray at {address} cannot be used: {' '.join(message.split())[:200]}"


@contextmanager
def _ended_after(seconds: float, sentence: str) -> Iterator[None]:
    """End this process with a sentence where what follows takes too long."""

    def end() -> None:
        print(sentence, file=sys.stderr, flush=True)
        os._exit(1)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _code() -> str:
    """All code of this package."""
    return "".join(path.read_text() for path in sorted(_PACKAGE.rglob("*.py")))


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:8]
