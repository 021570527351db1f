"""Settings worth starting from, and how to change some of them."""

from typing import Any

from pydantic import ValidationError

from mnist_core import DigitLabError
from mnist_core.config.training_config import HYPERPARAMETERS, TrainingConfig
from mnist_core.settings import sentence_part

# fmt: off
_CNN = TrainingConfig(
    network="cnn", hidden_sizes=(128,), loss="cross_entropy", optimiser="adam", learning_rate=0.01,
    schedule="one_cycle", batch_size=128, epochs=2,
)
_FOR_DRAWING = {
    "network": "deep_cnn", "learning_rate": 0.003, "epochs": 12, "readings": 6,
    "synthetic_digits": 20_000, "non_digits": 6_000,
    "rotation": 10.0, "scale": 0.1, "shear": 10.0, "shift": 1.0, "distortion": 1.5, "thickness": 0.7,
}
# fmt: on
PRESETS: dict[str, TrainingConfig] = {
    "tutorial": TrainingConfig(),
    "cross-entropy": TrainingConfig(loss="cross_entropy"),
    "accurate": _CNN,
    "drawing": _CNN.model_copy(update=_FOR_DRAWING),
}
PRESET_NAMES = {  # what people call them
    "tutorial": "Tutorial",
    "cross-entropy": "Tutorial with cross-entropy",
    "accurate": "Accurate",
    "drawing": "For drawing",
}


def configure(preset: str = "tutorial", **changes: Any) -> TrainingConfig:
    """A preset with some hyperparameters changed.

    Raises `DigitLabError` with one sentence for the first value that is out of range.
    """
    if preset not in PRESETS:
        raise DigitLabError(f"There is no preset {preset!r}; choose one of: {', '.join(PRESETS)}.")
    try:
        return TrainingConfig.model_validate(PRESETS[preset].model_dump() | changes)
    except ValidationError as error:
        first = error.errors()[0]
        name, rule = str(first["loc"][0]), sentence_part(first["msg"])
        if name == "hidden_sizes":
            rule = "give up to 5 whole numbers from 1 to 4096, such as 256,64"
        title = HYPERPARAMETERS[name].title if name in HYPERPARAMETERS else name.replace("_", " ").capitalize()
        raise DigitLabError(f"{title} cannot be {first['input']}: {rule}.") from None
