"""Digit Lab without a browser: data, K nearest neighbours, training, evaluation, and the store of runs."""


class DigitLabError(Exception):
    """Something a person can put right; the message is one sentence that says what is wrong and what to do."""
