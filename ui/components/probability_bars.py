"""The probabilities of the digits 0 to 9 as ten bars, to stand in a page's own HTML beside what they are of."""

from collections.abc import Sequence
from pathlib import Path

STYLES = Path(__file__).with_suffix(".css")
"""For `st.html`, once where bars are shown. `--bar-height` is the height of a bar for a probability of 1."""


def markup(probabilities: Sequence[float], threshold: float | None = None) -> str:
    """Ten bars as HTML, with a line at the probability from which a prediction counts as sure, if there is one."""
    largest = max(range(10), key=probabilities.__getitem__)
    bars = "".join(_bar(digit, share, digit == largest) for digit, share in enumerate(probabilities))
    if threshold is not None:
        bars += f'<div class="threshold" title="sure from {threshold:.0%}" style="--share:{threshold:.4f}"></div>'
    return f'<div class="probability-bars">{bars}</div>'


def _bar(digit: int, share: float, largest: bool) -> str:
    percent = f"{100 * share:.0f}" if share >= 0.005 else ""  # a smaller one would be written as 0
    return (
        f'<div class="{"bar largest" if largest else "bar"}" title="{digit}: {share:.1%}" style="--share:{share:.4f}">'
        f'<div class="percent">{percent}</div><div class="share"></div><div class="digit">{digit}</div></div>'
    )
