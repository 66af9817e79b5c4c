"""What is found inside a model for one image: its layers, samples of its posterior, its code without each unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from aemodels.errors import AemodelsError
from aemodels.latent import ablation as ablations
from aemodels.latent import posterior as posteriors
from pages.ui.cache import store

if TYPE_CHECKING:
    from aemodels.inside import Inside

MARGIN: Final = 1.5
"""How much further than nearly all numbers of the test images' codes one may be moved."""


@st.cache_resource(show_spinner=False, max_entries=6)
def _inside(name: str, version: str) -> Inside:
    from aemodels.inside import Inside

    return Inside(store.quick_model(name) or store.model(name))


def inside(name: str) -> Inside:
    """What looks into the layers of `name`: by NumPy for a dense model, on TensorFlow for any other."""
    return _inside(name, store.version(name))


@dataclass(frozen=True, eq=False)
class Posterior:
    """What a variational encoder says of one image, number by number, and what its samples look like.

    `z_mean`, `sigma` and `kl` (in nats) are (d,); `at_mean` (28, 28, 1) is what z_mean is decoded to.
    """

    z_mean: np.ndarray
    sigma: np.ndarray
    kl: np.ndarray
    at_mean: np.ndarray
    spread: posteriors.Spread


@st.cache_resource(show_spinner=False, max_entries=32)
def _posterior(name: str, version: str, x: np.ndarray, seed: int) -> Posterior:
    model = store.answering(name)
    z_mean, z_log_var = (part[0] for part in model.encode_distribution(x))  # type: ignore[union-attr]
    return Posterior(
        z_mean,
        np.exp(0.5 * z_log_var),
        posteriors.kl_by_number(z_mean, z_log_var),
        model.decode(z_mean[None])[0],
        posteriors.spread(model.decode, z_mean, z_log_var, seed=seed),
    )


def posterior(name: str, x: np.ndarray, seed: int = 0) -> Posterior:
    """The posterior of the image `x` (1, 28, 28, 1) by the variational model `name`."""
    return _posterior(name, store.version(name), x, seed)


@st.cache_resource(show_spinner=False, max_entries=32)
def _ablation(name: str, version: str, x: np.ndarray, most: int) -> ablations.Ablation:
    model, shape = store.answering(name), store.map_shape(name)
    z = model.encode(x)[0]
    units = ablations.places(len(z), None if shape is None else shape[2])
    return ablations.ablate(model.decode, z, units, most=most)


def ablation(name: str, x: np.ndarray, most: int) -> ablations.Ablation:
    """What the image `x` (1, 28, 28, 1) loses with each unit of its code, for the `most` that matter most."""
    return _ablation(name, store.version(name), x, most)


@st.cache_resource(show_spinner=False, max_entries=32)
def _usual(name: str, version: str) -> float:
    try:
        return float(np.quantile(np.abs(store.codes(name).z), 0.99))
    except AemodelsError:  # feature maps are not always stored
        return 0.0


def code_reach(name: str, z: np.ndarray) -> float:
    """How far from zero the numbers of the code `z` (d,) may be moved: somewhat further than codes usually lie."""
    largest = max(_usual(name, store.version(name)), float(np.abs(z).max(initial=0.0)), 1e-3)
    return MARGIN * largest
