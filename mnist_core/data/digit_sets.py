"""The digits with which drawings are read, whatever data set is in use."""

from contextlib import suppress

from mnist_core import DigitLabError
from mnist_core.data.catalogue import EMBEDDED
from mnist_core.data.data_set import Identity
from mnist_core.data.source import identify
from mnist_core.settings import Settings


def identify_digits(settings: Settings, name: str | None = None) -> Identity:
    """The data set of that name, None for the one that the settings name, where it is of digits.

    Otherwise the one that the settings name, or else the digits that are always there. Raises
    `DigitLabError` where there is no set of that name.
    """
    identity = identify(settings, name)
    if identity.of_digits:
        return identity
    with suppress(DigitLabError):  # the data folder may hold other sets only
        identity = identify(settings)
    return identity if identity.of_digits else identify(settings, EMBEDDED)
