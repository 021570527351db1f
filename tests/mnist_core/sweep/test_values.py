"""The values of a hyperparameter in a sweep: what people write is read, written again, and checked in a sentence."""

from typing import Any

import pytest

from mnist_core import DigitLabError
from mnist_core.config import HYPERPARAMETERS
from mnist_core.sweep.values import (
    FIXED,
    Range,
    Values,
    format_values,
    grid_points,
    read_values,
    share_of,
    suggest_values,
    value_at,
)


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("learning_rate", "0.001..0.1 log", Range(0.001, 0.1, log=True)),
        ("momentum", "0..0.95 4", Range(0, 0.95, count=4)),
        ("batch_size", "16..256 log 3", Range(16, 256, log=True, count=3)),
        ("batch_size", "32,64,128", (32, 64, 128)),
        ("hidden_sizes", "256-64,128,none", ((256, 64), (128,), ())),
        ("train_size", "1000,all", (1000, None)),
        ("train_size", "100..1000", Range(100, 1000)),
        ("optimiser", "sgd,adam", ("sgd", "adam")),
        ("weight_decay", "0,1e-05", (0.0, 1e-05)),
    ],
)
def test_what_is_written_is_read_and_written_again(name: str, text: str, values: Values) -> None:
    assert read_values(name, text) == values
    assert format_values(values) == text


def test_a_value_that_is_given_twice_counts_once() -> None:
    assert read_values("batch_size", " 32, 64 ,32") == (32, 64)


@pytest.mark.parametrize(
    ("name", "text", "points"),
    [
        ("learning_rate", "0.001..0.1 log 3", (0.001, 0.01, 0.1)),
        ("momentum", "0..0.9 4", (0.0, 0.3, 0.6, 0.9)),
        ("batch_size", "1..3 5", (1, 2, 3)),
        ("optimiser", "adam,sgd", ("adam", "sgd")),
    ],
)
def test_a_grid_has_evenly_spaced_points_each_once(name: str, text: str, points: tuple[Any, ...]) -> None:
    assert grid_points(name, read_values(name, text)) == points


@pytest.mark.parametrize("share", [0.0, 0.3, 0.999, 1.0])
def test_a_number_of_a_range_lies_in_it_and_has_three_digits(share: float) -> None:
    rate = value_at("learning_rate", read_values("learning_rate", "0.012345..0.98765 log"), share)

    assert 0.012345 <= rate <= 0.98765
    assert rate in (0.012345, 0.98765, float(f"{rate:.3g}"))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("learning_rate", "0.1..0.01", "Learning rate ranges from 0.1 to 0.01; the first has to be below the second."),
        ("learning_rate", "0.1..0.1", "the first has to be below the second"),
        ("learning_rate", "0.1..100", "Learning rate cannot be 100.0: it should be less than or equal to 10."),
        ("learning_rate", "..0.1", "Learning rate cannot range from '' to '0.1'; give two numbers."),
        ("learning_rate", "nan..0.1", "Learning rate cannot be nan"),
        ("learning_rate", "0.01..0.1 1", "Learning rate has 1 points; choose from 2 to 1,000."),
        ("weight_decay", "0..0.1 log", "Weight decay ranges from 0 on; a logarithmic range begins above 0."),
        ("batch_size", "0.5..20", "Batch size cannot be 0.5"),
        ("batch_size", " , ", "Batch size has no values; give a list of them, or a range."),
        ("batch_size", "32,5000", "Batch size cannot be 5000: it should be less than or equal to 4096."),
        ("network", "mlp..cnn", "Network cannot range from 'mlp' to 'cnn'; give two numbers."),
        ("network", "1..2", "Network has no range, since its values are no numbers; give a list of them."),
        ("network", "vgg", "Network cannot be vgg"),
        ("hidden_sizes", "9999", "Hidden sizes cannot be"),
        ("seed", "1,2", "Seed decides which images are read, so it is the same for all runs of a sweep."),
        ("validation_share", "0.1,0.2", "Validation share decides which images are read"),
        ("colour", "1,2", "There is no hyperparameter 'colour'"),
    ],
)
def test_what_cannot_be_is_one_sentence(name: str, text: str, words: str) -> None:
    with pytest.raises(DigitLabError) as error:
        read_values(name, text)

    assert words in str(error.value)
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("values", "value", "share"),
    [
        (Range(0.001, 0.1, log=True), 0.01, 0.5),
        (Range(0, 0.8), 0.2, 0.25),
        (Range(0, 0.8), 0.9, None),
        (Range(10, 100), None, None),
        (((64,), (32, 16)), (32, 16), 1.0),
        (("relu",), "relu", 0.0),
        (("relu",), "tanh", None),
    ],
)
def test_the_share_of_a_value_is_where_it_lies(values: Values, value: Any, share: float | None) -> None:
    assert share_of(values, value) == (share if share is None else pytest.approx(share))


@pytest.mark.parametrize("name", [name for name in HYPERPARAMETERS if name not in FIXED])
def test_what_is_suggested_can_be_tried(name: str) -> None:
    assert read_values(name, suggest_values(name))
