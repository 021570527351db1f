"""How shares and counts are written in sentences."""


def percent(share: float | None) -> str:
    """0.952 is 95.2 %; nothing where there is no number."""
    return "" if share is None else f"{100 * share:.1f} %"


def interval(low: float, high: float) -> str:
    """A 95 % interval of a share, in words."""
    return f"between {100 * low:.1f} and {100 * high:.1f} % (95 % interval)"


def opened_count(count: int) -> str:
    """How often a test set was opened, as what it was: never, once or 2 times."""
    return {0: "was never opened", 1: "was opened once"}.get(count, f"was opened {count:,} times")
