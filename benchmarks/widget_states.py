"""What the frontend of Streamlit holds for a widget that nobody has touched, to be sent with every page run."""

from typing import Any

from streamlit.proto.Element_pb2 import Element
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState

FIELDS = {
    "slider": "double_array_value",
    "selectbox": "string_value",
    "radio": "string_value",
    "checkbox": "bool_value",
    "number_input": "double_value",
    "button_group": "string_array_value",
    "multiselect": "string_array_value",
    "text_input": "string_value",
    "pagination": "int_value",
    "dataframe": "string_value",
    "bidi_component": "json_value",
    "button": "trigger_value",
}
"""By the kind of element, the field of `WidgetState` that holds its value."""
_UNTOUCHED = ("dataframe", "bidi_component", "button")
"""Kinds of which nothing is sent before a person touches them."""


def widget_of(element: Element) -> Any | None:
    """The widget in an element; None where it has none, or one that is not spoken for here."""
    kind = element.WhichOneof("type")
    widget = getattr(element, kind) if kind in FIELDS else None
    return widget if widget is not None and widget.id else None


def first_state(kind: str, widget: Any) -> WidgetState | None:
    """The state of a widget as the server last set it; None where nothing is chosen."""
    if kind in _UNTOUCHED:
        return None
    value: Any = _set_by_server(kind, widget) if widget.set_value else _default(kind, widget)
    return None if value is None else state_of(kind, widget, value)


def state_of(kind: str, widget: Any, value: Any) -> WidgetState:
    """The state of a widget with that value, a list where it can have several."""
    state, field = WidgetState(id=widget.id), _field(kind, widget)
    if isinstance(value, list):
        getattr(state, field).data.extend(value)
    else:
        setattr(state, field, value)
    return state


def _field(kind: str, widget: Any) -> str:
    return "string_array_value" if _is_select_slider(kind, widget) else FIELDS[kind]


def _is_select_slider(kind: str, widget: Any) -> bool:
    return kind == "slider" and widget.type == Slider.SELECT_SLIDER


def _set_by_server(kind: str, widget: Any) -> Any:
    if kind in ("selectbox", "radio"):
        return widget.raw_value if widget.HasField("raw_value") else None
    if kind in ("button_group", "multiselect"):
        return list(widget.raw_values)
    if kind == "slider":
        return list(widget.raw_value if _is_select_slider(kind, widget) else widget.value)
    return widget.value


def _default(kind: str, widget: Any) -> Any:
    if kind in ("selectbox", "radio"):
        return widget.options[widget.default] if widget.HasField("default") else None
    if kind == "multiselect":
        return [widget.options[index] for index in widget.default]
    if kind == "button_group":
        return [widget.options[index].content for index in widget.default]
    if _is_select_slider(kind, widget):
        return [widget.options[int(index)] for index in widget.default]
    return list(widget.default) if kind == "slider" else widget.default
