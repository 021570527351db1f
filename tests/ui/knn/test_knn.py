import json
from collections.abc import Callable
from math import sqrt

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import data
from mnist_core.config import TrainingConfig
from mnist_core.data import DataSet
from mnist_core.knn import study
from mnist_core.knn.blocks import Grid
from mnist_core.knn.classifier import KNN
from mnist_core.knn.study import KNNSettings
from mnist_core.store import Store
from mnist_core.training import networks

PAGE = "pages/knn.py"
FEATURES, DISTANCE, VOTES, QUALITY = (
    "From image to features",
    "Distance, worked out",
    "Votes",
    "How good is it?",
)


@pytest.fixture
def digits() -> DataSet:
    return data.load_embedded()


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in app.markdown)


def galleries(app: AppTest) -> list[str]:
    return [element.proto.body for element in app.get("html")]


def shown_grids(app: AppTest) -> list[dict]:
    """What the components with grids of blocks were sent."""
    grids = (element.proto for element in app.get("bidi_component"))
    return [json.loads(proto.json) for proto in grids if proto.component_name.endswith("digit_lab_block_grid")]


def counted(image: list[list[int]], threshold: int) -> list[int]:
    """The ink pixels in 2 x 2 blocks, in plain Python."""
    halves = (range(14), range(14, 28))
    return [sum(image[y][x] > threshold for y in rows for x in columns) for rows in halves for columns in halves]


def test_the_number_in_each_block_is_its_ink_count(open_page: Callable[..., AppTest], digits: DataSet) -> None:
    app = open_page(PAGE, sample_index="123", threshold="60")

    one, ten = shown_grids(app)
    values = one["items"][0]["values"]
    assert sum(values) == (digits.test.images[123] > 60).sum()
    assert values == KNN(digits.test, Grid(5, 4, 60)).describe(digits.test.images[123:124])[0].tolist()
    assert [item["name"] for item in ten["items"]] == list("0123456789")


def test_summed_intensity_is_a_choice(open_page: Callable[..., AppTest], digits: DataSet) -> None:
    app = open_page(PAGE, sample_index="5", measure="intensity", rows="1", columns="1")

    assert shown_grids(app)[0]["items"][0]["values"] == [digits.test.images[5].sum()]
    assert not app.warning


def test_the_first_digit_shown_is_a_seven(open_page: Callable[..., AppTest]) -> None:
    assert shown_grids(open_page(PAGE))[0]["items"][0]["name"].endswith("labelled 7")


def test_every_number_of_the_worked_distance_follows_from_the_pixels(
    open_page: Callable[..., AppTest], digits: DataSet
) -> None:
    app = open_page(PAGE, section=DISTANCE, sample_index="77", a_number="3", b_digit="2", threshold="30")

    sevens, twos = (np.flatnonzero(digits.train.labels == digit) for digit in (7, 2))
    indices = (int(sevens[2]), int(twos[0]))
    unknown = counted(digits.test.images[77].tolist(), 30)
    (shown,) = shown_grids(app)
    assert [item["values"] for item in shown["items"]] == [
        unknown,
        *(counted(digits.train.images[index].tolist(), 30) for index in indices),
    ]
    table = app.dataframe[0].value
    assert table["Unknown"].tolist()[:-1] == unknown
    distances = []
    for name, index, metric, formula in zip("AB", indices, app.metric, app.latex, strict=True):
        reference = counted(digits.train.images[index].tolist(), 30)
        differences = [ours - theirs for ours, theirs in zip(unknown, reference, strict=True)]
        squares = [difference * difference for difference in differences]
        assert table[name].tolist()[:-1] == reference
        assert table[f"Unknown - {name}"].tolist()[:-1] == differences
        assert table[f"Squared, {name}"].tolist() == [*squares, sum(squares)]
        assert metric.value == f"{sqrt(sum(squares)):.3f}"
        written = formula.value
        for ours, theirs, difference, square in zip(unknown, reference, differences, squares, strict=True):
            assert f"({ours} - {theirs})^2 &= ({difference})^2 = {square} " in written
        assert f"sum}} &= {sum(squares)} " in written
        assert f"\\sqrt{{{sum(squares)}}} &\\approx {sqrt(sum(squares)):.3f} " in written
        distances.append(sum(squares))
    badges = [element.value for element in app.markdown if "Nearer" in element.value]
    assert len(badges) == (distances[0] != distances[1])


def test_a_large_grid_shows_the_share_of_each_block(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, section=DISTANCE, small_rows="5", small_columns="4")

    assert len(app.get("plotly_chart")) == 2
    assert all("-" not in formula.value for formula in app.latex)


def test_shows_neighbours_and_votes_of_the_chosen_sample(open_page: Callable[..., AppTest], digits: DataSet) -> None:
    app = open_page(PAGE, section=VOTES, sample_index="123", rows="7", columns="3", k="5")

    reference = digits.train.take(digits.train.first_indices(100))
    found = KNN(reference, Grid(7, 3)).find_neighbours(digits.test.images[123:124], 5)
    assert app.metric[0].value == str(found.predictions()[0, -1])
    for label, distance in zip(found.labels[0], found.distances[0], strict=True):
        assert f"{label} at {distance:.1f}" in galleries(app)[1]
    words = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    for digit, votes in enumerate(found.votes()[0]):
        assert (f"{votes} for {words[digit]}" in texts(app)) == (votes > 0)


def test_a_wrong_answer_says_so_and_shows_what_misled_it(open_page: Callable[..., AppTest], digits: DataSet) -> None:
    reference = digits.train.take(digits.train.first_indices(100))
    answers = KNN(reference, Grid(5, 4)).find_neighbours(digits.test.images, 11).predictions()[:, -1]
    index = int(np.flatnonzero(answers != digits.test.labels)[0])

    app = open_page(PAGE, section=VOTES, sample_index=str(index))

    assert f"Wrong: the label is {digits.test.labels[index]}" in texts(app)
    misled = galleries(app)[2]
    assert misled.count("<figure") == misled.count(f">{answers[index]} at ")


def test_all_training_images_can_be_the_references(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, section=VOTES, per_digit="all")

    assert "of 4,000 references" in texts(app)


def test_a_training_image_is_not_its_own_neighbour(open_page: Callable[..., AppTest]) -> None:
    app = open_page(
        PAGE, section=VOTES, sample_part="train", sample_index="0", rows="28", columns="28", per_digit="all"
    )

    assert "at 0.0" not in galleries(app)[1]


def test_the_last_drawing_can_be_the_unknown(open_page: Callable[..., AppTest], digits: DataSet) -> None:
    app = open_page(PAGE, section=VOTES, sample_part="drawing")
    assert "There is no drawing yet" in app.info[0].value

    app.session_state["last_drawing"] = digits.test.images[3]
    app.run()

    assert not app.exception
    assert "Your last drawing" in galleries(app)[0]
    assert not any(word in texts(app) for word in ("Right", "Wrong"))


def test_the_chosen_digit_is_shown(open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE)
    app.selectbox(key="sample_digit").select(4).run()

    assert shown_grids(app)[0]["items"][0]["name"].endswith("labelled 4")


@pytest.mark.parametrize(("key", "value"), [("rows", "99"), ("k", "0"), ("per_digit", "7"), ("section", "x")])
def test_an_impossible_address_is_one_sentence(key: str, value: str, open_page: Callable[..., AppTest]) -> None:
    app = open_page(PAGE, **{key: value})

    assert f"{key}={value}, which is not possible" in app.warning[0].value


def test_a_study_is_measured_kept_and_shown(open_page: Callable[..., AppTest], store: Store, digits: DataSet) -> None:
    app = open_page(PAGE, section=QUALITY, k="3")
    assert "Press Measure" in app.info[0].value

    app.button(key="measure-study").click().run()

    assert not app.exception
    _, validation = study.split_references(digits.train)
    current = KNNSettings(Grid(5, 4), 100)
    result = study.StudyResult.from_bytes(store.results.get([current.key(digits)])[current.key(digits)])
    accuracy = (result.predictions[:, 2] == validation.labels).mean()
    assert f"**{100 * accuracy:.1f} %**" in texts(app)
    for view in ("Over k", "Over grids", "Over references", "Misread"):
        app = open_page(PAGE, section=QUALITY, k="3", view=view)
        assert len(app.get("plotly_chart")) == 1
    assert f"{(result.predictions[:, 2] != validation.labels).sum():,} of {len(validation):,} are misread" in texts(app)


def test_a_network_trained_on_the_validation_images_is_not_compared(
    open_page: Callable[..., AppTest], store: Store, digits: DataSet
) -> None:
    references, validation = study.split_references(digits.train)
    current = KNNSettings(Grid(5, 4), 100)
    store.results.put(current.key(digits), study.measure(current, references, validation).to_bytes())
    store.runs.create(TrainingConfig(), digits.name, state="finished")

    app = open_page(PAGE, section=QUALITY, view="A network")

    assert any("not trained on these images" in info.value for info in app.info)


def test_a_network_is_compared_on_the_images_that_it_has_not_seen(
    open_page: Callable[..., AppTest], store: Store, digits: DataSet
) -> None:
    references, validation = study.split_references(digits.train)
    current = KNNSettings(Grid(5, 4), 100)
    result = study.measure(current, references, validation)
    store.results.put(current.key(digits), result.to_bytes())
    config = TrainingConfig(validation_share=0.05)
    run = store.runs.create(config, digits.name, "Half seen", state="finished")
    network = networks.build_network(config)
    networks.save_network(network, config, store.files.network_path(run.id))

    app = open_page(PAGE, section=QUALITY, view="A network")

    unseen = study.not_trained_on(config, digits.train)
    shown = validation.take(np.flatnonzero(unseen))
    ours = (result.predictions[unseen, 10] == shown.labels).mean()
    theirs = (networks.probabilities(network, config.loss, shown.images).argmax(axis=1) == shown.labels).mean()
    assert [metric.value for metric in app.metric] == [f"{100 * ours:.1f} %", f"{100 * theirs:.1f} %"]
    assert f"the same {len(shown):,} validation images" in texts(app)
