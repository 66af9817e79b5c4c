"""Every session key, typed, in one place.

A page reads and writes what it remembers through these records and never through `st.session_state`, so that
a key is spelt once, has a type and a first value, and can be found. Keys of widgets are listed as well: the
same string is the CSS class `st-key-…` by which scripts find the element.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar, cast

import streamlit as st

Value = TypeVar("Value")


@dataclass(frozen=True)
class Key(Generic[Value]):
    """One entry of the session: its name and what it holds before anybody has written to it."""

    name: str
    first: Value

    def get(self) -> Value:
        """What the session holds, or the first value."""
        return cast(Value, st.session_state.get(self.name, self.first))

    def set(self, value: Value) -> None:
        """Write `value`; for a widget's key, before that widget is drawn (in a callback, say)."""
        st.session_state[self.name] = value

    def forget(self) -> None:
        """Back to the first value."""
        st.session_state.pop(self.name, None)


# Widgets, by the key that is also their stable address.
MODEL_PICKER: Final = Key[str | None]("model_picker", None)
LATENT_MAP: Final = Key[Any]("latent_map", None)
HOVER: Final = Key[Any]("hover_preview", None)
SLIDERS: Final = (Key[float]("z1", 0.0), Key[float]("z2", 0.0))
LATENT_VIEW: Final = Key[str]("latent_view", "Points")

# Containers that hold one image.
INPUT_IMAGE: Final = "input_image"
RECONSTRUCTION: Final = "reconstruction"
DECODED: Final = "decoded"

# What a visitor has chosen, not bound to one widget.
MODEL_ADDRESS: Final = Key[str | None]("_model_address", None)  # the last ?model= that we wrote or obeyed
CODE_ADDRESS: Final = Key[str | None]("_code_address", None)  # the last ?z= that we wrote or obeyed
CODE: Final = Key["tuple[float, ...] | None"]("_code", None)  # the point shown on the latent page
CODE_MODEL: Final = Key[str | None]("_code_model", None)  # the model that CODE belongs to
POINT: Final = Key[int | None]("_point", None)  # the test digit that CODE is the code of, if it is one
HOME_DIGIT: Final = Key[int]("_home_digit", 0)  # which of the test digits Home shows
HOME_CODE: Final = Key["tuple[float, float] | None"]("_home_code", None)  # a place clicked on Home's map
