"""Traversals: one number of a code moves, all others stay, and the decoder shows what that number means."""

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError

DEAD = 0.01
"""A number whose z_mean varies less than this over the data is unused (Burda et al., "Importance Weighted
Autoencoders", 2016, who call the others active units): the VAE has given it back to the prior."""

MOST_STEPS = 32


def activity(codes: NDArray) -> NDArray[np.float64]:
    """The variance of each number over the codes: (n, d) -> (d,), in squared units of the code."""
    if codes.ndim != 2 or not len(codes):
        raise ConfigError(f"Activity is measured over codes of shape (n, d); received {codes.shape}.")
    return codes.astype(np.float64).var(axis=0)


def order(codes: NDArray) -> list[int]:
    """The numbers of the code, counted from 0, the one that varies most first; of equals the earlier one."""
    return [int(number) for number in np.argsort(-activity(codes), kind="stable")]


def dead(codes: NDArray) -> NDArray[np.bool_]:
    """Which numbers of a VAE's code are unused: (n, d) -> (d,). Means nothing for a plain autoencoder."""
    return activity(codes) < DEAD


def traverse(
    code: NDArray, codes: NDArray, number: int, steps: int = 9, reach: float = 2.0
) -> NDArray[np.float32]:
    """Codes (steps, d) like `code` (d,) in all but one number, which goes from low to high.

    It covers `reach` standard deviations of the stored codes to each side of their mean, and one standard
    deviation of the prior at least, so that an unused number is seen to change nothing.
    """
    place = np.asarray(code, np.float32).reshape(-1)
    if place.shape != codes.shape[1:]:
        raise ConfigError(f"This code has {codes.shape[-1]} numbers; received {len(place)}.")
    if not 0 <= number < len(place):
        raise ConfigError(f"The numbers of this code are 0 to {len(place) - 1}; received {number}.")
    if not 2 <= steps <= MOST_STEPS:
        raise ConfigError(f"A traversal has 2 to {MOST_STEPS} steps; received {steps}.")
    values = codes[:, number].astype(np.float64)
    half = max(reach * values.std(), 1.0)
    result = np.repeat(place[None], steps, axis=0)
    result[:, number] = np.linspace(values.mean() - half, values.mean() + half, steps)
    return result
