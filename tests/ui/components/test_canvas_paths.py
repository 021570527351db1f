"""Strokes go to the canvas and come back as they were, also in a form that the package does not use today."""

from ui.components import canvas_paths

STROKES = [
    [[80.0, 60.0], [120.4, 64.1], [200.0, 60.0], [130.0, 230.0]],
    [[90.0, 140.0], [190.0, 140.0]],
    [[10.0, 20.0]],
]


def test_strokes_come_back_as_they_were() -> None:
    drawing = canvas_paths.drawing(STROKES, 27, version=5)

    assert canvas_paths.strokes(drawing) == STROKES
    assert canvas_paths.version(drawing) == 5
    assert {item["strokeWidth"] for item in drawing["objects"] if item["type"] == "Path"} == {27}


def test_the_places_of_the_pen_are_the_controls_of_the_curves() -> None:
    path = [["M", 9.97, 20], ["Q", 10, 20, 15, 25], ["Q", 20, 30, 30.02, 35], ["L", 40.06, 40]]

    assert canvas_paths.strokes({"objects": [{"type": "Path", "path": path}]}) == [[[10, 20], [20, 30], [40.1, 40]]]


def test_a_stroke_ends_at_the_edge_of_the_canvas() -> None:
    path = [["M", 270, 20], ["L", 300, -20]]

    assert canvas_paths.strokes({"objects": [{"type": "Path", "path": path}]}) == [[[270, 20], [280, 0]]]


def test_other_commands_are_read_by_their_ends_and_a_missing_mark_is_no_version() -> None:
    path = [["M", 10, 20], ["C", 1, 2, 3, 4, 50, 60], ["T", 70, 80], ["Z"]]
    drawing = {"objects": [{"type": "Path", "path": path}]}

    assert canvas_paths.strokes(drawing) == [[[10, 20], [50, 60], [70, 80]]]
    assert canvas_paths.version(drawing) is None
