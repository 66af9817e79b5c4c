"""Networks that are used again: the next training of the same kind finds its graphs traced and compiled.

TensorFlow never lets go of what it has traced, so a process that trains again and again would grow without end.
"""

from __future__ import annotations

import collections
import threading
from typing import TYPE_CHECKING, Final

from aemodels.architectures.base import ModelConfig

if TYPE_CHECKING:
    from aemodels.autoencoder import Autoencoder

MOST_KEPT: Final = 4


class Networks:
    """Those that nobody trains at the moment, the latest ones. Safe to use from any thread."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._idle: collections.OrderedDict[ModelConfig, Autoencoder] = collections.OrderedDict()

    def take(self, config: ModelConfig, *, seed: int = 0) -> Autoencoder:
        """A network as `build` makes it, with initial weights that depend on the seed alone."""
        from aemodels.autoencoder import build

        fresh = build(config, seed=seed)
        with self._lock:
            used = self._idle.pop(_kind(config), None)
        if used is None:
            return fresh
        used.set_weights(fresh.get_weights())
        used.config = config
        return used

    def give_back(self, model: Autoencoder) -> None:
        """Nobody holds `model` any more."""
        with self._lock:
            self._idle[_kind(model.config)] = model
            while len(self._idle) > self._most:
                self._idle.popitem(last=False)


def _kind(config: ModelConfig) -> ModelConfig:
    """What the graphs depend on: all but β, which each step is given."""
    return config.replace(beta=1.0)


NETWORKS: Final = Networks()
"""Those of this process."""
