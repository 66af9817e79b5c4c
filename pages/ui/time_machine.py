"""What a training has learned, epoch by epoch: the map, ten digits drawn again, and ten drawn from the prior."""

from __future__ import annotations

import base64
import functools
import json
from typing import Any, Final

import numpy as np

from aemodels.figures import palette
from aemodels.training.jobs import Job
from aemodels.training.progress import Look
from pages.ui import cache, live, pictures, state
from pages.ui.components.time_machine import Frame
from pages.ui.components.time_machine import time_machine as component

COVERED: Final = (0.5, 99.5)  # per cent of the codes, each way, that the map's area is sure to show


def shows(job: Job) -> bool:
    """Whether there is anything to show: an epoch at least, of a network for images."""
    looks = job.progress.looks
    return bool(looks) and looks[-1].reconstructions is not None


def time_machine(job: Job) -> None:
    """The epochs of `job` that are kept, where it `shows` any."""
    looks = job.progress.looks
    newest = looks[-1]
    labels = job.progress.labels if newest.codes is not None else None
    live.follow(live.EPOCHS, functools.partial(answer, job.token))
    component(
        key=state.TIME_MACHINE.name,
        run=job.token,
        epochs=[look.epoch for look in looks],
        newest=frame(newest),
        kept=None if job.result is None else job.result.history.best_epoch,
        inputs=pictures.data_uri(_row(job.progress.inputs)),
        rows=[
            "Drawn again",
            *(["Drawn from the prior, the same ten codes"] if newest.samples is not None else []),
        ],
        classes="" if labels is None else base64.b64encode(labels.astype(np.uint8).tobytes()).decode(),
        colours=[palette.class_colour(index) for index in range(10)],
        follower=live.token(live.EPOCHS),
    )


def answer(token: str, sent: bytes) -> live.Answer:
    """The frames of the epochs that a browser claims to lack; others than those that are kept are left out."""
    job = cache.jobs().get(token)
    try:
        asked = json.loads(sent)
    except (ValueError, RecursionError):
        asked = None
    wanted = {epoch for epoch in asked if isinstance(epoch, int)} if isinstance(asked, list) else set()
    looks = job.progress.looks if job is not None else ()
    return {
        "parts": {
            state.TIME_MACHINE.name: {"frames": [frame(look) for look in looks if look.epoch in wanted]}
        }
    }


@functools.lru_cache(maxsize=128)
def frame(look: Look) -> Frame:
    """An epoch as the browser shows it."""
    rows = [_row(images) for images in (look.reconstructions, look.samples) if images is not None]
    codes, area = _packed(look.codes)
    return Frame(epoch=look.epoch, sheet=pictures.data_uri(np.concatenate(rows)), codes=codes, area=area)


def _row(images: np.ndarray) -> np.ndarray:
    """Up to ten images (n, 28, 28) uint8 beside each other, (28, 280)."""
    row = np.zeros((pictures.SIDE, 10 * pictures.SIDE), np.uint8)
    flat = images.transpose(1, 0, 2).reshape(pictures.SIDE, -1)
    row[:, : flat.shape[1]] = flat
    return row


def _packed(codes: Any) -> tuple[str, tuple[float, float, float, float]]:
    """Codes (n, 2) as uint16 over an area that leaves a few far ones at its edge."""
    if codes is None or not len(codes):
        return "", (0.0, 1.0, 0.0, 1.0)
    whole = np.nan_to_num(np.asarray(codes, np.float64))
    low, high = np.percentile(whole, COVERED, axis=0)
    room = 0.15 * np.maximum(high - low, 1e-3)
    low, high = low - room, high + room
    shares = np.clip((whole - low) / (high - low), 0.0, 1.0)
    packed = np.rint(65535 * shares).astype("<u2").tobytes()
    area = (float(low[0]), float(high[0]), float(low[1]), float(high[1]))
    return base64.b64encode(packed).decode(), area
