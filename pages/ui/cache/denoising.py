"""What is known of classical filters: their parameters for a kind and level of noise, and their curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from aemodels.data.corruptions import CORRUPTIONS, corrupt
from aemodels.measure import classical, classical_table
from pages.ui.cache import data

if TYPE_CHECKING:
    from aemodels.measure.classical import Choice
    from aemodels.measure.classical_table import Table

TUNING_IMAGES: Final = 16  # where nothing is kept: few, for the visitor is waiting
TUNING_LEVELS: Final = 8  # levels of noise, over a kind's whole range, at which filters are tuned then


@st.cache_resource(show_spinner=False, max_entries=8)
def _table(dataset: str, fingerprint: str) -> Table | None:
    return classical_table.read(dataset, fingerprint)


@st.cache_resource(show_spinner=False, max_entries=128)
def _filters(dataset: str, kind: str, level: float) -> dict[str, Choice]:
    clean = data.dataset(dataset).train.take(slice(-TUNING_IMAGES, None)).x
    return classical.tune(clean, corrupt(clean, kind, level, 0))


def filters(dataset: str, kind: str, level: float) -> dict[str, Choice]:
    """The classical denoisers with their parameters chosen for this noise, on images of the training split.

    What is kept of the data set answers at once. Where nothing is, they are tuned now, at the nearest of a few
    levels, so that moving a slider does not tune at every step of it.
    """
    table = _table(dataset, data.dataset(dataset).fingerprint)
    kept = None if table is None else table.choices(kind, level)
    if kept:
        return kept
    record = CORRUPTIONS[kind]
    step = (record.high - record.low) / TUNING_LEVELS
    near = record.low + max(round((level - record.low) / step), 1) * step
    return _filters(dataset, kind, round(near, 6))


def filter_curves(dataset: str, fingerprint: str, kind: str) -> dict[str, np.ndarray]:
    """By filter the quartiles of its PSNR on test images of this data set; none where none are kept.

    They were measured on the same images with the same noise as every model's study. The data set itself need not
    be at hand.
    """
    table = _table(dataset, fingerprint)
    return {} if table is None else table.curves(kind)
