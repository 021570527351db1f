"""Digit Lab without a browser: data, drawings, K nearest neighbours, training, evaluation and the store of runs."""

import os

# Threads of GNU's OpenMP, which PyTorch computes with on Linux, spin while they wait for each other: by default so long
# that beside other work they take the cores from those they wait for, and train a tenth as fast as their share of the
# cores allows. It is read when PyTorch is imported, which is after this. Intel's and LLVM's let others go first.
if not {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"} & os.environ.keys():
    os.environ["GOMP_SPINCOUNT"] = "3000"


class DigitLabError(Exception):
    """An error that the user can correct; the message is one sentence that says what is wrong and what to do."""
