"""Digit Lab without a browser: data, drawings, K nearest neighbours, training, evaluation and the store of runs."""

import os

# PyTorch's threads spin while they wait for each other: by default so long that beside other work they take the cores
# from those they wait for, and train a tenth to a quarter as fast as their share of the cores allows. OpenMP reads what
# is set here when it is loaded, with PyTorch and, in some builds, with NumPy. GNU's, of Linux, is as fast alone with a
# short spin. Intel's and LLVM's, on Windows and macOS, have no such middle (measured on Linux, with them in place of
# GNU's): from 25 microseconds on they are slow beside other work. So theirs do not spin, which alone costs 2 to 20 % of
# the speed, and is what LLVM itself chooses where some cores are slower than others.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "3000")
    os.environ.setdefault("KMP_BLOCKTIME", "0")

import numpy as np  # noqa: F401 - its threads are limited below
from threadpoolctl import ThreadpoolController

# NumPy's own threads spin too, and would help little: its products here are small, and a search for neighbours splits
# its work itself. Beside a browser, to normalise a drawing took up to 25 ms with them, and takes 1 without. Only
# OpenBLAS is meant: Intel's library, where NumPy uses it, can be PyTorch's too.
ThreadpoolController().select(internal_api="openblas").limit(limits=1)


class DigitLabError(Exception):
    """An error that the user can correct; the message is one sentence that says what is wrong and what to do."""
