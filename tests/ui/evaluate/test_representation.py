"""What it learned: the images that are projected to the plane, by whom they are read, and weights as images."""

from collections.abc import Callable

import numpy as np
from streamlit.testing.v1 import AppTest

from mnist_core.data import DataSet
from mnist_core.evaluation.classifier import KNNClassifier
from mnist_core.knn.blocks import Grid
from mnist_core.knn.study import KNNSettings
from mnist_core.store import Store
from tests.ui.evaluate.evaluated import PAGE, WEAK, finished, gallery, network, open_test_set, texts


def test_what_it_learned_is_shown_of_training_images_while_the_test_set_is_closed(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    run = finished(store, "Mine", WEAK)
    known, _ = network(store, run).split(embedded.train)
    for name, digits in (("training", known), ("test", embedded.test)):
        answers = network(store, run).probabilities(digits.images[:1_000]).argmax(axis=1)
        app = open_page(PAGE, part="What it learned")
        assert f"The first 1,000 {name} images of MNIST-5000, each as" in texts(app)
        assert f"Crosses are the {(answers != digits.labels[:1_000]).sum()} that it misreads" in texts(app)
        open_test_set(store, run, embedded)
    assert gallery(app).count("<figcaption") == 16  # the weights of each unit
    assert "has no weights" in texts(open_page(PAGE, part="What it learned", run="knn"))


def test_a_training_image_is_no_neighbour_of_itself_in_what_neighbours_learned(
    open_page: Callable[..., AppTest], embedded: DataSet
) -> None:
    app = open_page(PAGE, part="What it learned", run="knn", rows="14", columns="14", k="1", per_digit="all")

    knn = KNNClassifier(embedded, KNNSettings(Grid(14, 14), None), 1)
    known, _ = knn.split(embedded.train)
    misread = int((~knn.training_predictions(known, 1_000).correct).sum())
    assert misread > 20
    assert f"Crosses are the {misread} that it misreads" in texts(app)


def test_the_digits_whose_images_are_projected_can_be_chosen(
    open_page: Callable[..., AppTest], store: Store, embedded: DataSet
) -> None:
    run = finished(store, "Mine", WEAK)
    open_test_set(store, run, embedded)
    app = open_page(PAGE, part="What it learned")

    app.session_state["projected_digits"] = [4, 9]
    app.run()

    answers = network(store, run).probabilities(embedded.test.images).argmax(axis=1)
    both = np.isin(embedded.test.labels, (4, 9))
    misread = (answers != embedded.test.labels)[both].sum()
    assert "The first 200 test images of MNIST-5000 that are labelled 4, 9, each as" in texts(app)
    assert f"Crosses are the {misread} that it misreads" in texts(app)


def test_own_digits_that_are_not_there_are_not_replaced_by_others(
    open_page: Callable[..., AppTest], store: Store
) -> None:
    finished(store, "Mine", WEAK)

    app = open_page(PAGE, part="What it learned", images="My digits")

    assert "There are no digits of yours" in texts(app)
    assert "training images" not in texts(app)
    assert gallery(app).count("<figcaption") == 16
