"""Digit Lab without a browser: data, drawings, K nearest neighbours, training, evaluation and the store of runs."""


class DigitLabError(Exception):
    """An error that the user can correct; the message is one sentence that says what is wrong and what to do."""
