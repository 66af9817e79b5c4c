"""A configuration dataclass becomes widgets: one widget a field, from the field's own label, help and limits.

What a widget returns is text, a number or a list as the configuration takes it; whether the values fit together
is for the configuration to say, and its sentence is shown.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable
from typing import Any

import streamlit as st

from aemodels.config import Config, allowed_types
from pages.ui import state


def fields(config: Config, names: Iterable[str], *, prefix: str, in_session: bool = False) -> dict[str, Any]:
    """Widgets for the settings `names` of `config`, at its values; returns what the visitor chose, by name.

    `prefix` keeps the keys of different forms apart: with another prefix the widgets begin at their values again.
    `in_session`: whole numbers that the page may change later; they begin in the session's state and nowhere else.
    """
    by_name = {field.name: field for field in dataclasses.fields(config)}
    hints = typing.get_type_hints(type(config))
    return {
        name: _widget(by_name[name], hints[name], getattr(config, name), f"{prefix}_{name}", in_session)
        for name in names
    }


def _widget(field: dataclasses.Field[Any], hint: Any, value: Any, key: str, in_session: bool) -> Any:
    label, help = field.metadata["label"], field.metadata["help"]
    low, high, options = (field.metadata[name] for name in ("low", "high", "options"))
    kinds = {typing.get_origin(kind) or kind for kind in allowed_types(hint)}
    if bool in kinds:
        return st.toggle(label, value, key=key, help=help)
    if tuple in kinds and options:
        return st.multiselect(label, options, list(dict.fromkeys(value)), key=key, help=help)
    if tuple in kinds:
        shown = "" if value is None else ", ".join(map(str, value))
        return st.text_input(label, shown or ("none" if type(None) in kinds else ""), key=key, help=help)
    if options:
        return st.selectbox(label, options, options.index(value), key=key, help=help)
    if float in kinds:
        # %g: 0.004 and 4e-05 are both readable.
        return st.number_input(
            label,
            float(low),
            float(high),
            None if value is None else float(value),
            None,
            "%g",
            key=key,
            help=help,
        )
    begins: Any = None if value is None else int(value)
    if in_session:
        kept = state.Key(key, None)
        if not kept.is_there():
            kept.set(begins)
        begins = "min"  # Streamlit's way to say that none is given here
    return st.number_input(label, int(low), int(high), begins, step=1, key=key, help=help)
