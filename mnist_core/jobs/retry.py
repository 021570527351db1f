"""What a job does with a store that fails for a while."""

import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import tenacity

from mnist_core import DigitLabError
from mnist_core.store import SupersededError

PATIENCE_SECONDS = 60.0  # how long a job waits where the runs folder cannot be used
RETRY_SECONDS = 1.0
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def retry(action: Callable[_Parameters, _Result], *args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
    """Call `action` until it succeeds: while a disk is full or a file is locked, the job waits.

    Raises the `DigitLabError` of the last try when a minute has passed, and at once `SupersededError`, which no
    waiting mends.
    """
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(DigitLabError) & tenacity.retry_if_not_exception_type(SupersededError),
        wait=tenacity.wait_fixed(RETRY_SECONDS),
        stop=tenacity.stop_after_delay(PATIENCE_SECONDS),
        before_sleep=tenacity.before_sleep_log(logging.getLogger(__name__), logging.WARNING),
        reraise=True,
    )
    return retrying(action, *args, **kwargs)
