"""Speed of K nearest neighbours beside faiss, scikit-learn and NumPy, in one run: `python -m benchmarks.knn`.

For 5x4, 7x7 and 14x14 blocks, with all 60,000 training images as references:
1. the accuracy for every k from 1 to 25 on the 10,000 test images, from the pixels (features, one search, all votes)
   beside one search of faiss' `IndexFlatL2` at k = 25 with the features ready, and beside scikit-learn's
   `KNeighborsClassifier` asked for the 25 values of k in turn;
2. the prediction for one image (features, search, votes) beside one query of faiss with the features ready;
3. the features of 60,000 images beside one pass of NumPy that compares the same array and sums it.

Needs the full MNIST in the folder that MNIST_DATA_DIR names. Prints seconds and ratios; asserts nothing.
"""

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import faiss
from sklearn.neighbors import KNeighborsClassifier

from mnist_core import data, settings
from mnist_core.data import DataSet
from mnist_core.knn.blocks import Grid, block_features
from mnist_core.knn.classifier import KNN

K = 25
ROUNDS = 7
REPEATS = 50
"""Single queries in a row: alternating every millisecond, the threads of torch and faiss would wait for each other."""


def seconds(task: Callable[[], Any]) -> float:
    started = time.perf_counter()
    task()
    return time.perf_counter() - started


def side_by_side(rounds: int, ours: Callable[[], Any], theirs: Callable[[], Any]) -> tuple[float, float, float]:
    """Median seconds of both, in turn, and the median of their ratios; the first round warms up."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds + 1)][1:]
    mine, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    return mine, other, statistics.median(a / b for a, b in pairs)


def scikit_learn(digits: DataSet, grid: Grid) -> None:
    """The accuracy for every k, each asked for by itself."""
    references, queries = block_features(digits.train.images, grid), block_features(digits.test.images, grid)
    for k in range(1, K + 1):
        classifier = KNeighborsClassifier(k, algorithm="brute", n_jobs=-1).fit(references, digits.train.labels)
        classifier.score(queries, digits.test.labels)


def measure_grid(digits: DataSet, grid: Grid) -> None:
    references, queries = block_features(digits.train.images, grid), block_features(digits.test.images, grid)
    index = faiss.IndexFlatL2(grid.blocks)
    index.add(references)

    def accuracies() -> list[float]:
        predictions = KNN(digits.train, grid).find_neighbours(digits.test.images, K).predictions()
        return [float(share) for share in (predictions == digits.test.labels[:, None]).mean(axis=0)]

    name = grid.name
    mine, other, ratio = side_by_side(ROUNDS, accuracies, lambda: index.search(queries, K))
    print(f"{name}, accuracy for k = 1 to {K}: {mine:.2f} s, faiss' search {other:.2f} s, ratio {ratio:.2f}")
    learn = seconds(lambda: scikit_learn(digits, grid))
    print(f"{name}, the same by scikit-learn: {learn:.1f} s, {learn / mine:.0f} times as long")
    model, one = KNN(digits.train, grid), digits.test.images[:1]
    mine, other, ratio = side_by_side(
        ROUNDS,
        lambda: [model.find_neighbours(one, K).predictions() for _ in range(REPEATS)],
        lambda: [index.search(queries[:1], K) for _ in range(REPEATS)],
    )
    mine, other = 1e3 * mine / REPEATS, 1e3 * other / REPEATS
    print(f"{name}, one image: {mine:.2f} ms, faiss {other:.2f} ms, ratio {ratio:.2f}")
    images = digits.train.images
    mine, other, ratio = side_by_side(
        ROUNDS, lambda: block_features(images, grid), lambda: (images > grid.threshold).sum()
    )
    print(f"{name}, features of {len(images):,}: {1e3 * mine:.0f} ms, NumPy {1e3 * other:.0f} ms, ratio {ratio:.2f}")


def main() -> None:
    digits = data.load(settings.load())
    if digits.name != data.FULL:
        sys.exit("Set MNIST_DATA_DIR to the folder of the full MNIST.")
    print(f"{digits.name}; medians of {ROUNDS} rounds in turn")
    for rows, columns in ((5, 4), (7, 7), (14, 14)):
        measure_grid(digits, Grid(rows, columns))


if __name__ == "__main__":
    main()
