"""The controls of every hyperparameter, kept in the address, so that a link shows the same settings."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnist_core import config
from mnist_core.config import PRESETS, TrainingConfig
from mnist_core.config.labels import ACTIVATIONS, LOSSES, NETWORKS, OPTIMISERS, SCHEDULES
from ui import query_params

SIZES = [8, 16, 32, 64, 128, 256, 512, 1024]
RATES = [float(f"{digit}e{power}") for power in range(-5, 1) for digit in (1, 2, 5)] + [10.0]
DECAYS = [0.0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1]
BATCHES = [2**power for power in range(13)]
DRAWN = [0, 1_000, 2_000, 4_000, 6_000, 8_000, 10_000, 20_000, 30_000, 50_000]
TRAIN_SIZES = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000]
MOST_LAYERS, MOST_EPOCHS = 5, 50
ALL = "all"


def controls(train_count: int) -> TrainingConfig:
    """Show all controls in four tabs and return what they are set to; `train_count` is the training set's size."""
    with query_params.checked(_TUTORIAL, NETWORKS | ACTIVATIONS | LOSSES | OPTIMISERS | SCHEDULES):
        network, learning, images, augmentation = st.tabs(["Network", "Learning", "Images", "Augment"])
        with network:
            chosen = _network()
        with learning:
            chosen |= _learning()
        with images:
            chosen |= _images(train_count)
        with augmentation:
            chosen |= _augmentation()
    return config.configure(**chosen)


def _network() -> dict[str, Any]:
    network = _selection(
        "network",
        "Network",
        NETWORKS,
        "Linear layers see 784 numbers and nothing of where they lie. Convolutions look for the same small shapes "
        "everywhere in the image first: slower, and better.",
    )
    layers = _slider(
        "layers",
        "Hidden layers",
        0,
        MOST_LAYERS,
        1,
        "Layers between input and output. Without one, linear layers are logistic regression; more can learn more "
        "complicated shapes.",
    )
    return {
        "network": network,
        "hidden_sizes": tuple(
            _choice(
                f"size{layer}",
                f"Units in hidden layer {layer}",
                SIZES,
                "How many numbers this layer hands on. More units can learn more, take longer, and overfit sooner.",
            )
            for layer in range(1, layers + 1)
        ),
        "activation": _selection(
            "activation",
            "Activation",
            ACTIVATIONS,
            "What each unit does with its sum. Without it, all layers together would be no more than one.",
        ),
    }


def _learning() -> dict[str, Any]:
    optimiser = _selection(
        "optimiser",
        "Optimiser",
        OPTIMISERS,
        "SGD takes the same step size for all weights. Adam gives each weight its own and wants a lower rate.",
    )
    return {
        "optimiser": optimiser,
        "loss": _selection(
            "loss",
            "Loss",
            LOSSES,
            "What training makes small. Squared error compares with one-hot labels; cross-entropy punishes confident "
            "mistakes harder.",
        ),
        "learning_rate": _choice(
            "learning_rate",
            "Learning rate",
            RATES,
            "Size of a step. Too small and it takes forever, too large and the loss explodes.",
            "{:g}".format,
        ),
        "schedule": _selection(
            "schedule",
            "Schedule",
            SCHEDULES,
            "How the learning rate changes. One cycle rises to it and then falls to almost 0, which often gets further "
            "in few epochs.",
        ),
        "momentum": _slider(
            "momentum",
            "Momentum",
            0.0,
            0.99,
            0.01,
            "How much of the last step is kept in the next, like a rolling ball. SGD only.",
            optimiser != "sgd",
        ),
        "weight_decay": _choice(
            "weight_decay",
            "Weight decay",
            DECAYS,
            "Pulls all weights a little towards zero at each step, against overfitting.",
            "{:g}".format,
        ),
        "epochs": _slider(
            "epochs",
            "Epochs",
            1,
            MOST_EPOCHS,
            1,
            "How often every training image is seen. More fit better, at last too well.",
        ),
    }


def _images(train_count: int) -> dict[str, Any]:
    sizes = [ALL, *(size for size in TRAIN_SIZES if size <= train_count)]
    chosen = {
        "batch_size": _choice(
            "batch_size",
            "Batch size",
            BATCHES,
            "Images a step. Small batches make many noisy steps, large ones few exact steps.",
        ),
        "validation_share": _slider(
            "validation",
            "Validation share in %",
            0,
            50,
            5,
            "Training images that are held out, to see how well the network reads images that it was not trained on.",
        )
        / 100,
        "train_size": _choice(
            "train_size",
            "Training-set size",
            sizes,
            "How many of the others to train on. Few are soon known by heart.",
        ),
        "seed": st.number_input(
            "Seed",
            0,
            2**31 - 1,
            value=_TUTORIAL["seed"],
            key="seed",
            bind="query-params",
            help="Starts all chance. The same seed draws the same weights, order and validation images.",
        ),
    }
    return chosen | {"train_size": None if chosen["train_size"] == ALL else chosen["train_size"]}


def _augmentation() -> dict[str, Any]:
    st.caption("Each training image is changed at random each time it is seen, so that none can be learnt by heart.")
    return {
        "rotation": float(_slider("rotation", "Rotation in degrees", 0, 45, 1, "Turned by up to this, either way.")),
        "scale": _slider("scale", "Scale in %", 0, 50, 5, "Widened and heightened by up to this, either way.") / 100,
        "shear": float(_slider("shear", "Shear in degrees", 0, 45, 1, "Slanted by up to this, either way.")),
        "shift": float(_slider("shift", "Shift in pixels", 0, 8, 1, "Moved by up to this in any direction.")),
        "distortion": _slider(
            "distortion",
            "Distortion in pixels",
            0.0,
            4.0,
            0.5,
            "Each part moved by up to this on its own, like rubber.",
        ),
        "thickness": _slider(
            "thickness", "Stroke thickness in %", 0, 100, 10, "Strokes made thicker or thinner by up to a pixel a side."
        )
        / 100,
        "drawn": _choice(
            "drawn",
            "Drawn digits",
            DRAWN,
            "Digits drawn by the program, mixed in: a 1 with a flag, a barred 7 and other forms that MNIST hardly has.",
        ),
        "non_digits": _choice(
            "non_digits",
            "Drawn shapes that are no digits",
            DRAWN,
            "Letters, scribbles and pairs of digits, mixed in. The network learns to give each digit a tenth of its "
            "probability there, so that it can say: I don't know.",
        ),
    }


def set_to(preset: str) -> None:
    """Set every control to a preset's value; for use in a callback."""
    st.session_state.update(_state_of(PRESETS[preset]))


def change(changes: dict[str, Any]) -> None:
    """Set the controls of some hyperparameters; for use in a callback."""
    if "epochs" in changes:
        changes = changes | {"epochs": min(changes["epochs"], MOST_EPOCHS)}
    if "learning_rate" in changes:
        changes = changes | {"learning_rate": min(RATES, key=lambda rate: abs(rate - changes["learning_rate"]))}
    state = _state_of(config.configure(**changes))
    st.session_state.update({key: value for key, value in state.items() if value != _TUTORIAL[key] or key in changes})


def _state_of(configuration: TrainingConfig) -> dict[str, Any]:
    sizes = configuration.hidden_sizes
    padded = (*sizes, *((sizes or (64,))[-1] for _ in range(MOST_LAYERS - len(sizes))))
    same = ("network", "activation", "loss", "optimiser", "learning_rate", "schedule", "momentum", "weight_decay")
    return {
        "layers": len(sizes),
        **{f"size{layer}": size for layer, size in enumerate(padded, start=1)},
        **{
            key: getattr(configuration, key)
            for key in (*same, "epochs", "batch_size", "seed", "distortion", "drawn", "non_digits")
        },
        **{key: round(getattr(configuration, key)) for key in ("rotation", "shear", "shift")},
        **{key: round(100 * getattr(configuration, key)) for key in ("scale", "thickness")},
        "validation": round(100 * configuration.validation_share),
        "train_size": configuration.train_size or ALL,
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
