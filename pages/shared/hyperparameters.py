"""The controls of every hyperparameter, kept in the address, so that a link shows the same settings."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnist_core import config
from mnist_core.config import PRESETS, TrainingConfig
from pages.shared import address
from pages.shared.table import ACTIVATIONS, LOSSES, OPTIMISERS

SIZES = [8, 16, 32, 64, 128, 256, 512, 1024]
RATES = [float(f"{digit}e{power}") for power in range(-5, 1) for digit in (1, 2, 5)] + [10.0]
DECAYS = [0.0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1]
BATCHES = [2**power for power in range(13)]
TRAIN_SIZES = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000]
MOST_LAYERS = 5
ALL = "all"


def controls(train_count: int) -> TrainingConfig:
    """Show all controls in three tabs and return what they are set to; `train_count` is the training set's size."""
    with address.checked(_TUTORIAL, ACTIVATIONS | LOSSES | OPTIMISERS):
        network, learning, images = st.tabs(["Network", "Learning", "Images"])
        with network:
            chosen = _network()
        with learning:
            chosen |= _learning()
        with images:
            chosen |= _images(train_count)
    return config.configure(**chosen)


def _network() -> dict[str, Any]:
    layers = _slider("layers", "Hidden layers", 1, MOST_LAYERS, 1, "More layers can bend the boundary more often.")
    return {
        "hidden_sizes": tuple(
            _choice(f"size{layer}", f"Units in hidden layer {layer}", SIZES, "More units can learn more, and slower.")
            for layer in range(1, layers + 1)
        ),
        "activation": _selection("activation", "Activation", ACTIVATIONS, "What each unit does with its sum."),
    }


def _learning() -> dict[str, Any]:
    optimiser = _selection("optimiser", "Optimiser", OPTIMISERS, "Adam gives each weight its own step size.")
    return {
        "optimiser": optimiser,
        "loss": _selection("loss", "Loss", LOSSES, "What training makes small. MSE compares with one-hot labels."),
        "learning_rate": _choice(
            "learning_rate", "Learning rate", RATES, "Size of a step. Too large and the loss explodes.", "{:g}".format
        ),
        "momentum": _slider(
            "momentum", "Momentum", 0.0, 0.99, 0.01, "How much of the last step is kept. SGD only.", optimiser != "sgd"
        ),
        "weight_decay": _choice(
            "weight_decay", "Weight decay", DECAYS, "Pulls weights towards zero, against overfitting.", "{:g}".format
        ),
        "epochs": _slider("epochs", "Epochs", 1, 50, 1, "How often every training image is seen."),
    }


def _images(train_count: int) -> dict[str, Any]:
    sizes = [ALL, *(size for size in TRAIN_SIZES if size <= train_count)]
    chosen = {
        "batch_size": _choice("batch_size", "Batch size", BATCHES, "Images a step. Small batches are noisy and slow."),
        "validation_share": _slider(
            "validation", "Validation share in %", 0, 50, 5, "Training images held out to see how well it generalises."
        )
        / 100,
        "train_size": _choice("train_size", "Training-set size", sizes, "How many of the other images to train on."),
        "seed": st.number_input(
            "Seed",
            0,
            2**31 - 1,
            value=_TUTORIAL["seed"],
            key="seed",
            bind="query-params",
            help="The same seed draws the same weights, order and validation images.",
        ),
    }
    return chosen | {"train_size": None if chosen["train_size"] == ALL else chosen["train_size"]}


def set_to(preset: str) -> None:
    """Set every control to a preset's value; for use as a button's callback."""
    st.session_state.update(_state_of(PRESETS[preset]))


def _state_of(configuration: TrainingConfig) -> dict[str, Any]:
    sizes = configuration.hidden_sizes
    padded = (*sizes, *(sizes[-1] for _ in range(MOST_LAYERS - len(sizes))))
    return {
        "layers": len(sizes),
        **{f"size{layer}": size for layer, size in enumerate(padded, start=1)},
        "activation": configuration.activation,
        "loss": configuration.loss,
        "optimiser": configuration.optimiser,
        "learning_rate": configuration.learning_rate,
        "momentum": configuration.momentum,
        "weight_decay": configuration.weight_decay,
        "epochs": configuration.epochs,
        "batch_size": configuration.batch_size,
        "validation": round(100 * configuration.validation_share),
        "train_size": configuration.train_size or ALL,
        "seed": configuration.seed,
    }


_TUTORIAL = _state_of(PRESETS["tutorial"])


def _slider(key: str, label: str, low: Any, high: Any, step: Any, why: str, disabled: bool = False) -> Any:
    return st.slider(label, low, high, _TUTORIAL[key], step, key=key, help=why, disabled=disabled, bind="query-params")


def _choice(key: str, label: str, options: list[Any], why: str, form: Callable[[Any], str] = str) -> Any:
    return st.select_slider(label, options, _TUTORIAL[key], key=key, help=why, format_func=form, bind="query-params")


def _selection(key: str, label: str, names: dict[str, str], why: str) -> Any:
    options = list(names)
    return st.selectbox(
        label,
        options,
        options.index(_TUTORIAL[key]),
        key=key,
        help=why,
        format_func=names.__getitem__,
        bind="query-params",
    )
