"""A study classifies validation images that are not among the references, and its results can be stored."""

import numpy as np
import pytest

from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet, hold_out
from mnist_core.knn import study
from mnist_core.knn.blocks import Grid
from mnist_core.knn.classifier import KNN
from mnist_core.knn.study import KNNSettings, StudyResult

CURRENT = KNNSettings(Grid(5, 4), 100)


def test_validation_images_are_those_that_a_run_with_the_same_share_holds_out(embedded: DataSet) -> None:
    references, validation = study.split_references(embedded.train)

    used, held_out = hold_out(embedded.train, study.VALIDATION_SHARE, None, TrainingConfig().seed)
    np.testing.assert_array_equal(references.images, used.images)
    np.testing.assert_array_equal(validation.images, held_out.images)
    assert len(references) + len(validation) == len(embedded.train)


def test_the_predictions_are_those_of_a_search_for_each_k(embedded: DataSet) -> None:
    references, validation = study.split_references(embedded.train)

    result = study.measure(CURRENT, references, validation)

    model = KNN(references.take(references.first_indices(100)), CURRENT.grid)
    for k in (1, 11, 25):
        predictions = model.find_neighbours(validation.images, k).predictions()[:, -1]
        np.testing.assert_array_equal(result.predictions[:, k - 1], predictions)
        assert result.accuracies(validation.labels)[k - 1] == (predictions == validation.labels).mean()


def test_progress_rises_to_the_end(embedded: DataSet) -> None:
    reported: list[float] = []

    study.measure(CURRENT, embedded.train, embedded.train, reported.append)

    assert reported == sorted(reported)
    assert (reported[0] < 1, reported[-1], len(reported)) == (True, 1.0, 4)


def test_a_result_comes_back_from_bytes() -> None:
    result = StudyResult(np.arange(50, dtype=np.uint8).reshape(2, 25) % 10, seconds=1.25)

    restored = StudyResult.from_bytes(result.to_bytes())

    np.testing.assert_array_equal(restored.predictions, result.predictions)
    assert restored.seconds == 1.25


def test_the_plan_begins_with_the_current_settings_and_has_no_duplicates(embedded: DataSet) -> None:
    references, _ = study.split_references(embedded.train)

    plan = study.plan(CURRENT, references)

    assert plan[0] == CURRENT
    assert len(plan) == len(set(plan))
    assert {
        *study.k_curve_settings(CURRENT),
        *study.grid_settings(CURRENT),
        *study.learning_curve_settings(CURRENT, references),
    } == set(plan)
    counts = [settings.per_digit for settings in study.learning_curve_settings(CURRENT, references)]
    assert counts == [3, 10, 30, 100, 300, None]


def test_the_current_grid_is_among_those_compared() -> None:
    current = KNNSettings(Grid(6, 1), None)

    assert current in study.grid_settings(current)
    assert len(study.grid_settings(current)) == 81


@pytest.mark.parametrize(
    "other",
    [
        KNNSettings(Grid(4, 5), 100),
        KNNSettings(Grid(5, 4, 1), 100),
        KNNSettings(Grid(5, 4, 0, "intensity"), 100),
        KNNSettings(Grid(5, 4), None),
    ],
)
def test_other_settings_have_another_key(other: KNNSettings, embedded: DataSet) -> None:
    assert other.key(embedded) != CURRENT.key(embedded)


def test_another_data_set_has_another_key(embedded: DataSet) -> None:
    changed = DataSet("other", "", "another checksum", True, embedded.train, embedded.test)

    assert CURRENT.key(changed) != CURRENT.key(embedded)


@pytest.mark.parametrize(
    ("settings", "share"),
    [
        ({}, 0.0),
        ({"validation_share": study.VALIDATION_SHARE}, 1.0),
        ({"validation_share": 0.5}, 1.0),
        ({"validation_share": 0.05}, 1 / 3),
        ({"validation_share": 0.5, "seed": 1}, pytest.approx(0.5, abs=0.05)),
        ({"train_size": 400}, 1 / 3),
        ({"train_size": 400, "seed": 1}, pytest.approx(0.9, abs=0.05)),
    ],
)
def test_a_network_is_not_trained_on_the_images_that_the_mask_selects(
    settings: dict[str, float], share: float, embedded: DataSet
) -> None:
    config = TrainingConfig(**settings)
    _, validation = study.split_references(embedded.train)

    mask = study.not_trained_on(config, embedded.train)

    trained_on, _ = hold_out(embedded.train, config.validation_share, config.train_size, config.seed)
    seen_images = {image.tobytes() for image in trained_on.images}
    assert not seen_images & {image.tobytes() for image in validation.images[mask]}
    assert mask.mean() == share


def test_all_references_vote_where_there_are_fewer_than_k(embedded: DataSet) -> None:
    references, validation = embedded.train.take(np.arange(4)), embedded.test.take(np.arange(30))

    result = study.measure(KNNSettings(Grid(5, 4), None), references, validation)

    predictions = KNN(references, Grid(5, 4)).find_neighbours(validation.images, 4).predictions()
    np.testing.assert_array_equal(result.predictions[:, :4], predictions)
    np.testing.assert_array_equal(result.predictions[:, 4:], np.tile(predictions[:, 3:], 21))
