"""Random changes move ink as far as the settings say, different for each image, the same for the same seed."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet
from mnist_core.training.augmentation import augment

ALL = TrainingConfig(rotation=45, scale=0.5, shear=45, shift=8, distortion=4, thickness=1)


def changed(images: Tensor, config: TrainingConfig, seed: int = 0) -> Tensor:
    return augment(images, config, torch.Generator().manual_seed(seed))


def changed_fully(
    monkeypatch: pytest.MonkeyPatch, images: Tensor, config: TrainingConfig, *, other_way: bool = False
) -> Tensor:
    """Every change as large as it may be, all one way."""
    with monkeypatch.context() as patch:
        patch.setattr(torch, "rand", lambda *size, **_: torch.full(size, 0.0 if other_way else 1.0))
        return changed(images, config)


def bar(*, upright: bool = False) -> Tensor:
    """One image of a bar through its centre: 20 pixels long, 2 wide."""
    image = torch.zeros(1, 28, 28, dtype=torch.uint8)
    image[:, 13:15, 4:24] = 255
    return image.transpose(1, 2).contiguous() if upright else image


def moments(images: Tensor) -> tuple[float, float, float, float, float]:
    """Of the first image's ink: its centre (x, y), and how it is spread (xx, yy, xy)."""
    share = images[0].double() / images[0].double().sum()
    y, x = torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij")
    centre_x, centre_y = float((share * x).sum()), float((share * y).sum())
    x, y = x - centre_x, y - centre_y
    return centre_x, centre_y, *(float((share * spread).sum()) for spread in (x * x, y * y, x * y))


def angle(images: Tensor) -> float:
    """The direction in which the ink is longest, in degrees from the horizontal, -90 to 90."""
    *_, xx, yy, xy = moments(images)
    return math.degrees(math.atan2(2 * xy, xx - yy) / 2)


@pytest.fixture(scope="module")
def digits(embedded: DataSet) -> Tensor:
    """200 digits, uint8."""
    return torch.tensor(embedded.train.images[:200])


def test_with_no_setting_nothing_happens(digits: Tensor) -> None:
    augmented = changed(digits, TrainingConfig())

    assert (augmented.shape, augmented.dtype) == (digits.shape, torch.float32)
    torch.testing.assert_close(augmented, digits.float(), rtol=0, atol=0.01)


@pytest.mark.parametrize("setting", ["shift", "distortion"])
@pytest.mark.parametrize("pixels", [1, 2, 4])
def test_whole_pixels_one_way_move_every_pixel_so_far(
    pixels: int, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = TrainingConfig.model_validate({setting: pixels})

    for other_way, distance in ((False, -pixels), (True, pixels)):
        augmented = changed_fully(monkeypatch, bar(), config, other_way=other_way)
        torch.testing.assert_close(augmented, bar().float().roll((distance, distance), (1, 2)), rtol=0, atol=0.01)


def test_shift_moves_ink_at_most_so_far_and_loses_none_within_the_frame() -> None:
    images = torch.zeros(100, 28, 28)
    images[:, 10:18, 10:18] = 200

    augmented = changed(images, TrainingConfig(shift=3.5))

    torch.testing.assert_close(augmented.sum(dim=(1, 2)), images.sum(dim=(1, 2)), rtol=1e-4, atol=0)
    x, y = (torch.tensor([moments(image[None])[axis] for image in augmented]) - 13.5 for axis in (0, 1))
    assert 3.2 < float(x.abs().max()) <= 3.501
    assert 3.2 < float(y.abs().max()) <= 3.501
    assert bool((x > 1).any() & (x < -1).any() & (y > 1).any() & (y < -1).any())


def test_distortion_moves_near_parts_alike_and_far_ones_each_on_its_own() -> None:
    places = [(4, 4), (4, 6), (4, 22), (22, 4), (22, 22)]
    moved = []
    for row, column in places:
        images = torch.zeros(60, 28, 28)
        images[:, row : row + 2, column : column + 2] = 200
        # The same seed distorts the dots at each place in the same 60 ways.
        augmented = [moments(image[None])[:2] for image in changed(images, TrainingConfig(distortion=3))]
        moved.append(torch.tensor(augmented) - torch.tensor([column + 0.5, row + 0.5]))

    assert 2 < float(torch.stack(moved).abs().max()) < 3.5
    beside, *far = (float((moved[0] - other).abs().mean()) for other in moved[1:])
    assert 2 * beside < min(far)


def test_ink_shifted_out_of_the_frame_is_gone_and_nothing_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    image = torch.zeros(1, 28, 28)
    image[:, :4, :4] = 255

    assert float(changed_fully(monkeypatch, image, TrainingConfig(shift=5)).abs().max()) < 0.01


@pytest.mark.parametrize("degrees", [10.0, 30.0, 45.0])
def test_rotation_turns_a_bar_about_its_centre_by_its_angle(degrees: float, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = (
        changed_fully(monkeypatch, bar(), TrainingConfig(rotation=degrees), other_way=other_way)
        for other_way in (False, True)
    )

    assert abs(angle(one)) == pytest.approx(degrees, abs=0.5)
    assert angle(other) == pytest.approx(-angle(one), abs=0.1)
    assert moments(one)[:2] == pytest.approx((13.5, 13.5), abs=0.05)
    assert float(one.sum()) == pytest.approx(float(bar().sum()), rel=0.03)


def test_shear_slants_an_upright_bar_by_its_angle_and_leaves_its_height(monkeypatch: pytest.MonkeyPatch) -> None:
    augmented = changed_fully(monkeypatch, bar(upright=True), TrainingConfig(shear=20))

    *_, yy, xy = moments(augmented)
    assert math.degrees(math.atan(abs(xy) / yy)) == pytest.approx(20, abs=0.5)
    assert yy == pytest.approx(moments(bar(upright=True))[3], rel=0.02)


@pytest.mark.parametrize(("other_way", "times"), [(False, 1 / 1.25), (True, 1.25)], ids=["smaller", "larger"])
def test_scale_changes_width_and_height_by_its_share(
    other_way: bool, times: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    square = torch.zeros(1, 28, 28)
    square[:, 6:22, 6:22] = 255

    augmented = changed_fully(monkeypatch, square, TrainingConfig(scale=0.25), other_way=other_way)

    before, after = (torch.tensor(moments(image)[2:4]).sqrt() for image in (square, augmented))
    torch.testing.assert_close(after / before, torch.tensor([times, times]), rtol=0.02, atol=0)


@pytest.mark.parametrize(
    ("thickness", "other_way", "width"),
    [(1.0, False, 6), (0.5, False, 5), (1.0, True, 2), (0.5, True, 3)],
    ids=["thicker", "half", "thinner", "half thinner"],
)
def test_thickness_adds_or_takes_up_to_a_pixel_on_each_side_of_a_stroke(
    thickness: float, other_way: bool, width: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    stroke = torch.zeros(1, 28, 28)
    stroke[:, 12:16] = 200  # four pixels wide, from edge to edge

    augmented = changed_fully(monkeypatch, stroke, TrainingConfig(thickness=thickness), other_way=other_way)

    torch.testing.assert_close(augmented.sum(dim=1) / 200, torch.full((1, 28), float(width)), rtol=0, atol=0.01)


@pytest.mark.parametrize(
    "settings",
    [{"rotation": 10.0}, {"scale": 0.1}, {"shear": 10.0}, {"shift": 2.0}, {"distortion": 1.5}, {"thickness": 0.7}],
)
def test_each_image_of_a_batch_gets_a_different_change(settings: dict[str, Any], digits: Tensor) -> None:
    augmented = changed(digits[:1].expand(20, 28, 28), TrainingConfig(**settings))

    assert len({image.numpy().tobytes() for image in augmented}) == 20


def test_the_same_seed_gives_the_same_changes_and_another_seed_others(digits: Tensor) -> None:
    one, again, other = (changed(digits, ALL, seed) for seed in (4, 4, 5))

    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_a_generator_that_goes_on_gives_other_changes_to_the_next_batch(digits: Tensor) -> None:
    generator = torch.Generator().manual_seed(0)

    assert not torch.equal(augment(digits, ALL, generator), augment(digits, ALL, generator))


def test_pixels_stay_between_no_ink_and_full_ink_and_the_originals_as_they_were(digits: Tensor) -> None:
    before = digits.clone()

    augmented = changed(digits, ALL)

    assert torch.equal(digits, before)
    assert float(augmented.min()) >= 0
    assert 200 < float(augmented.max()) <= 255.001
    assert (augmented.shape, augmented.dtype) == (digits.shape, torch.float32)


def test_bytes_and_floats_are_changed_alike(digits: Tensor) -> None:
    assert torch.equal(changed(digits, ALL), changed(digits.float(), ALL))


@pytest.mark.parametrize("n", [1, 3, 5, 64, 128, 200])
def test_the_changes_do_not_depend_on_the_number_of_threads(
    n: int, digits: Tensor, use_threads: Callable[[int], None]
) -> None:
    def with_threads(number: int) -> Tensor:
        use_threads(number)
        return changed(digits[:n], ALL)

    one, two, four = (with_threads(number) for number in (1, 2, 4))

    assert torch.equal(one, two)
    assert torch.equal(one, four)
