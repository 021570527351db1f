"""What a model reads labelled images as: the test images, or one's own digits."""

from collections.abc import Sequence
from dataclasses import dataclass

from mnist_core.data import Digits
from mnist_core.evaluation.predictions import Predictions
from mnist_core.store import OwnDigit, as_digits
from ui import resources
from ui.evaluate.models import Model


@dataclass(frozen=True)
class LabelledPredictions:
    """The predictions for `digits`; `name` is what these are called in a sentence."""

    name: str
    digits: Digits
    predictions: Predictions


def predict_own_digits(model: Model) -> LabelledPredictions | None:
    """Let a model read one's own digits that it was not trained on; None where there are none."""
    digits = unseen_digits(model, resources.store().digits.all())
    if digits is None:
        return None
    predictions = Predictions(model.classifier.probabilities(digits.images), digits.labels)
    return LabelledPredictions("digits of yours", digits, predictions)


def unseen_digits(model: Model, own_digits: Sequence[OwnDigit]) -> Digits | None:
    """Those of one's own digits that the model was not trained on; None where there are none."""
    trained_on = set[str]()
    if model.run is not None and model.run.own_images:
        trained_on = resources.store().fine_tuning.trained_on(model.run.id)
    unseen = [digit for digit in own_digits if digit.checksum not in trained_on]
    return as_digits(unseen) if unseen else None
