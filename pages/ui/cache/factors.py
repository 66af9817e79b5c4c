"""What a model makes of digits with known factors: which number follows which, and its codes while one moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from aemodels.data import factors
from aemodels.data.datasets import Split
from aemodels.data.digit_shapes import outlines
from aemodels.measure import factors as measures
from pages.ui.cache import store

STEPS: Final = 21  # places of a slider over a factor's range
MOST: Final = 16  # numbers of a long code that are shown


@st.cache_resource(show_spinner=False, max_entries=24)
def _codes(name: str, version: str) -> np.ndarray:
    drawn = factors.known()
    return np.asarray(store.answering(name).encode(Split(drawn.images, drawn.labels).x))


def drawn_codes(name: str) -> np.ndarray:
    """The model's codes of the test images of the data set `factors`, `(n, d)` float32."""
    return _codes(name, store.version(name))


@st.cache_resource(show_spinner="Measuring which number follows which factor", max_entries=64)
def _following(name: str, version: str) -> measures.Following:
    return measures.follow(_codes(name, version), factors.known().values)


def following(name: str) -> measures.Following:
    """How the model's code follows the known factors, over the test images of the data set `factors`."""
    return _following(name, store.version(name))


@dataclass(frozen=True, eq=False)
class Sweep:
    """A digit while one factor rises over its range and all others rest in the middle of theirs.

    `values` (STEPS,) in the factor's unit, `codes` (STEPS, d), and (STEPS, 28, 28) each: `images` uint8 and
    `reconstructions` float32.
    """

    values: np.ndarray
    images: np.ndarray
    codes: np.ndarray
    reconstructions: np.ndarray


@st.cache_resource(show_spinner=False, max_entries=128)
def _sweep(name: str, version: str, digit: int, factor: int) -> Sweep:
    _, digits = outlines()
    values = np.tile(factors.middle(), (STEPS, 1))
    chosen = factors.FACTORS[factor]
    values[:, factor] = np.linspace(chosen.low, chosen.high, STEPS)
    shape = int(np.flatnonzero(digits == digit)[0])
    images = factors.draw(np.full(STEPS, shape), values)
    model = store.answering(name)
    codes = np.asarray(model.encode(Split(images, np.zeros(STEPS, np.uint8)).x))
    return Sweep(values[:, factor], images, codes, np.asarray(model.decode(codes))[..., 0])


def factor_sweep(name: str, digit: int, factor: int) -> Sweep:
    """The digit 0 to 9 in its first shape while the factor of that row of `FACTORS` moves, as the model sees it."""
    return _sweep(name, store.version(name), digit, factor)
