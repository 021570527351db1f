"""Which pixels spoke for an answer, found by hiding them.

After Zeiler and Fergus, Visualizing and understanding convolutional networks (2014).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_HIDDEN = 5
"""Side of the square that is hidden, in pixels."""


def occlusion(
    read: Callable[[NDArray[np.uint8]], NDArray[np.floating]], image: NDArray[np.uint8], digit: int
) -> NDArray[np.float64]:
    """How much each pixel of a (28, 28) image spoke for a digit, (28, 28): above 0 for it, below 0 against it.

    `read` gives ten probabilities, (n, 10), for each of (n, 28, 28) images. A black square of 5 x 5 pixels is laid over
    the image at each place in turn; the value is by how much the logarithm of the digit's probability falls.
    """
    margin = _HIDDEN // 2
    hidden = np.broadcast_to(np.pad(image, margin), (784, 28 + 2 * margin, 28 + 2 * margin)).copy()
    for place in range(784):
        row, column = divmod(place, 28)
        hidden[place, row : row + _HIDDEN, column : column + _HIDDEN] = 0
    inner = hidden[:, margin:-margin, margin:-margin]
    logarithms = np.log(np.concatenate([read(image[None]), read(inner)])[:, digit].astype(np.float64).clip(min=1e-9))
    return np.asarray((logarithms[0] - logarithms[1:]).reshape(28, 28))
