"""Images encoded for HTML."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def data_url(image: NDArray[np.uint8]) -> str:
    """A (height, width) grey or (height, width, 3) RGB image as a PNG in a `data:` URL."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, format="PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
