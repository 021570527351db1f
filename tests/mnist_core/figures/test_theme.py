"""What all figures share."""

import plotly.graph_objects as go

from mnist_core.figures import theme


def test_names_at_an_axis_are_no_markup_and_leave_room_for_the_chart() -> None:
    figure = theme.with_class_axis(go.Figure(), ("<b>Key", "Ankle boot", 60 * "a"), "y")

    bold, short, long = figure.layout.yaxis.ticktext
    assert (bold, short) == ("&lt;b&gt;Key", "Ankle boot")
    assert long == 15 * "a" + "\u2026"
