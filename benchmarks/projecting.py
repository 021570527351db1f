"""How long t-SNE takes beside the time that the Evaluate page tells beforehand: `python -m benchmarks.projecting`.

On the pixels of training images; the page tells the time as measured with 64 features of an AMD EPYC processor. Asserts
nothing.
"""

import time

from mnist_core import data, settings
from mnist_core.evaluation import projection

COUNTS = (200, 500, 1_000, 2_000)


def main() -> None:
    images = data.load(settings.load()).train.images
    features = images.reshape(len(images), -1)[:, ::12] / 255
    projection.tsne(features[:20])  # imports
    for count in COUNTS:
        started = time.perf_counter()
        projection.tsne(features[:count])
        seconds = time.perf_counter() - started
        told = projection.tsne_seconds(count)
        print(f"{count:,} images: {seconds:.1f} s, told {told:.1f} s: {seconds / told:.2f} times")


if __name__ == "__main__":
    main()
