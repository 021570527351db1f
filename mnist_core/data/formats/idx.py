"""IDX, the format of MNIST's own files.

An IDX file is a header, two zero bytes, a type, the number of dimensions and each as four bytes, and then the numbers,
the most significant byte first.
"""

import struct
from typing import IO

import numpy as np

from mnist_core.data.formats.streams import ArrayHeader, FormatError, damage_noticed

BYTE: np.dtype[np.uint8] = np.dtype(np.uint8)
INT: np.dtype[np.int32] = np.dtype(">i4")
_TYPES: dict[int, np.dtype[np.generic]] = {8: BYTE, 12: INT}


def header(*shape: int) -> bytes:
    """The header of an IDX file of bytes with those dimensions."""
    return struct.pack(f">4B{len(shape)}I", 0, 0, 8, len(shape), *shape)


def begins_as_idx(start: bytes) -> bool:
    """Whether the first four bytes of a file, unpacked, are those of an IDX file of any type."""
    return len(start) == 4 and start[:2] == b"\0\0" and start[2] != 0 and start[3] != 0


def read_header(stream: IO[bytes]) -> ArrayHeader:
    """What a file says of itself; the stream is then at its first number.

    Raises `FormatError` where the file is not IDX, or neither of bytes nor of whole numbers of four bytes.
    """
    with damage_noticed():
        start = stream.read(4)
        if len(start) < 4:
            raise FormatError("is empty or cut off")
        dtype, dimensions = _TYPES.get(start[2]), start[3]
        if start[:2] != b"\0\0" or dtype is None or not 1 <= dimensions <= 3:
            raise FormatError("is not an IDX file of images or labels, as its first four bytes show")
        content = stream.read(4 * dimensions)
        if len(content) < 4 * dimensions:
            raise FormatError("is cut off")
    return ArrayHeader(struct.unpack(f">{dimensions}I", content), dtype)
