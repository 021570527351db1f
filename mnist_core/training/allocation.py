"""Memory that a training step frees is kept for the next one, where the C library is GNU's, as on most of Linux."""

import ctypes
import os
import platform

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt(3)
_LARGEST_TENSOR = 32 << 20  # bytes; older versions of the library accept no more
_KEPT = 256 << 20  # bytes
_CHOICES_OF_THE_USER = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")


def keep_freed_memory() -> None:
    """Let this process keep some 256 MB that it frees, in place of giving it back to the system at once.

    The layers' outputs and gradients are freed at the end of each step. Given back, each page of them has to be
    fetched and cleared again in the next one, which takes up to a quarter of the time of a convolutional network's
    step. Where one of the library's own environment variables is set, the user's choice stays.
    """
    if platform.libc_ver()[0] == "glibc" and not any(name in os.environ for name in _CHOICES_OF_THE_USER):
        library = ctypes.CDLL(None)
        # The second call alone would give large tensors back at once.
        if library.mallopt(_MMAP_THRESHOLD, _LARGEST_TENSOR):
            library.mallopt(_TRIM_THRESHOLD, _KEPT)
