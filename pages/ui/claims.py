"""What a browser claims of a widget, compared with what that widget can be. Pure functions, tested directly.

Streamlit hands a widget's value to Python as it came: text for a slider, a list where an object is meant, JSON that
is none. Each becomes an exception of Streamlit's own somewhere, or a value of a type that no page expects. So a
value of another type than the widget has, or that is no option of it, is taken out of the message before it
arrives; the widget is then as if nobody had touched it. What a value of the right type means is for the page to
check.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

DEEPEST: Final = 40  # brackets within brackets; what we send has six
MOST_WIDGETS: Final = 400  # values in one message; a page has some forty
LONGEST_TEXT: Final = 2_000  # characters of a text that is no JSON
MOST_PARTS: Final = 1_000  # of an array
WIDGET: Final = "$$ID-"  # how the id of each widget begins
_TRIGGERS: Final = (
    "$$STREAMLIT_INTERNAL_KEY_"  # of the triggers of a component: then its id, then what follows
)
_EVENTS: Final = "__events"

Claim = Any  # a WidgetState of Streamlit's protocol
Element = (
    Any  # the widget as it was sent to the browser, of the type of its kind; None where only that is known
)


def acceptable(claim: Claim, kind: str | None, element: Element = None) -> bool:
    """Whether this may be the value of a widget of this kind; of one that is not known (None), of any.

    `element`: what the browser was told of the widget, with its options, where that is known.
    """
    field = claim.WhichOneof("value")
    if field is None:  # emptied
        return True
    if not _plain(claim, field):
        return False
    if kind is None:
        return True
    fields, check = KINDS.get(kind, ((), None))
    return field in fields and (check is None or check(claim, element))


def owner(identity: str) -> str:
    """The id of the widget that a value belongs to: triggers of a component have an id of their own."""
    if identity.startswith(_TRIGGERS):
        return identity.removeprefix(_TRIGGERS).removeprefix("_").removesuffix(_EVENTS)
    return identity


def parsed(text: str) -> Any:
    """JSON with finite numbers only. Raises ValueError for anything else, also for what is too deep."""
    depth = 0
    if text.count("[") + text.count("{") > DEEPEST:
        for sign in _BRACKETS.findall(_IN_QUOTES.sub("", text)):
            depth += 1 if sign in "[{" else -1
            if depth > DEEPEST:
                raise ValueError("too deep")
    return json.loads(text, parse_constant=_no_number, parse_float=_finite)


_IN_QUOTES: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
_BRACKETS: Final = re.compile(r"[\[\]{}]")


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is no number")
    return value


def _plain(claim: Claim, field: str) -> bool:
    """What holds of every widget: finite numbers, texts and arrays of a sane length."""
    value = getattr(claim, field)
    if field == "double_value":
        return math.isfinite(value)
    if field == "double_array_value":
        return len(value.data) <= MOST_PARTS and all(map(math.isfinite, value.data))
    if field in ("int_array_value", "string_array_value"):
        return len(value.data) <= MOST_PARTS and all(len(str(each)) <= LONGEST_TEXT for each in value.data)
    return True


def _text(claim: Claim, _: Element) -> bool:
    return len(claim.string_value) <= LONGEST_TEXT


def _option(claim: Claim, element: Element) -> bool:
    if element is None or element.accept_new_options:
        return _text(claim, element)
    return claim.string_value in element.options


def _options(claim: Claim, element: Element) -> bool:
    return (
        element is None
        or element.accept_new_options
        or set(claim.string_array_value.data) <= set(element.options)
    )


def _stops(claim: Claim, element: Element) -> bool:
    return element is None or set(claim.string_array_value.data) <= set(element.options)


def _selection(claim: Claim, _: Element) -> bool:
    """What is selected in a chart or a table: an object of lists, in a chart of objects."""
    found = _json(claim.string_value)
    if not isinstance(found, Mapping):
        return False
    selection = found.get("selection", {})
    if not isinstance(selection, Mapping) or not all(isinstance(part, list) for part in selection.values()):
        return False
    marked = [each for part in ("points", "box", "lasso") for each in selection.get(part, [])]
    if not all(isinstance(each, Mapping) for each in marked):
        return False
    return all(isinstance(row, int) and 0 <= row < 2**31 for row in selection.get("rows", []))


def _object(claim: Claim, _: Element) -> bool:
    """The state of a component, or what it says has happened."""
    if claim.WhichOneof("value") == "json_value":
        return isinstance(_json(claim.json_value), dict)
    found = _json(claim.json_trigger_value)
    events = found if isinstance(found, list) else [found]
    return all(isinstance(one, dict) and isinstance(one.get("event"), str) for one in events)


def _json(text: str) -> Any:
    try:
        return parsed(text)
    except (ValueError, RecursionError):
        return None


def kind_of(kind: str, element: Element) -> str:
    """The kind of a widget as the table below has it: of an element of the type `kind` of the protocol."""
    return "select_slider" if kind == "slider" and element.type == element.SELECT_SLIDER else kind


Check = Callable[[Claim, Element], bool]

KINDS: Final[Mapping[str, tuple[tuple[str, ...], Check | None]]] = {
    "button": (("trigger_value",), None),
    "download_button": (("trigger_value",), None),
    "checkbox": (("bool_value",), None),
    "slider": (("double_array_value",), None),  # Streamlit compares it with the ends
    "select_slider": (("string_array_value",), _stops),
    "number_input": (("double_value", "int_value"), None),  # this, too
    "text_input": (("string_value",), _text),
    "text_area": (("string_value",), _text),
    "selectbox": (("string_value",), _option),
    "multiselect": (("string_array_value",), _options),
    "button_group": (("string_array_value",), None),  # Streamlit leaves out what is no option
    "file_uploader": (("file_uploader_state_value",), None),
    "camera_input": (("file_uploader_state_value",), None),
    "plotly_chart": (("string_value",), _selection),
    "arrow_data_frame": (("string_value",), _selection),
    "bidi_component": (("json_value", "json_trigger_value"), _object),
    "expandable": (("bool_value",), None),
    "popover": (("bool_value",), None),
    "tab_container": (("string_value",), _text),
}
"""By the kind of an element: the types that its value can have, and what else must hold. No other is ever set."""
