"""What a CUDA GPU makes of training and of K nearest neighbours, as Markdown: `python -m benchmarks.gpu`.

1. The tutorial's network by the app's own path, a stored run that a worker trains, beside the same step captured as a
   CUDA graph in plain PyTorch, in turn in one run; and its accuracy.
2. The presets "Accurate", with three seeds, and "For drawing": training time and accuracy, the latter's also on the
   drawings of the file that MNIST_STROKES names. "Tutorial" and "Accurate" in bfloat16.
3. Exact K nearest neighbours beside `torch.cdist` and `topk` on the same GPU.

Needs the full MNIST in the folder that MNIST_DATA_DIR names. Asserts nothing.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from mnist_core import data, settings
from mnist_core.config import PRESET_NAMES, PRESETS, TrainingConfig
from mnist_core.data import DataSet, Digits
from mnist_core.drawing import draw, normalise, read_strokes
from mnist_core.knn.blocks import Grid, block_features
from mnist_core.knn.search import ExactSearch
from mnist_core.store import Run, Store
from mnist_core.training import networks, trainer
from tests.accept.networks import accuracy
from tests.mnist_core import claimed_runs

ROUNDS, SEEDS, K = 5, 3, 25
TUTORIAL = PRESETS["tutorial"]


def main() -> None:
    digits = data.load(settings.load())
    if digits.name != data.FULL or not torch.cuda.is_available():
        sys.exit("This needs a CUDA GPU, and MNIST_DATA_DIR set to the folder of the full MNIST.")
    print("# Measured on a GPU\n\nBy `make gpu`.\n")
    print(f"{torch.cuda.get_device_name(0)}, PyTorch {torch.__version__}, CUDA {torch.version.cuda}; {digits.name}.\n")
    print("| what | measured |\n| --- | --- |")
    trainer.warm_up("cuda")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MNIST_RUNS_DIR"] = folder
        store = Store(Path(folder))
        tutorial(store, digits)
        accurate(store, digits)
        bfloat16(store, digits)
        for_drawing(store, digits)
    for grid in (Grid(5, 4), Grid(14, 14)):
        neighbours(digits, grid)


def row(what: str, measured: str) -> None:
    print(f"| {what} | {measured} |", flush=True)


def train(store: Store, config: TrainingConfig) -> Run:
    run = store.runs.create(config, data.FULL)
    claimed_runs.train(store, claimed_runs.claim(store, run.id))
    return store.runs.get(run.id)


def network(store: Store, run: Run) -> nn.Module:
    return networks.load_network(store.files.network_path(run.id))[0]


def tutorial(store: Store, digits: DataSet) -> None:
    train(store, TUTORIAL)  # loads what is loaded late
    bare, app = list[float](), list[float]()
    for _ in range(ROUNDS):
        bare.append(captured_loop(digits))
        run = train(store, TUTORIAL)
        app.append(run.images_per_second)
    ratio = statistics.median(ours / theirs for ours, theirs in zip(app, bare, strict=True))
    row("Tutorial, app's path", f"{statistics.median(app):,.0f} images/s, {ratio:.2f} of the bare captured step")
    row("Tutorial, bare captured step", f"{statistics.median(bare):,.0f} images/s")
    row("Tutorial, accuracy on the test set", f"{accuracy(network(store, run), digits.test):.2%}")


def captured_loop(digits: DataSet) -> float:
    """Images per second of the tutorial's step as a CUDA graph, without validation, store or controls."""
    images = networks.to_inputs(torch.tensor(digits.train.images, device="cuda"))
    targets = functional.one_hot(torch.tensor(digits.train.labels, device="cuda").long(), 10).float()
    model = networks.build_network(TUTORIAL).cuda()
    optimiser = torch.optim.SGD(model.parameters(), TUTORIAL.learning_rate, TUTORIAL.momentum, fused=True)
    batch = torch.arange(TUTORIAL.batch_size, device="cuda")

    def step() -> Tensor:
        loss = functional.mse_loss(model(images[batch]), targets[batch])
        loss.backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=False)
        return loss.detach()

    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    torch.cuda.synchronize()
    started, taken = time.perf_counter(), 0
    for _ in range(TUTORIAL.epochs):
        for indices in torch.randperm(len(images)).cuda().split(TUTORIAL.batch_size):
            if len(indices) == TUTORIAL.batch_size:
                batch.copy_(indices)
                graph.replay()
                taken += len(indices)
    torch.cuda.synchronize()
    return taken / (time.perf_counter() - started)


def accurate(store: Store, digits: DataSet) -> None:
    train(store, PRESETS["accurate"])
    for seed in range(SEEDS):
        run = train(store, PRESETS["accurate"].model_copy(update={"seed": seed}))
        row(
            f"Accurate, seed {seed}",
            f"{run.seconds:.2f} s, {accuracy(network(store, run), digits.test):.2%} of the test set",
        )


def bfloat16(store: Store, digits: DataSet) -> None:
    for preset in ("tutorial", "accurate"):
        run = train(store, PRESETS[preset].model_copy(update={"number_format": "bfloat16"}))
        row(
            f"{PRESET_NAMES[preset]} in bfloat16",
            f"{run.images_per_second:,.0f} images/s, {accuracy(network(store, run), digits.test):.2%} of the test set",
        )


def for_drawing(store: Store, digits: DataSet) -> None:
    started = time.perf_counter()
    run = train(store, PRESETS["drawing"])
    whole = time.perf_counter() - started
    measured = f"{run.seconds:.1f} s, {whole:.1f} s with drawing the synthetic digits"
    row("For drawing", f"{measured}; {accuracy(network(store, run), digits.test):.2%} of the test set")
    if (strokes := Path(os.environ.get("MNIST_STROKES", ""))).is_file():
        drawings = read_strokes(strokes)
        images = [image for drawing in drawings if (image := normalise(draw(drawing.strokes))) is not None]
        drawn = Digits(np.stack(images), np.array([drawing.label for drawing in drawings], np.uint8))
        row("For drawing, on drawings", f"{accuracy(network(store, run), drawn):.1%} of {len(drawn):,}")


def neighbours(digits: DataSet, grid: Grid) -> None:
    references, queries = (block_features(part.images, grid) for part in (digits.train, digits.test))
    search = ExactSearch(references, "cuda")
    points, asked = torch.from_numpy(references).cuda(), torch.from_numpy(queries).cuda()

    def plain() -> None:
        torch.cdist(asked, points).topk(K, largest=False)

    ours, theirs = ([seconds(task) for _ in range(ROUNDS)] for task in (lambda: search.nearest(queries, K), plain))
    ratio = statistics.median(ours) / statistics.median(theirs)
    row(
        f"Neighbours, {grid.name} blocks, {len(queries):,} of {len(references):,}, k = {K}",
        f"{1e3 * statistics.median(ours):.1f} ms, {ratio:.2f} times `cdist` and `topk`",
    )


def seconds(task: Callable[[], object]) -> float:
    torch.cuda.synchronize()
    started = time.perf_counter()
    task()
    torch.cuda.synchronize()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
