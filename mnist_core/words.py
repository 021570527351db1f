"""How shares and counts are written in sentences."""


def percent(share: float) -> str:
    """0.952 is 95.2 %."""
    return f"{100 * share:.1f} %"


def times(count: int) -> str:
    """How often: never, once, 2 times."""
    return {0: "never", 1: "once"}.get(count, f"{count:,} times")
