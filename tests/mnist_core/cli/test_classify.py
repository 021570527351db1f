"""`classify` names the file and the place of each answer, doubts as the page does, and loses nothing to a bad file."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist_core import __main__ as command_line
from mnist_core import drawing
from mnist_core.config import TrainingConfig
from mnist_core.data import EMBEDDED, DataSet
from mnist_core.evaluation import rejection_thresholds
from mnist_core.knn.classifier import knn_for_drawings
from mnist_core.knn.votes import DRAWING_K
from mnist_core.store import Store
from mnist_core.training import networks
from tests.mnist_core.data.own_sets.made_sets import draft, npz

LINE = [[[0, 0], [2, 40], [3, 100]]]
BLOCK = [[[x, 0], [x, 100]] for x in range(0, 101, 5)]

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Say:
    """Classify with a network that is not trained, in a folder: exit status, standard output and standard error."""
    config = TrainingConfig(hidden_sizes=(16,))
    run = store.runs.create(config, EMBEDDED, "not trained", state="finished")
    networks.save_network(networks.build_network(config), config, store.files.network_path(run.id))
    monkeypatch.chdir(tmp_path)

    def main(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mnist_core", "classify", *arguments])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return main


@pytest.fixture
def files(embedded: DataSet, tmp_path: Path) -> None:
    """A row of a 3 and a 1, an empty sheet, two drawings as strokes and what is no picture."""
    paper = np.zeros((60, 140), np.uint8)
    paper[16:44, 20:48], paper[16:44, 90:118] = embedded.test.images[3], embedded.test.images[1]
    Image.fromarray(255 - paper.repeat(4, axis=0).repeat(4, axis=1)).save(tmp_path / "row.png")
    Image.new("L", (100, 100), 255).save(tmp_path / "blank.png")
    (tmp_path / "strokes.json").write_text(json.dumps([{"label": 1, "strokes": LINE}, {"strokes": LINE}]))
    (tmp_path / "text.png").write_text("this is no image\n")


def test_a_files_name_says_nothing_to_the_terminal(say: Say, tmp_path: Path) -> None:
    for name in (b"\xff.png", b"\x1b[31mred.png", "turned\u202e.png".encode()):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"no picture")

    code, output, errors = say(str(tmp_path))

    assert (code, output) == (1, "")
    for name in ("/?.png", "/?[31mred.png", "/turned?.png"):
        assert f"{name} cannot be read as an image" in errors


@pytest.mark.usefixtures("files")
def test_images_and_strokes_are_read_in_the_order_given(say: Say, embedded: DataSet) -> None:
    code, output, _ = say("row.png", "blank.png", "strokes.json", "--json")

    left, right, blank, labelled, unlabelled = json.loads(output)
    assert code == 0
    assert blank == {
        "file": "blank.png",
        "place": 1,
        "digit": None,
        "probabilities": None,
        "hint": "blank",
        "knn": None,
    }
    assert labelled == unlabelled | {"label": 1, "place": 1}
    for answer in (left, right, unlabelled):
        assert set(answer) == {"file", "place", "data_set", "digit", "probabilities", "hint", "knn"}
        assert answer["digit"] == np.argmax(answer["probabilities"])
        assert len(answer["probabilities"]) == 10
        assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-5)
        assert set(answer["knn"]) == {"data_set", "digit", "votes", "hint"}
        assert len(answer["knn"]["votes"]) == 10
        assert sum(answer["knn"]["votes"]) == 5
    assert [(answer["file"], answer["place"]) for answer in (left, right)] == [("row.png", 1), ("row.png", 2)]
    assert (unlabelled["file"], unlabelled["place"]) == ("strokes.json", 2)
    expected = [int(embedded.test.labels[3]), int(embedded.test.labels[1]), 1]
    assert [answer["knn"]["digit"] for answer in (left, right, unlabelled)] == expected


@pytest.mark.usefixtures("files")
def test_in_words_each_answer_names_its_file_and_place(say: Say) -> None:
    code, output, errors = say("row.png", "blank.png")

    assert (code, errors) == (0, "")
    first, second, blank, data_sets = output.splitlines()
    assert first.startswith("row.png, digit 1: network: ")
    assert second.startswith("row.png, digit 2: network: ")
    assert blank == "blank.png, digit 1: blank, there is no ink to read"
    assert data_sets == f"Data sets: {EMBEDDED} for the network, {EMBEDDED} for KNN"


@pytest.mark.usefixtures("files")
def test_a_bad_file_is_one_entry_and_one_sentence_and_the_others_are_read(say: Say) -> None:
    code, output, errors = say("text.png", "row.png", "nowhere.png", "--json")

    bad, left, right, missing = json.loads(output)
    assert code == 1
    assert bad == {"file": "text.png", "error": errors.splitlines()[0]}
    assert bad["error"].startswith("text.png cannot be read as an image")
    assert missing == {"file": "nowhere.png", "error": "There is no file nowhere.png; check the name."}
    assert (left["place"], right["place"]) == (1, 2)
    code, output, errors = say("text.png", "row.png")
    assert (code, len(output.splitlines()), len(errors.splitlines())) == (1, 3, 1)


@pytest.mark.usefixtures("files")
def test_the_files_of_a_folder_are_read_by_name_without_others_and_those_inside(say: Say, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not for reading")
    (tmp_path / "._row.png").write_bytes(b"what macOS leaves on a stick")
    (tmp_path / "inside").mkdir()
    Image.new("L", (100, 100), 255).save(tmp_path / "inside" / "deep.png")
    Image.new("L", (100, 100), 255).save(tmp_path / "ANOTHER.JPG")
    (tmp_path / "text.png").unlink()

    code, output, _ = say(".", "inside", "--json")

    assert code == 0
    assert [entry["file"] for entry in json.loads(output)] == [
        *("ANOTHER.JPG", "blank.png", "row.png", "row.png", "strokes.json", "strokes.json"),
        str(Path("inside", "deep.png")),
    ]


def test_a_folder_without_pictures_is_one_sentence(say: Say, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert say("empty") == (1, "", "The folder empty holds no image or strokes file that can be read.\n")


def test_k_nearest_neighbours_doubt_what_is_far_from_all_they_know(say: Say, embedded: DataSet, tmp_path: Path) -> None:
    (tmp_path / "strokes.json").write_text(json.dumps([{"strokes": LINE}, {"strokes": BLOCK}]))
    images = np.stack(
        [image for strokes in (LINE, BLOCK) if (image := drawing.normalise(drawing.draw(strokes))) is not None]
    )
    knn = knn_for_drawings(embedded.train)
    near, far = knn.find_neighbours(images, DRAWING_K).distances[:, 0]
    assert near <= rejection_thresholds.distance_threshold(knn) < far

    line, block = json.loads(say("strokes.json", "--json")[1])

    assert line["knn"]["hint"] is None
    assert block["knn"]["hint"] == "unlike any digit"
    assert "KNN: I don't know (" in say("strokes.json")[1].splitlines()[1]


def test_a_small_digit_in_a_large_photograph_is_read(say: Say, embedded: DataSet, tmp_path: Path) -> None:
    paper = np.zeros((900, 900), np.uint8)
    paper[600:684, 200:284] = embedded.test.images[3].repeat(3, axis=0).repeat(3, axis=1)
    Image.fromarray(255 - paper).save(tmp_path / "small.png")

    [answer] = json.loads(say("small.png", "--json")[1])

    assert answer["hint"] in (None, "unlike any digit")
    assert answer["knn"]["digit"] == embedded.test.labels[3]


@pytest.mark.usefixtures("files")
def test_a_name_that_no_file_can_have_and_a_dangling_link_are_errors_of_their_own(say: Say, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "gone.png").symlink_to(tmp_path / "nowhere.png")

    code, output, _ = say("x" * 300 + ".png", "links", "blank.png", "--json")

    long, dangling, blank = json.loads(output)
    assert code == 1
    assert long["error"] == f"{'x' * 300}.png cannot be read: File name too long."
    assert dangling["file"] == str(Path("links", "gone.png"))
    assert "gone.png" in dangling["error"]
    assert blank["hint"] == "blank"


@pytest.mark.usefixtures("files")
def test_a_run_that_is_not_there_is_no_fault_of_a_file(say: Say) -> None:
    code, output, errors = say("row.png", "--run", "17", "--json")

    assert (code, output) == (1, "")
    assert "17" in errors
    assert "row.png" not in errors


def test_all_digits_vote_where_a_set_of_ones_own_has_fewer_than_k(
    say: Say, store: Store, embedded: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = embedded.train.first(2)
    chosen = digits.take(np.flatnonzero(digits.labels < 3))
    draft(store.folder, few_npz=npz(x=chosen.images, y=chosen.labels)).keep("Few")
    monkeypatch.setenv("MNIST_DATA_SET", "Few")
    (tmp_path / "line.json").write_text(json.dumps([{"strokes": LINE}]))

    code, output, errors = say("line.json", "--json")

    assert (code, errors) == (0, "")
    [answer] = json.loads(output)
    assert 0 < sum(answer["knn"]["votes"]) < DRAWING_K
    assert (answer["data_set"], answer["knn"]["data_set"]) == (EMBEDDED, "Few")
    last = f"Data sets: {EMBEDDED} for the network, Few for KNN"
    assert say("line.json")[1].splitlines()[-1] == last
