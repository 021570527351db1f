"""How shares and counts are written in sentences."""


def percent(share: float) -> str:
    """0.952 is 95.2 %."""
    return f"{100 * share:.1f} %"


def opened(count: int) -> str:
    """How often a test set was opened, as what it was: never, once or 2 times."""
    return {0: "was never opened", 1: "was opened once"}.get(count, f"was opened {count:,} times")
