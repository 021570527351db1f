"""A training as one stand-alone PyTorch script, in the style of the tutorial."""

import ast
import inspect
import math
import re
from collections.abc import Mapping
from importlib import import_module
from itertools import pairwise, takewhile

from jinja2 import Environment, PackageLoader, StrictUndefined

from mnist_core import DigitLabError
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, FULL, KNOWN, MEAN, STD, split_sizes
from mnist_core.data.synthetic import cache
from mnist_core.formatting import times_opened

_TORCHVISION = {
    FULL: """
training = datasets.MNIST("data", train=True, download=True)
images, labels = training.data, training.targets""",
    "Fashion-MNIST": """
training = datasets.FashionMNIST("data", train=True, download=True)
images, labels = training.data, training.targets""",
    "KMNIST": """
training = datasets.KMNIST("data", train=True, download=True)
images, labels = training.data, training.targets""",
    "QMNIST": """
training = datasets.QMNIST("data", what="train", download=True)
images, labels = training.data, training.targets[:, 0]  # the other columns are of the writer""",
    "EMNIST-Digits": """
training = datasets.EMNIST("data", split="digits", train=True, download=True)
images, labels = training.data.transpose(1, 2), training.targets  # its files hold columns for rows""",
}
"""How torchvision loads the training images of a data set: (n, 28, 28) bytes, and their labels."""


def can_download(data_set: str) -> bool:
    """Whether a script can get the images of the data set of that name."""
    return data_set == EMBEDDED or data_set in _TORCHVISION


def write_script(
    config: TrainingConfig,
    data_set: str,
    *,
    title: str,
    file_name: str,
    steps: int | None = None,
    changes: Mapping[int, float] | None = None,
    test_openings: int = 0,
) -> str:
    """Python source that trains exactly this network on that data set, without this package.

    `steps` are those that were trained, where they are not the configuration's; `changes` the learning rates set by
    hand, by the steps done then; `test_openings` how often the test set was opened for it. The losses are the same
    within rounding on a CPU.

    Raises `DigitLabError` for a data set that a script cannot get.
    """
    if not can_download(data_set):
        raise DigitLabError(
            f"{title} was trained on {data_set}, which a script cannot download; export a run on another data set."
        )
    known = KNOWN[data_set]
    augment = _body("training.augmentation")
    count = known.train_count
    used, held_out = split_sizes(count, config.validation_share, config.train_size)
    per_epoch = config.steps_per_epoch(used)
    steps = steps or config.epochs * per_epoch
    environment = Environment(
        loader=PackageLoader("mnist_core.export", "."), undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters |= {"opened": times_opened, "pairs": pairwise}
    own_constants = data_set not in (FULL, EMBEDDED)
    environment.globals |= {"mean": "mean", "std": "std"} if own_constants else {"mean": MEAN, "std": STD}
    return environment.get_template("pytorch_script.py.jinja").render(
        config=config,
        subject="MNIST's handwritten digits" if data_set in (FULL, EMBEDDED) else f"the images of {data_set}",
        torchvision=_TORCHVISION.get(data_set, "").strip(),
        own_constants=own_constants,
        title=title.replace("\\", "").replace('"', ""),
        file_name=file_name,
        count=count,
        used=used,
        held_out=held_out,
        per_epoch=per_epoch,
        epochs=math.ceil(steps / per_epoch),
        # Where the training was stopped within an epoch.
        last_step=steps if steps % per_epoch else None,
        # A rate set by hand ends the schedule, and so does the end of its cycle.
        schedule_end=min([*(changes or ()), config.epochs * per_epoch]),
        changes=dict(changes or {}),
        test_openings=test_openings,
        draws=bool(config.synthetic_digits or config.non_digits),
        drawing="\n\n\n".join(map(_body, cache.MODULES)),
        augment=augment,
        # The hyperparameters that it reads.
        augmentation={name: value for name, value in config if re.search(rf"\bconfig\.{name}\b", augment)},
    )


def _body(module: str) -> str:
    """The source of a module without its docstring and its imports, which the script makes for all."""
    source = inspect.getsource(import_module(f"mnist_core.{module}"))
    head = takewhile(lambda part: isinstance(part, ast.Expr | ast.Import | ast.ImportFrom), ast.parse(source).body)
    *_, last = head
    return "\n".join(source.splitlines()[last.end_lineno :]).strip()
