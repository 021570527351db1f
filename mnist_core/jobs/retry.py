"""What a job does with a store that fails for a while."""

import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from tenacity import Retrying, before_sleep_log, retry_if_exception, stop_after_delay, wait_fixed

from mnist_core import DigitLabError
from mnist_core.store import SupersededError

PATIENCE_SECONDS = 60.0
"""How long a job waits where the runs folder cannot be used."""
RETRY_SECONDS = 1.0
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)


def retry(action: Callable[_Parameters, _Result], *args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
    """Call `action` until it succeeds: while a disk is full or a file is locked, the job waits.

    Raises the `DigitLabError` of the last try when a minute has passed, and at once `SupersededError`, which no
    waiting mends.
    """
    retrying = Retrying(
        retry=retry_if_exception(
            lambda error: isinstance(error, DigitLabError) and not isinstance(error, SupersededError)
        ),
        wait=wait_fixed(RETRY_SECONDS),
        stop=stop_after_delay(PATIENCE_SECONDS),
        before_sleep=before_sleep_log(_log, logging.WARNING),
        reraise=True,
    )
    return retrying(action, *args, **kwargs)
