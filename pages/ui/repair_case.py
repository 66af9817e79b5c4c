"""One digit, its damage, and who takes it away: what every part below the pipeline looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from aemodels.measure import metrics
from pages.ui import cache
from pages.ui.noise_controls import BY_HAND

LIKE_BY_HAND: Final = ("scribble", 2.0)  # what filters are tuned for when somebody has scribbled
MOST: Final = 4  # networks side by side


@dataclass(frozen=True, eq=False)
class Case:
    """Images are (1, 28, 28, 1) in [0, 1]. `name` made `answer`; `picked` is the model of the sidebar."""

    clean: np.ndarray
    noisy: np.ndarray
    answer: np.ndarray
    name: str
    picked: str
    kind: str
    level: float

    @property
    def tuned_for(self) -> tuple[str, float]:
        """The noise that filters are tuned for: this one, or what comes nearest to damage by hand."""
        return LIKE_BY_HAND if self.kind == BY_HAND else (self.kind, self.level)

    def networks(self) -> list[str]:
        """The chosen network, the picked one, and others that were trained on noise and answer at once."""
        others = [card.name for card in cache.cards() if card.denoises and cache.quick_model(card.name)]
        return list(dict.fromkeys([self.name, self.picked, *others]))[:MOST]


def psnr(x: np.ndarray, y: np.ndarray) -> float:
    """PSNR in dB of one pair of images."""
    return float(metrics.psnr(x, y)[0])


def ssim(x: np.ndarray, y: np.ndarray) -> float:
    """SSIM of one pair of images."""
    return float(metrics.ssim(x, y)[0])


def decibel(value: float) -> str:
    """A PSNR for people: identical images have no error at all."""
    return "no error" if value >= metrics.PSNR_CAP else f"{value:.1f} dB"
