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

    def is_there(self) -> bool:
        """Whether anybody has written to it."""
        return self.name in st.session_state

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
BESIDE: Final = Key["str | None"]("beside_picker", None)  # the model on the second map
BESIDE_MAP: Final = Key[Any]("beside_map", None)
BESIDE_HOVER: Final = Key[Any]("beside_hover", None)
LATENT_PAIR: Final = Key[Any]("latent_pair", None)
MAP_KIND: Final = Key["str | None"]("map_kind", None)  # how the codes are laid out: see cache.map_kinds
LATENT_SPACE: Final = Key[Any]("latent_space", None)
SPACE_POINTS: Final = Key[Any]("space_points", None)
LATENT_MARKER: Final = Key[Any]("latent_marker", None)
LATENT_TRAIL: Final = Key[Any]("latent_trail", None)
LATENT_LAYERS: Final = Key[Any]("latent_layers", None)
FIND_NUMBER: Final = Key["int | None"]("find_number", None)
FIND_CLASS: Final = Key["int | None"]("find_class", None)
OWN_ON_MAP: Final = Key[bool]("own_on_map", False)
OWN_HANDLE: Final = Key[Any]("own_handle", None)
OWN_TRAIL: Final = Key[Any]("own_trail", None)
TRAVERSAL: Final = Key[bool]("traversal", False)
TRAVERSAL_PAGE: Final = Key[int]("traversal_page", 0)
KEPT_TRAY: Final = Key[Any]("kept_tray", None)
ARITHMETIC: Final = Key[bool]("arithmetic", False)
WALK_STRIP: Final = Key[Any]("walk_strip", None)
WALK_KIND: Final = Key[str]("walk_kind", "straight")
WALK_STEPS: Final = Key[int]("walk_steps", 16)
DIGIT_SOURCE: Final = Key[str]("digit_source", "Draw")
DIGIT_CANVAS: Final = Key[Any]("digit_canvas", None)
DIGIT_UPLOAD: Final = Key[Any]("digit_upload", None)
SAMPLE_CLASS: Final = Key[int]("sample_class", 7)
NOISE_KIND: Final = Key[str]("noise_kind", "gaussian")
NOISE_LEVEL: Final = Key["float | None"]("noise_level", None)
DENOISER: Final = Key[str]("denoiser", "")


def chart(key: str) -> Key[Any]:
    """What is selected on the chart of this key."""
    return Key(key, None)


def row_slider(dimension: int) -> Key[float]:
    """The slider of the same number in its row of images."""
    return Key(f"row_z{dimension + 1}", 0.0)


def term(which: str) -> Key[list[str]]:
    """One of the three terms of the arithmetic with codes: start, plus or minus."""
    return Key(f"term_{which}", [])


def slider(dimension: int) -> Key[float]:
    """The slider that moves one number of a code, counted from 0."""
    return Key(f"z{dimension + 1}", 0.0)


RECIPE_PICKER: Final = Key[str]("recipe_picker", "default")
DATASET_PICKER: Final = Key[str]("dataset_picker", "mnist")
SAVE_NAME: Final = Key[str]("save_name", "")
TRAIN_START: Final = "train_start"
TRAIN_STOP: Final = "train_stop"

# Containers that hold one image.
DIGIT_SAMPLE: Final = "digit_sample"
NOISY_IMAGE: Final = "noisy_image"
DENOISED: Final = "denoised"
INPUT_IMAGE: Final = "input_image"
RECONSTRUCTION: Final = "reconstruction"
DECODED: Final = "decoded"

# What a visitor has chosen, not bound to one widget.
MODEL_ADDRESS: Final = Key[str | None]("_model_address", None)  # the last ?model= that we wrote or obeyed
CODE_ADDRESS: Final = Key[str | None]("_code_address", None)  # the last ?z= that we wrote or obeyed
BESIDE_ADDRESS: Final = Key[str | None]("_beside_address", None)  # the last ?beside= that we wrote or obeyed
CODE: Final = Key["tuple[float, ...] | None"]("_code", None)  # the point shown on the latent page
CODE_MODEL: Final = Key[str | None]("_code_model", None)  # the model that CODE belongs to
LAYERS_WANTED: Final = Key["frozenset[str]"]("_layers_wanted", frozenset())  # fields that were asked for
KEPT: Final = Key["dict[str, tuple[tuple[float, ...], ...]]"]("_kept", {})  # codes kept, by model
KEPT_BEFORE: Final = Key["dict[str, tuple[tuple[tuple[float, ...], ...], ...]]"](
    "_kept_before", {}
)  # for undo
KEPT_NAMES: Final = Key["dict[str, dict[tuple[float, ...], str]]"]("_kept_names", {})  # of codes, by model
KEPT_ADDRESS: Final = Key[str | None]("_kept_address", None)  # the last ?kept= that we wrote or obeyed
OWN_MOVED: Final = Key["tuple[str, tuple[float, ...], tuple[float, ...]] | None"](
    "_own_moved", None
)  # a digit's dot that was dragged: the model, the code as encoded, and where it lies now
OUTLINE: Final = Key["list[list[float]] | None"]("_outline", None)  # a box or lasso on the map: its corners
OUTLINE_MODEL: Final = Key[str | None]("_outline_model", None)  # the model on whose map it was drawn
MAP_KINDS: Final = Key["dict[str, str]"]("_map_kinds", {})  # how a model's codes are laid out, where chosen
PLACE_PROBLEM: Final = Key[str | None]("_place_problem", None)  # why the last click or address was not obeyed
HOME_DIGIT: Final = Key["int | None"]("_home_digit", None)  # which of the test digits Home shows
HOME_PLACE: Final = Key["tuple[float, float] | None"]("_home_place", None)  # a place clicked on Home's map
DRAWING: Final = Key[Any]("_drawing", None)  # what the canvas held last (pages.ui.digit.Drawing)
DRAWN: Final = Key[Any]("_drawn", None)  # the digit in it (pages.ui.digit.Digit), None while nothing is drawn
DRAWING_PROBLEM: Final = Key[str | None]("_drawing_problem", None)  # why the drawing could not be read
UPLOADED: Final = Key[Any]("_uploaded", None)  # the last good upload's digit
UPLOAD_READ: Final = Key[str | None]("_upload_read", None)  # the upload that was looked at last
UPLOAD_PROBLEM: Final = Key[str | None]("_upload_problem", None)  # why that one could not be read
LAST_DIGIT: Final = Key[Any]("_last_digit", None)  # the visitor's own digit that was shown last
CANVAS_START: Final = Key["dict[str, Any] | None"](
    "_canvas_start", None
)  # what the canvas was told to begin with
CANVAS_VERSION: Final = Key[int]("_canvas_version", 0)  # counts how often it was told so
SAMPLE_NUMBER: Final = Key[int]("_sample_number", 0)  # which test image of the class
NOISE_SEED: Final = Key[int]("_noise_seed", 0)
NOISE_SHOWN: Final = Key[str | None]("_noise_shown", None)  # the kind that the level belongs to
NOISE_LEVELS: Final = Key["dict[str, float]"]("_noise_levels", {})  # the level last chosen for each kind
VISITOR: Final = Key[str | None](
    "_visitor", None
)  # the random name of this session in the queue of trainings
JOB: Final = Key[str | None]("_job", None)  # the token of this visitor's last training
EPOCH_SHOWN: Final = Key["int | None"]("_epoch_shown", None)  # the epoch of it that stands for the model
RECIPE_SHOWN: Final = Key[str | None]("_recipe_shown", None)  # the recipe that the data set picker belongs to
TRAIN_PROBLEM: Final = Key[str | None]("_train_problem", None)  # why the last start was refused
SAVE_PROBLEM: Final = Key[str | None]("_save_problem", None)  # why the last save was refused
SAVED_AS: Final = Key["dict[str, str]"](
    "_saved_as", {}
)  # names of the models saved, by the token of their job
