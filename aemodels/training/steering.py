"""What somebody asks of a training while it runs; the training looks here between two batches.

One `Steering` belongs to one training. Its methods may be called from any thread, and return at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from aemodels.config import is_finite_number
from aemodels.errors import ConfigError

SLOWEST, QUICKEST = 1e-3, 1e3
"""Bounds of the factor on the learning rate."""
LARGEST_BETA: Final = 100.0
"""The largest β that can be set, the same as in the settings of a network."""


class Steering:
    """Stop, pause and resume; the learning rate and β as they shall be from the next batch on."""

    def __init__(self, *, on_pause: Callable[[], None] | None = None) -> None:
        """`on_pause` is called in the training's own thread, each time before it begins to wait.

        `on_change` can be set to a function that is told of each method that somebody calls, and with what.
        """
        self.on_change: Callable[[str, object], None] = lambda name, value: None
        self._changed = threading.Condition()
        self._on_pause = on_pause
        self._stopped = self._paused = False
        self._epochs_left: int | None = None  # until it pauses by itself
        self._idle = 0.0
        self._rate = 1.0
        self._beta: float | None = None

    @property
    def stopped(self) -> bool:
        """Whether it was asked to end."""
        return self._stopped

    @property
    def paused(self) -> bool:
        """Whether it waits, or will from the next batch on."""
        return self._paused and not self._stopped

    @property
    def idle(self) -> float:
        """Seconds that the training has waited so far."""
        return self._idle

    @property
    def rate(self) -> float:
        """What the learning rate of the schedule is multiplied by."""
        return self._rate

    @property
    def beta(self) -> float | None:
        """The β to train with; None for the one of the network's settings."""
        return self._beta

    def stop(self) -> None:
        """End at the next batch, also out of a pause."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self.on_change("stop", None)

    def pause(self) -> None:
        """Wait from the next batch on."""
        with self._changed:
            self._paused, self._epochs_left = True, None
        self.on_change("pause", None)

    def resume(self, epochs: int | None = None) -> None:
        """Go on; with `epochs`, pause again after so many more epochs have ended."""
        with self._changed:
            self._paused, self._epochs_left = False, epochs
            self._changed.notify_all()
        self.on_change("resume", epochs)

    def set_rate(self, factor: float) -> None:
        """Multiply the schedule's learning rate by `factor`. Raises ConfigError outside 0.001 to 1000."""
        if not is_finite_number(factor) or not SLOWEST <= factor <= QUICKEST:
            raise ConfigError(f"The learning rate can be multiplied by {SLOWEST:g} to {QUICKEST:g}.")
        self._rate = float(factor)
        self.on_change("set_rate", self._rate)

    def set_beta(self, beta: float) -> None:
        """Train with this β. Raises ConfigError outside 0 to 100."""
        if not is_finite_number(beta) or not 0 <= beta <= LARGEST_BETA:
            raise ConfigError(f"β goes from 0 to {LARGEST_BETA:g}.")
        self._beta = float(beta)
        self.on_change("set_beta", self._beta)

    def wait(self) -> bool:
        """For the training: wait while it is paused; whether it shall go on then."""
        if self.paused:
            if self._on_pause is not None:
                self._on_pause()
            begun = time.monotonic()
            with self._changed:
                self._changed.wait_for(lambda: not self.paused)
            self._idle += time.monotonic() - begun
        return not self._stopped

    def paused_elsewhere(self) -> None:
        """For one that mirrors another process's: that one has begun to wait by itself."""
        with self._changed:
            if self._epochs_left is not None:
                self._paused, self._epochs_left = True, None

    def epoch_ended(self) -> None:
        """For the training: count the epochs after which it was to pause."""
        with self._changed:
            if self._epochs_left is not None:
                self._epochs_left -= 1
                if self._epochs_left <= 0:
                    self._paused, self._epochs_left = True, None
