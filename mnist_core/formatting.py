"""Shares, intervals and counts as text."""


def percent(share: float | None) -> str:
    """A share as a percentage, `95.2 %` for 0.952; an empty text for None."""
    return "" if share is None else f"{100 * share:.1f} %"


def interval(low: float, high: float) -> str:
    """A 95 % interval of a share, as part of a sentence."""
    return f"between {100 * low:.1f} and {100 * high:.1f} % (95 % interval)"


def duration(seconds: float) -> str:
    """A length of time as people say it: `45 s`, `12 min`, `3.5 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3_600:.1f} h"


def megabytes(size: int) -> str:
    """A size in bytes, `1,250 MB`; small ones with a digit behind the point."""
    return f"{size / 1e6:,.1f} MB" if size < 10_000_000 else f"{size / 1e6:,.0f} MB"


def times_opened(count: int, *, at_least: bool = False) -> str:
    """How often a test set was opened: `was never opened`, `was opened once`, `was opened 2 times`.

    `at_least` is for a network from elsewhere, of which only a part of the openings is known.
    """
    if at_least:
        return (
            f"was opened at least {'once' if count == 1 else f'{count:,} times'}" if count else "may have been opened"
        )
    return {0: "was never opened", 1: "was opened once"}.get(count, f"was opened {count:,} times")
