"""A set of one's own is read from each form, kept, and found again by its name; the split is fixed and stratified."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from mnist_core import DigitLabError, data, drawing, settings
from mnist_core.data import DataSet, Digits
from mnist_core.data.own_sets import store
from mnist_core.data.own_sets.draft import Draft
from mnist_core.data.own_sets.opening import open_paths
from mnist_core.data.own_sets.picture import EVEN
from mnist_core.drawing.normalisation import centre_of_mass
from tests.mnist_core.data.own_sets.made_sets import draft, idx, npz, png, zipped


@pytest.fixture
def digits(embedded: DataSet) -> Digits:
    """Thirty of each digit."""
    return embedded.train.take(np.arange(300))


def pictures(digits: Digits, below: str = "") -> dict[str, bytes]:
    return {f"{below}{digits.labels[n]}/{n}.png": png(digits.images[n]) for n in range(len(digits))}


def as_set(digits: Digits) -> set[bytes]:
    return {image.tobytes() + bytes([label]) for image, label in zip(digits.images, digits.labels, strict=True)}


def test_each_form_of_the_same_digits_is_the_same_set(digits: Digits, tmp_path: Path) -> None:
    forms = {
        "zip": draft(tmp_path, digits_zip=zipped(pictures(digits))),
        "npz": draft(tmp_path, digits_npz=npz(x=digits.images, y=digits.labels)),
        "floats": draft(tmp_path, digits_npz=npz(images=digits.images / 255, labels=digits.labels[:, None])),
        "idx": draft(tmp_path, images=idx(digits.images), labels=idx(digits.labels)),
        "gz": draft(tmp_path, a_gz=idx(digits.labels, packed=True), b_gz=idx(digits.images, packed=True)),
    }
    for name, gathered in forms.items():
        gathered.keep(name)
    first, *others = [store.load(tmp_path, name) for name in forms]

    assert as_set(first.train.joined(first.test)) == as_set(digits)
    for other in others:
        assert as_set(other.train) == as_set(first.train)
        assert as_set(other.test) == as_set(first.test)


def test_a_kept_set_is_found_by_its_name_upper_or_lower_case(digits: Digits) -> None:
    where = settings.load()
    kept = draft(where.runs_dir, digits_npz=npz(x=digits.images, y=digits.labels)).keep("Meine Größe 数字")

    assert data.identify(where, "meine GRÖSSE 数字") == kept
    loaded = data.load(where, "MEINE größe 数字")
    assert loaded is data.load(where, "Meine Größe 数字")
    assert (loaded.identity, loaded.verified) == (kept, True)
    assert (len(loaded.train), len(loaded.test)) == (kept.train_count, kept.test_count)
    assert loaded.source == "the arrays in digits.npz"


def test_a_seventh_of_each_class_is_for_test_whatever_the_order(embedded: DataSet, tmp_path: Path) -> None:
    images, labels = embedded.train.images, embedded.train.labels
    draft(tmp_path, a_npz=npz(x=images, y=labels)).keep("a")
    draft(tmp_path, b_npz=npz(x=images[::-1], y=labels[::-1])).keep("b")
    a, b = store.load(tmp_path, "a"), store.load(tmp_path, "b")

    assert len(a.test) == 571  # of 4,000
    assert set(np.bincount(a.test.labels)) == {57, 58}
    assert as_set(a.test) == as_set(b.test)


def test_a_small_class_has_at_least_one_image_for_test_where_two_differ(digits: Digits, tmp_path: Path) -> None:
    images = np.concatenate([digits.images[:2], digits.images[2:3].repeat(3, axis=0), digits.images[3:17]])
    labels = np.repeat(np.arange(3, dtype=np.uint8), (2, 3, 14))
    gathered = draft(tmp_path, a_npz=npz(x=images, y=labels))

    assert gathered.counts()[1].tolist()[:3] == [1, 0, 2]


def test_copies_of_an_image_are_on_the_same_side(digits: Digits, tmp_path: Path) -> None:
    twice = digits.joined(digits)
    draft(tmp_path, a_npz=npz(x=twice.images, y=twice.labels)).keep("twice")
    kept = store.load(tmp_path, "twice")

    assert len(kept.train) + len(kept.test) == 600
    assert not as_set(kept.train) & as_set(kept.test)


def test_a_test_part_is_kept_as_it_is(digits: Digits, tmp_path: Path) -> None:
    train, test = digits.take(np.arange(200)), digits.take(np.arange(200, 300))
    arrays = {"x_train": train.images, "y_train": train.labels, "x_test": test.images, "y_test": test.labels}
    forms = {
        "npz": draft(tmp_path, a_npz=npz(**arrays)),
        "zip": draft(tmp_path, a_zip=zipped(pictures(train, "mine/training/") | pictures(test, "mine/testing/"))),
        "idx": draft(
            tmp_path,
            **{
                "t10k-images": idx(test.images),
                "t10k-labels": idx(test.labels),
                "train-images": idx(train.images),
                "train-labels": idx(train.labels),
            },
        ),
    }
    for name, gathered in forms.items():
        assert gathered.contents.has_test
        gathered.keep(name)
        kept = store.load(tmp_path, name)
        assert (as_set(kept.train), as_set(kept.test)) == (as_set(train), as_set(test))


def test_pictures_of_digits_go_the_way_of_a_drawing(digits: Digits, tmp_path: Path) -> None:
    large = {n: 255 - digits.images[n].repeat(6, axis=0).repeat(6, axis=1) for n in range(20)}
    gathered = draft(tmp_path, a_zip=zipped({f"{digits.labels[n]}/{n}.png": png(large[n]) for n in large}))

    (found,) = drawing.find_digits(np.repeat(large[3][:, :, None] / np.float32(255), 3, axis=2)).digits
    expected = drawing.normalise(drawing.thin_strokes(found))
    label = int(digits.labels[3])
    assert any(np.array_equal(image, expected) for image in gathered.preview()[label])
    assert gathered.contents.of_digits is True
    assert not gathered.inverted


def shoe(height: int, width: int, level: int, ground: int) -> NDArray[np.uint8]:
    """A bright or dark bar on a ground."""
    image = np.full((height, width), ground, np.uint8)
    image[height // 4 : -height // 4, width // 4 : -width // 4] = level
    return image


def test_other_pictures_are_scaled_with_their_shape_and_get_a_dark_ground(tmp_path: Path) -> None:
    files = {f"{name}/{n}.png": png(shoe(100 + n, 50, 20, 250)) for name in ("shoe", "bag") for n in range(10)}
    files["bag/dark.png"] = png(shoe(100, 50, 200, 10))
    gathered = draft(tmp_path, a_zip=zipped(files))
    kept = gathered.keep("Things")

    assert (kept.class_names, kept.of_digits) == (("bag", "shoe"), False)
    assert gathered.inverted
    image = gathered.preview()[1][0]
    rows, columns = np.flatnonzero((image > 128).any(axis=1)), np.flatnonzero((image > 128).any(axis=0))
    assert (len(rows), len(columns)) == (pytest.approx(14, abs=1), pytest.approx(7, abs=1))
    assert image[0, 0] == image[0, -1] == 5
    train, test = gathered.counts()
    assert (train + test).tolist() == [11, 10]
    assert test.min() >= 1


def test_labels_that_are_no_digits_have_numbers_for_names(digits: Digits, tmp_path: Path) -> None:
    some = digits.take(np.flatnonzero(digits.labels < 4))
    content = npz(x=some.images, y=some.labels)

    assert draft(tmp_path, a_npz=content, of_digits=False).keep("Four").class_names == ("0", "1", "2", "3")
    assert draft(tmp_path, a_npz=content).keep("Digits").class_names == tuple("0123456789")


def test_arrays_of_other_things_of_another_size_are_scaled(digits: Digits, tmp_path: Path) -> None:
    large = digits.images.repeat(3, axis=1).repeat(3, axis=2)
    draft(tmp_path, a_npz=npz(x=large, y=digits.labels), of_digits=False).keep("large")
    kept = store.load(tmp_path, "large")

    assert as_set(kept.train.joined(kept.test)) == as_set(digits)


@pytest.mark.parametrize("light", [False, True])
def test_arrays_of_digits_of_another_size_go_the_way_of_a_drawing(light: bool, digits: Digits, tmp_path: Path) -> None:
    large = digits.images.repeat(3, axis=1).repeat(3, axis=2)
    gathered = draft(tmp_path, a_npz=npz(x=255 - large if light else large, y=digits.labels))
    gathered.keep("large")
    kept = store.load(tmp_path, "large")

    expected = Digits(np.stack([as_drawn(image) for image in large]), digits.labels)
    assert as_set(kept.train.joined(kept.test)) == as_set(expected)
    assert not gathered.inverted
    preview = {image.tobytes() for images in gathered.preview().values() for image in images}
    assert preview <= {image.tobytes() for image in expected.images}


def as_drawn(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    image = drawing.normalise(drawing.thin_strokes(np.where(ink > EVEN, ink, 0)))
    assert image is not None
    return image


def test_arrays_of_digits_of_two_sizes_go_the_same_way(digits: Digits, tmp_path: Path) -> None:
    light = 255 - digits.images
    large = light[:100].repeat(2, axis=1).repeat(2, axis=2)
    content = npz(x_train=light, y_train=digits.labels, x_test=large, y_test=digits.labels[:100])
    draft(tmp_path, a_npz=content).keep("two sizes")
    kept = store.load(tmp_path, "two sizes")

    for images in (kept.train.images, kept.test.images):
        assert np.median(images[:, 0]) == 0
        centres = np.array([centre_of_mass(image) for image in images])
        assert np.abs(centres - 14).max() < 1


def test_digits_too_small_to_be_searched_for_are_all_taken(tmp_path: Path) -> None:
    small = load_digits()
    gathered = draft(tmp_path, a_npz=npz(x=small.images, y=small.target))

    assert not gathered.refused
    image = gathered.preview()[0][0]
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    assert max(rows[-1] - rows[0], columns[-1] - columns[0]) == 19


def test_on_an_uneven_ground_the_digit_is_found_as_in_a_picture(digits: Digits, tmp_path: Path) -> None:
    shade = np.linspace(250, 150, 112)[:, None]
    ink = digits.images[:100].repeat(4, axis=1).repeat(4, axis=2)
    photographs = np.where(ink > 100, 30, shade).astype(np.uint8)
    blank = np.broadcast_to(np.uint8(255), (1, 112, 112))
    arrays = {"x": np.concatenate([photographs, blank]), "y": np.append(digits.labels[:100], 0)}
    gathered = draft(tmp_path, a_npz=npz(**arrays))

    assert ("image 101 of x in a.npz", "shows no digit") in {(entry.name, entry.reason) for entry in gathered.refused}
    assert len(gathered.refused) < 10
    assert all(image.max() == 255 and not image[0].any() for images in gathered.preview().values() for image in images)


@pytest.mark.parametrize("times", [1, 3])
def test_arrays_on_a_light_ground_are_inverted(times: int, digits: Digits, tmp_path: Path) -> None:
    light = 255 - digits.images.repeat(times, axis=1).repeat(times, axis=2)
    gathered = draft(tmp_path, a_npz=npz(x=light, y=digits.labels), of_digits=times == 1)
    gathered.keep("light")
    kept = store.load(tmp_path, "light")

    assert gathered.inverted
    assert as_set(kept.train.joined(kept.test)) == as_set(digits)


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float64])
@pytest.mark.parametrize("white", [1, 16])
def test_numbers_up_to_1_or_16_are_as_light_as_those_up_to_255(white: int, kind: type, tmp_path: Path) -> None:
    # The lightest image is the last one, so that all of them have to be read.
    images = np.tril(np.ones((8, 8))) * np.linspace(0, white, 20)[:, None, None]
    arrays = {"x": images.round().astype(kind), "y": np.zeros(20, np.uint8)}
    gathered = draft(tmp_path, a_npz=npz(**arrays), of_digits=False)
    gathered.keep("scaled")
    kept = store.load(tmp_path, "scaled")

    assert kept.train.joined(kept.test).images.max() == 255


def test_a_folder_is_read_like_a_zip_and_its_links_are_not_followed(digits: Digits, tmp_path: Path) -> None:
    folder, outside = tmp_path / "mine", tmp_path / "outside"
    for path, content in pictures(digits).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    outside.mkdir()
    (outside / "9.png").write_bytes(png(digits.images[0]))
    (folder / "8" / "link.png").symlink_to(outside / "9.png")
    (folder / "7" / "linked").symlink_to(outside)
    (folder / ".DS_Store").write_bytes(b"left by a program")

    with open_paths([folder]) as contents:
        gathered = Draft(contents, tmp_path / "runs")
        while gathered.read():
            pass

    assert {(file.name, file.reason) for file in gathered.refused} == {
        ("8/link.png", "is a link, which is not followed"),
        ("7/linked", "is a link, which is not followed"),
    }
    gathered.keep("mine")
    kept = store.load(tmp_path / "runs", "mine")
    assert as_set(kept.train.joined(kept.test)) == as_set(digits)


def test_a_folder_of_idx_files_is_read_without_those_that_are_links(digits: Digits, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "my-images-idx3-ubyte").write_bytes(idx(digits.images))
    (folder / "my-labels-idx1-ubyte.gz").write_bytes(idx(digits.labels, packed=True))
    (tmp_path / "outside").write_bytes(idx(digits.labels))
    (folder / "other-labels-idx1-ubyte").symlink_to(tmp_path / "outside")

    with open_paths([folder]) as contents:
        assert (contents.count, contents.has_test) == (300, False)


@pytest.mark.parametrize(
    "name", ["", " . ", "MNIST", "mnist-5000", "taken", "TAKEN", "x" * 61, "a\x00b", "Unknown", "none", "a, b"]
)
def test_a_name_that_a_set_cannot_have_is_one_sentence_and_nothing_is_kept(
    name: str, digits: Digits, tmp_path: Path
) -> None:
    gathered = draft(tmp_path, a_npz=npz(x=digits.images, y=digits.labels))
    gathered.keep("Taken")

    with pytest.raises(DigitLabError, match=r"\A[^\n]*\.\Z"):
        gathered.keep(name)

    assert [identity.name for identity in store.identities(tmp_path)] == ["Taken"]
