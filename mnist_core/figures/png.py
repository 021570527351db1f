"""Images as they are put into pages."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def data_url(image: NDArray[np.uint8]) -> str:
    """A (h, w) grey or (h, w, 3) coloured image as the address of a PNG."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, format="PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
