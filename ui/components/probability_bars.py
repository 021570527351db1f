"""The probabilities of the classes as bars, to stand in a page's own HTML beside what they are of."""

import html
from collections.abc import Sequence
from pathlib import Path

from mnist_core.figures import theme

STYLES = Path(__file__).with_suffix(".css")
"""For `st.html`, once where bars are shown. `--bar-height` is the height of a bar for a probability of 1."""


def markup(probabilities: Sequence[float], class_names: Sequence[str] = theme.DIGITS) -> str:
    """A bar for each class as HTML."""
    shares = list(zip(class_names, probabilities, strict=False))
    largest = max(range(len(shares)), key=probabilities.__getitem__)
    bars = "".join(_bar(html.escape(name), share, label == largest) for label, (name, share) in enumerate(shares))
    words = " words" if max(map(len, class_names)) > 2 else ""
    return f'<div class="probability-bars{words}">{bars}</div>'


def _bar(name: str, share: float, largest: bool) -> str:
    percent = f"{100 * share:.0f}" if share >= 0.005 else ""  # a smaller one would be written as 0
    return (
        f'<div class="{"bar largest" if largest else "bar"}" title="{name}: {share:.1%}" style="--share:{share:.4f}">'
        f'<div class="percent">{percent}</div><div class="share"></div><div class="digit">{name}</div></div>'
    )
