"""Digit Lab without a browser: data, drawings, K nearest neighbours, training, evaluation and the store of runs."""

import os

import numpy as np  # noqa: F401 - its threads are limited below
from threadpoolctl import ThreadpoolController

# Threads of GNU's OpenMP, which PyTorch computes with on Linux, spin while they wait for each other: by default so long
# that beside other work they take the cores from those they wait for, and train a tenth as fast as their share of the
# cores allows. It is read when PyTorch is imported, which is after this. What Intel's and LLVM's do, on other systems,
# is left as it is.
if not {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"} & os.environ.keys():
    os.environ["GOMP_SPINCOUNT"] = "3000"
# NumPy's own threads spin too, and would help little: its products here are small, and a search for neighbours splits
# its work itself. Beside a browser, to normalise a drawing took up to 25 ms with them, and takes 1 without. Only
# OpenBLAS is meant: Intel's library, where NumPy uses it, can be PyTorch's too.
ThreadpoolController().select(internal_api="openblas").limit(limits=1)


class DigitLabError(Exception):
    """An error that the user can correct; the message is one sentence that says what is wrong and what to do."""
