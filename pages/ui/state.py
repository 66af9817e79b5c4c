"""Every session key, typed, in one place.

A page reads and writes what it remembers through these records and never through `st.session_state`, so that
a key is spelt once, has a type and a first value, and can be found. Keys of widgets are listed as well: the
same string is the CSS class `st-key-…` by which scripts find the element.
"""

from __future__ import annotations

import time
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


@dataclass(frozen=True)
class Address:
    """What a part of the address has said or was made to say, lately.

    A message of the browser carries the address that it had when it was sent: of two quick clicks the second one
    comes with the address from before the first. That is no wish to go back to it. Whoever goes back by the
    browser's button does so more than `PATIENCE` seconds later.
    """

    name: str

    def says_new(self, asked: object) -> bool:
        """Whether somebody asks for `asked`, and it is neither the last value nor one that was just replaced."""
        if not self._is_there():
            return True
        newest, past = st.session_state[self.name]
        now = time.monotonic()
        return asked != newest and not any(asked == value and now - end < PATIENCE for value, end in past)

    def set(self, value: object) -> None:
        """Somebody asked for it, or we wrote it."""
        newest, past = st.session_state[self.name] if self._is_there() else (None, ())
        if value != newest or not self._is_there():
            replaced = (*past, (newest, time.monotonic()))[-MOST_PAST:]
            st.session_state[self.name] = (value, replaced)

    def _is_there(self) -> bool:
        return self.name in st.session_state


PATIENCE: Final = 3.0
MOST_PAST: Final = 32  # values that a part of the address had before

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
CODE_EDITOR: Final = Key[Any]("code_editor", None)
ABLATION: Final = Key[bool]("ablation", False)
ABLATION_STRIP: Final = Key[Any]("ablation_strip", None)
LAYER_TILES: Final = Key[Any]("layer_tiles", None)
KEPT_TRAY: Final = Key[Any]("kept_tray", None)
ARITHMETIC: Final = Key[bool]("arithmetic", False)
WALK_STRIP: Final = Key[Any]("walk_strip", None)
WALK_KIND: Final = Key[str]("walk_kind", "straight")
WALK_STEPS: Final = Key[int]("walk_steps", 16)
DIGIT_SOURCE: Final = Key[str]("digit_source", "Draw")
DIGIT_CANVAS: Final = Key[Any]("digit_canvas", None)
DIGIT_UPLOAD: Final = Key[Any]("digit_upload", None)
DIGIT_CAMERA: Final = Key[Any]("digit_camera", None)
CAMERA_ON: Final = Key[bool]("camera_on", False)
PICTURE_DROP: Final = Key[Any]("picture_drop", None)  # what was pasted, or dropped on the digit's card
UPLOAD_STRIP: Final = Key[Any]("upload_strip", None)
INPUT_STRIP: Final = Key[Any]("input_strip", None)
SAMPLE_CLASS: Final = Key[int]("sample_class", 7)
DETAIL: Final = Key[Any]("detail", None)  # what is looked at closer on Reconstruct
NOISE_KIND: Final = Key[str]("noise_kind", "gaussian")
NOISE_LEVEL: Final = Key["float | None"]("noise_level", None)
DENOISER: Final = Key[str]("denoiser", "")
GENERATE_KIND: Final = Key[str]("generate_kind", "classes")  # by class, of one class, or from the prior
GENERATE_CLASS: Final = Key[int]("generate_class", 3)
TEMPERATURE: Final = Key[float]("temperature", 1.0)
SAMPLE_GRID: Final = Key[Any]("sample_grid", None)
COMPARE_SHOWN: Final = Key[str]("compare_shown", "This digit")  # or the test set
MODEL_TABLE: Final = Key[Any]("model_table", None)
HAND_PAD: Final = Key[Any]("hand_pad", None)  # where a digit is damaged by hand
REPAIR_TABS: Final = Key[str]("repair_tabs", "")  # which part below the pipeline is open
ROUNDS_STRIP: Final = Key[Any]("rounds_strip", None)
USE: Final = Key[str]("use_picker", "anomaly")  # the section of the page on uses
ANOMALY_SCORE: Final = Key[str]("anomaly_score", "")
STRANGERS: Final = Key[str]("strangers", "")  # whom the model shall tell from what it knows
FALSE_ALARMS: Final = Key[float]("false_alarms", 0.05)
LEFT_OUT: Final = Key[int]("left_out", 4)  # the class that a small network never saw
CODE_BITS: Final = Key[int]("code_bits", 4)  # bits that a number of a code is rounded to
PHOTO: Final = Key[Any]("photo_upload", None)
FACTOR_MEASURE: Final = Key[str]("factor_measure", "linear")  # how a number is said to follow a factor
FACTOR_MOVED: Final = Key[str]("factor_moved", "")  # which factor of a drawn digit is moved
FACTOR_DIGIT: Final = Key[int]("factor_digit", 4)


def factor_slider(factor: str) -> Key[float]:
    """The slider that moves a factor of a drawn digit."""
    return Key(f"factor_{factor}_value", 0.0)


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


def run_name(token: str) -> Key[str]:
    """The field for the name that a visitor gives a training."""
    return Key(f"run_name_{token}", "")


def r4_beta(token: str) -> Key[float]:
    """The slider of β in the section of recipe R4b, for a training or (without one) for the next."""
    return Key(f"r4_beta_{token}", 2.048)


def r4_epoch(token: str) -> Key[int | None]:
    """Which checkpoint of a training is taken along."""
    return Key(f"r4_epoch_{token}", None)


def r4_epoch_chosen(token: str) -> Key[bool]:
    """Whether the visitor has chosen that checkpoint."""
    return Key(f"_r4_epoch_chosen_{token}", False)


def model_zip(number: int) -> Key[Any]:
    """The field for the zip of a model, the one after so many."""
    return Key(f"model_zip_{number}", None)


RECIPE_PICKER: Final = Key[str]("recipe_picker", "default")
DATASET_PICKER: Final = Key[str]("dataset_picker", "mnist")
SAVE_NAME: Final = Key[str]("save_name", "")
TRAIN_START: Final = "train_start"
TRAIN_STOP: Final = "train_stop"
STEER_RATE: Final = Key[float]("steer_rate", 1.0)
STEER_BETA: Final = Key[float]("steer_beta", 1.0)
TIME_MACHINE: Final = Key[Any]("time_machine", None)
RECIPE_SECTION: Final = Key["str | None"]("_recipe_section", None)  # the tutorial whose section is shown
RECIPE_COMPLETE: Final = Key[bool]("_recipe_complete", True)  # whether all of that section was there
POINT_COLOUR: Final = Key[str]("point_colour", "place")  # what the points of recipe R1a are coloured by
POINT_CLOUDS: Final = Key[Any]("point_clouds", None)
R3_ACTIVATION: Final = Key[str]("r3_activation", "leaky_relu")
R4_SCALING: Final = Key[bool]("r4_scaling", False)  # whether the losses are in the tutorial's scaling
TENSORBOARD_PROBLEM: Final = Key["str | None"]("_tensorboard_problem", None)
LOSS_LOG: Final = Key[bool]("loss_log", False)  # whether the axis of a training's loss is logarithmic

OWN_SOURCE: Final = Key[str]("own_source", "Upload")  # where a data set of one's own comes from
OWN_UPLOAD: Final = Key[Any]("own_upload", None)
OWN_WAY: Final = Key[str]("own_way", "centred")  # how its images come to 28×28 (making.Way)
OWN_INVERTED: Final = Key["bool | None"]("own_inverted", None)  # whether light and dark are turned round
OWN_LABEL_COLUMN: Final = Key[str]("own_label_column", "")
OWN_PAD: Final = Key[Any]("own_pad", None)
OWN_LABEL: Final = Key[str]("own_label", "")  # what the drawing on that pad is
OWN_TRAY: Final = Key[Any]("own_tray", None)
OWN_COPIES: Final = Key[int]("own_copies", 50)
OWN_STRENGTH: Final = Key[float]("own_strength", 1.0)

# Containers that hold one image.
DIGIT_SAMPLE: Final = "digit_sample"
NOISY_IMAGE: Final = "noisy_image"
DENOISED: Final = "denoised"
INPUT_IMAGE: Final = "input_image"
RECONSTRUCTION: Final = "reconstruction"
DECODED: Final = "decoded"

# What a visitor has chosen, not bound to one widget.
MODEL_ADDRESS: Final = Address("_model_address")
CODE_ADDRESS: Final = Address("_code_address")
USE_ADDRESS: Final = Address("_use_address")
BESIDE_ADDRESS: Final = Address("_beside_address")
CODE: Final = Key["tuple[float, ...] | None"]("_code", None)  # the point shown on the latent page
CODE_MODEL: Final = Key[str | None]("_code_model", None)  # the model that CODE belongs to
STUDIES_WANTED: Final = Key["frozenset[tuple[str, str]]"](
    "_studies_wanted", frozenset()
)  # model and study, that were asked for
LAYERS_WANTED: Final = Key["frozenset[str]"]("_layers_wanted", frozenset())  # fields that were asked for
KEPT: Final = Key["dict[str, tuple[tuple[float, ...], ...]]"]("_kept", {})  # codes kept, by model
KEPT_BEFORE: Final = Key["dict[str, tuple[tuple[tuple[float, ...], ...], ...]]"](
    "_kept_before", {}
)  # for undo
KEPT_NAMES: Final = Key["dict[str, dict[tuple[float, ...], str]]"]("_kept_names", {})  # of codes, by model
KEPT_ADDRESS: Final = Address("_kept_address")
OWN_MOVED: Final = Key["tuple[str, tuple[float, ...], tuple[float, ...]] | None"](
    "_own_moved", None
)  # a digit's dot that was dragged: the model, the code as encoded, and where it lies now
OUTLINE: Final = Key["list[list[float]] | None"]("_outline", None)  # a box or lasso on the map: its corners
OUTLINE_MODEL: Final = Key[str | None]("_outline_model", None)  # the model on whose map it was drawn
MAP_KINDS: Final = Key["dict[str, str]"]("_map_kinds", {})  # how a model's codes are laid out, where chosen
CODE_EDITS: Final = Key[Any]("_code_edits", None)  # what was changed in a code (pages.ui.code_edits.Edits)
POSTERIOR_SEED: Final = Key[int]("_posterior_seed", 0)  # counts the fresh samples of a posterior
PLACE_PROBLEM: Final = Key[str | None]("_place_problem", None)  # why the last click or address was not obeyed
HOME_DIGIT: Final = Key["int | None"]("_home_digit", None)  # which of the test digits Home shows
HOME_PLACE: Final = Key["tuple[float, float] | None"]("_home_place", None)  # a place clicked on Home's map
HOME_SHOWN: Final = Key[Any]("_home_shown", None)  # what was shown last, and for what (pages.ui.home_row)
DRAWING: Final = Key[Any]("_drawing", None)  # what the pad held when it last reported (pages.ui.ink.Ink)
DRAWING_COUNT: Final = Key[int]("_drawing_count", 0)  # which drawing that is: counted by clearing the pad
DRAWN: Final = Key[Any]("_drawn", None)  # the digit in it (pages.ui.digit.Digit), None while nothing is drawn
DRAWING_PROBLEM: Final = Key[str | None]("_drawing_problem", None)  # why the drawing could not be read
UPLOADED: Final = Key["tuple[Any, ...]"]("_uploaded", ())  # the digits in the last good picture
UPLOAD_CHOSEN: Final = Key[int]("_upload_chosen", 0)  # which of them is shown
UPLOAD_READ: Final = Key[str | None]("_upload_read", None)  # the picture that was looked at last, by its hash
UPLOAD_PROBLEM: Final = Key[str | None]("_upload_problem", None)  # why that one could not be read
LIVE_TOKENS: Final = Key["dict[str, str]"](
    "_live_tokens", {}
)  # of what follows a moving hand (pages.ui.live)
DIGIT_PARTS: Final = Key["tuple[str, ...]"](
    "_digit_parts", ()
)  # fragments that depend on the visitor's digit
CANVAS_START: Final = Key["tuple[Any, ...]"]("_canvas_start", ())  # the strokes that the pad was told to show
CANVAS_VERSION: Final = Key[int]("_canvas_version", 0)  # counts how often it was told so
SAMPLE_NUMBER: Final = Key[int]("_sample_number", 0)  # which test image of the class
SAMPLE_ROW: Final = Key["tuple[str, int] | None"](
    "_sample_row", None
)  # data set and row, once one was chosen
RECONSTRUCTED: Final = Key[Any]("_reconstructed", None)  # the last one (pages.ui.reconstruct_row)
HARD_NUMBER: Final = Key[int]("_hard_number", 0)  # how many hard samples were asked for
INPUTS: Final = Key["tuple[Any, ...]"]("_inputs", ())  # the last digits (pages.ui.kept_digits.Kept)
NOISE_SEED: Final = Key[int]("_noise_seed", 0)
HAND_DAMAGE: Final = Key[Any](
    "_hand_damage", None
)  # what was damaged by hand (pages.ui.noise_by_hand.Damage)
HAND_VERSION: Final = Key[int]("_hand_version", 0)  # counts how often that pad was told to begin anew
ROUND_SHOWN: Final = Key["int | None"](
    "_round_shown", None
)  # the round that is shown large, once one was picked
CURVES_WANTED: Final = Key["frozenset[str]"](
    "_curves_wanted", frozenset()
)  # models to be measured over all noise
NOISE_SHOWN: Final = Key[str | None]("_noise_shown", None)  # the kind that the level belongs to
NOISE_LEVELS: Final = Key["dict[str, float]"]("_noise_levels", {})  # the level last chosen for each kind
GENERATE_SEED: Final = Key[int]("_generate_seed", 0)
SEED_ADDRESS: Final = Address("_seed_address")
SAMPLE_PICKED: Final = Key["int | None"]("_sample_picked", None)  # which of the generated images is looked at
VISITOR: Final = Key[str | None](
    "_visitor", None
)  # the random name of this session in the queue of trainings
RUNS_FORGOTTEN: Final = Key[int]("_runs_forgotten", 0)  # how often runs were taken out of the table
RUN_ADDRESS: Final = Address("_run_address")
JOB: Final = Key[str | None]("_job", None)  # the token of this visitor's last training
EPOCH_PAGE: Final = Key["tuple[str, str | None] | None"](
    "_epoch_page", None
)  # the page, and the training, for which that epoch was settled on
EPOCH_SHOWN: Final = Key["int | None"]("_epoch_shown", None)  # the epoch of it that stands for the model
PREPARED: Final = Key[Any]("_prepared", None)  # an experiment of an address (experiment_address.Prepared)
EXPERIMENT_ADDRESS: Final = Address("_experiment_address")
OWN_PROBLEM: Final = Key[str | None]("_own_problem", None)  # why the last files could not be read
OWN_PAD_ADDED: Final = Key["bytes | None"]("_own_pad_added", None)  # the picture that went into the tray last
OWN_PAD_INK: Final = Key[Any]("_own_pad_ink", None)  # what the pad of the data set holds (pages.ui.ink.Ink)
OWN_PAD_VERSION: Final = Key[int]("_own_pad_version", 0)  # counts how often that pad was told what to show
OWN_PAD_START: Final = Key["tuple[Any, ...]"]("_own_pad_start", ())  # the strokes that it was told to show
OWN_DRAW_PROBLEM: Final = Key[str | None]("_own_draw_problem", None)  # why the last drawing was not taken
OWN_DRAWINGS: Final = Key["tuple[Any, ...]"]("_own_drawings", ())  # aemodels.data.own.drawings.Drawing
OWN_DRAWINGS_BEFORE: Final = Key["tuple[tuple[Any, ...], ...]"]("_own_drawings_before", ())  # for undo
OWN_HELD: Final = Key[bool]("_own_held", False)  # whether files were read: they may have made room since
RECIPE_SHOWN: Final = Key[str | None]("_recipe_shown", None)  # the recipe that the data set picker belongs to
EPOCHS_BEGUN: Final = Key["tuple[str, int] | None"]("_epochs_begun", None)  # the field, and where it began
TRAIN_PROBLEM: Final = Key[str | None]("_train_problem", None)  # why the last start was refused
START_ASKED: Final = Key[bool]("_start_asked", False)  # Start was pressed; the form says with which settings
SAVE_FOR: Final = Key[str | None]("_save_for", None)  # the run whose name to be saved under is in its field
MODEL_ZIP: Final = Key[int]("_model_zip", 0)  # counts the zips that were loaded: each gets a new field
MODEL_ZIP_PROBLEM: Final = Key[str | None]("_model_zip_problem", None)  # why the last one was refused
SAVE_PROBLEM: Final = Key[str | None]("_save_problem", None)  # why the last save was refused
SAVED_AS: Final = Key["dict[str, str]"](
    "_saved_as", {}
)  # names of the models saved, by the token of their job
