"""Memory that a training step frees is kept for the next one, where the C library is GNU's, as on most of Linux."""

import ctypes
import os
import platform

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt(3)
_LARGEST_TENSOR = 64 << 20  # bytes
_KEPT = 256 << 20  # bytes at the end of the heap


def keep_freed_memory() -> None:
    """Let this process keep up to 256 MB that it frees, in place of giving it back to the system at once.

    The layers' outputs and gradients are freed at the end of each step. Given back, each page of them has to be
    fetched and cleared again in the next one, which takes a quarter of the time of a convolutional network's step.
    Where `MALLOC_TRIM_THRESHOLD_` is set, the user's own choice stays.
    """
    if platform.libc_ver()[0] == "glibc" and "MALLOC_TRIM_THRESHOLD_" not in os.environ:
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _LARGEST_TENSOR)
        library.mallopt(_TRIM_THRESHOLD, _KEPT)
