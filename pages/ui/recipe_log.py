"""Recipe R2: two grids of sixteen images, and the loss at the published steps beside what the tutorial prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import streamlit as st

from aemodels.figures import images, published_log
from aemodels.published import log
from aemodels.training import run_log
from pages.ui import cache, pictures, theme
from pages.ui.recipe_case import Case, shipped

SIDE: Final = 4  # images in a row of a grid
SCALE: Final = 2
HEIGHT: Final = 300  # pixels of the curves
EXPLAINED: Final = (
    "Ours learn faster than the tutorial's, with the same settings. The reason is the ε in RMSProp, which "
    "divides each gradient by √(v + ε). The tutorial's loss is a mean over 784 pixels, and behind saturated "
    "sigmoids its gradients are so small that ε slows the steps; our loss is a sum, 392 times as large, and "
    "ε plays no part. Trained as a mean is (dotted), the same network is as slow: the tutorial's log lies "
    "between the ε of TensorFlow 1 and that of Keras 3. Either way it is slow: the tutorial's last "
    "loss is still above that of the mean image (dashed), which is the same for every digit."
)


def tf_examples_dense(own: Case | None, better: Case | None) -> bool:
    """The grids and the log."""
    complete = True
    case = own or shipped("dense-mnist")
    if case is not None:
        if own is None:
            st.caption(
                f"Nobody has trained it here yet: this is {theme.escaped(case.title)}, with "
                f"{case.config.code_size} numbers."
            )
        complete = _grids(case)
    _log(own)
    if better is not None and better.job is not None:
        st.caption(f"The better choice: {theme.escaped(better.title)}")
        complete = _grids(better) and complete
    return complete


def _grids(case: Case) -> bool:
    drawn, complete = sixteen(case)
    if drawn is None:
        st.caption("The first images come with the first epoch.")
        return complete
    parts = st.columns(2, gap="small")
    for part, words, block in zip(parts, ("Originals", "Reconstructions"), drawn, strict=True):
        with part:
            grid = images.grid(block, SIDE, 1)
            st.image(
                pictures.uri(images.png(images.upscale(grid, SCALE))),
                width=SCALE * grid.shape[1],
                alt=f"{words}: the first sixteen test images, in four rows of four",
            )
            st.caption(f"{words}, test images" + (f" · epoch {case.epoch}" if words != "Originals" else ""))
    return complete


def sixteen(case: Case) -> tuple[tuple[np.ndarray, np.ndarray] | None, bool]:
    """The first sixteen test images and what the case makes of them, uint8 (16, 28, 28); and whether they are
    new."""
    data = case.dataset
    if data is None:
        return None, True
    rows = np.arange(SIDE * SIDE)
    if case.job is None:
        return cache.reconstructed(str(case.model), data, rows), True
    job = case.job
    if not case.epoch or (job.result is None and not job.progress.snapshots):
        return None, True

    def make() -> tuple[np.ndarray, np.ndarray]:
        part = data.test.take(rows)
        with cache.network_of(job) as network:
            return part.values, images.to_uint8(network.reconstruct(part.x))

    if cache.is_quick(job):
        return make(), True
    return cache.latest().ask((job.token, "sixteen"), case.epoch, make, learning=job.state.active)


def _log(own: Case | None) -> None:
    kept = cache.r2_log()
    run = published_steps(own)
    level = cache.mean_image_mse("mnist")
    st.plotly_chart(
        published_log.published_log(
            log.PRINTED,
            low=kept.low.tolist(),
            high=kept.high.tolist(),
            means=kept.means,
            run=run,
            level=level,
            theme=theme.shown(),
        ),
        key="recipe_log",
        height=HEIGHT,
        config={"displayModeBar": False},
        alt=f"Mean squared error by step: the tutorial falls from {log.PRINTED[0]:.4f} to {log.PRINTED[9000]:.4f}, "
        f"ours to {kept.low[-1]:.4f} to {kept.high[-1]:.4f}",
    )
    st.markdown(table(kept, run))
    st.caption(EXPLAINED)


def published_steps(own: Case | None) -> Mapping[int, float]:
    """The run's own losses at the published steps, as far as it is."""
    job = None if own is None else own.job
    if job is None or job.folder is None:
        return {}
    return log.at_published_steps(run_log.read(job.folder.path)[:, 0] * run_log.mse_factor(job.spec.model))


def table(kept: log.Kept, run: Mapping[int, float]) -> str:
    """The log as markdown: a line for each published step. Narrow enough for a phone."""
    head = ("Step", "Tutorial", "Your run", "Ours, five seeds", "As a mean, two ε")
    lines = [f"| {' | '.join(head)} |", "|" + "--:|" * len(head)]
    for place, (step, value) in enumerate(log.PRINTED.items()):
        means = [losses[place] for losses in kept.means.values()]
        cells = (
            f"{step:,}",
            f"{value:.4f}",
            f"{run[step]:.4f}" if step in run else "–",
            _range(kept.low[place], kept.high[place]),
            _range(min(means), max(means)),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _range(low: float, high: float) -> str:
    """Both in one word, which no line break tears apart."""
    return f"{low:.3f}\u2060–\u2060{high:.3f}"
