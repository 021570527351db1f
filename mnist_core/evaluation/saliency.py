"""Which pixels a prediction depends on, measured by hiding them.

After Zeiler and Fergus, Visualizing and understanding convolutional networks (2014).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_HIDDEN = 5
"""Side of the square that is hidden, in pixels."""


def occlusion(
    predict: Callable[[NDArray[np.uint8]], NDArray[np.floating]], image: NDArray[np.uint8], digit: int
) -> NDArray[np.float64]:
    """The occlusion map (28, 28) of a (28, 28) image: positive where a pixel is evidence for `digit`, negative against.

    `predict` gives the probabilities (n, 10) of (n, 28, 28) images. A black square of 5 x 5 pixels covers the image,
    centred on each pixel in turn; the value at that pixel is how much the digit's log-probability falls.
    """
    margin = _HIDDEN // 2
    hidden = np.broadcast_to(np.pad(image, margin), (784, 28 + 2 * margin, 28 + 2 * margin)).copy()
    for index in range(784):
        row, column = divmod(index, 28)
        hidden[index, row : row + _HIDDEN, column : column + _HIDDEN] = 0
    inner = hidden[:, margin:-margin, margin:-margin]
    probabilities = np.concatenate([predict(image[None]), predict(inner)])[:, digit].astype(np.float64)
    logs = np.log(probabilities.clip(min=1e-9))
    return np.asarray((logs[0] - logs[1:]).reshape(28, 28))
