"""Training speed of the tutorial's recipe, three ways in turn in one run: `python -m benchmarks.training`.

1. the tutorial's own loop: a DataLoader over torchvision's MNIST with ToTensor and Normalize;
2. the bare eager loop: forward, backward and step on a tensor already in memory;
3. the app's own path: `python -m mnist_core train --preset tutorial --json`, store included.

Needs the full MNIST in the folder that MNIST_DATA_DIR names. Prints images per second and ratios; asserts nothing.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

import torch
from torch.nn import functional

from mnist_core import data, models, settings, training
from mnist_core.config import PRESETS

ROUNDS = 3
CONFIG = PRESETS["tutorial"]


def tutorial_loop() -> float:
    """Images per second of one epoch over a DataLoader."""
    from torchvision import datasets, transforms

    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((data.MEAN,), (data.STD,))])
    digits = datasets.MNIST(str(settings.load().data_dir), train=True, transform=transform)
    model = models.build(CONFIG)
    optimiser = torch.optim.SGD(model.parameters(), lr=CONFIG.learning_rate, momentum=CONFIG.momentum)
    started = time.perf_counter()
    for images, labels in torch.utils.data.DataLoader(digits, batch_size=CONFIG.batch_size, shuffle=True):
        optimiser.zero_grad()
        loss = functional.mse_loss(model(images.flatten(1)), functional.one_hot(labels, 10).float())
        loss.backward()
        optimiser.step()
    return len(digits) / (time.perf_counter() - started)


def bare_loop() -> float:
    """Images per second of one epoch over tensors in memory."""
    digits = data.load(settings.load().data_dir).train
    images = models.to_inputs(torch.tensor(digits.images))
    targets = functional.one_hot(torch.tensor(digits.labels).long(), 10).float()
    model = models.build(CONFIG)
    optimiser = torch.optim.SGD(model.parameters(), lr=CONFIG.learning_rate, momentum=CONFIG.momentum)
    started = time.perf_counter()
    for batch in torch.randperm(len(images)).split(CONFIG.batch_size):
        optimiser.zero_grad()
        loss = functional.mse_loss(model(images[batch]), targets[batch])
        loss.backward()
        optimiser.step()
    return len(digits) / (time.perf_counter() - started)


def app_path() -> float:
    """Images per second that the command line reports for all three epochs."""
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            [sys.executable, "-m", "mnist_core", "train", "--preset", "tutorial", "--json"],
            env=os.environ | {"MNIST_RUNS_DIR": folder},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    return float(json.loads(result.stdout)["images_per_second"])


def main() -> None:
    if data.load(settings.load().data_dir).name != data.FULL:
        sys.exit("Set MNIST_DATA_DIR to the folder of the full MNIST.")
    training.warm_up("cpu")
    print(f"{data.FULL}, {torch.get_num_threads()} threads, PyTorch {torch.__version__}; images per second")
    for number in range(1, ROUNDS + 1):
        tutorial, bare, app = tutorial_loop(), bare_loop(), app_path()
        print(
            f"round {number}: tutorial {tutorial:,.0f}, bare {bare:,.0f}, app {app:,.0f}; "
            f"app / tutorial {app / tutorial:.1f}, time of app / time of bare {bare / app:.2f}"
        )


if __name__ == "__main__":
    main()
