"""A run at a glance: a small picture for its row in the table, and its images and map beside those of others."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
import streamlit as st

from aemodels.figures import images, map_picture, run_pictures
from aemodels.run_card import kept_look
from aemodels.training.jobs import Job
from aemodels.training.progress import Look
from pages.ui import pictures, theme

MOST_MAPS: Final = 4
THUMBNAIL: Final = 112  # pixels of a map in a row
MAP: Final = 300
SCALE: Final = 2
"""Pixels on the screen to one of an image."""


def thumbnail(job: Job) -> str | None:
    """The picture of a run's row as a data URI: its map, else its newest images; None before there are any."""
    look = job.progress.looks[-1] if job.progress.looks else None
    if look is None:
        return None
    labels = job.progress.labels
    if look.codes is not None and labels is not None:
        return _map(look, _Labels(labels), THUMBNAIL, 3)
    return None if look.reconstructions is None else _sheet(look)


def side_by_side(runs: dict[str, Job]) -> None:
    """The same test images through each of `runs`, by title; and the maps of those whose codes have two numbers."""
    _images(runs)
    maps = {
        name: (look, job.progress.labels)
        for name, job in runs.items()
        if (look := kept_look(job)) is not None and look.codes is not None and job.progress.labels is not None
    }
    if len(maps) < 2:
        return
    shown = list(maps.items())[:MOST_MAPS]
    for part, (name, (look, labels)) in zip(st.columns(len(shown), gap="small"), shown, strict=True):
        with part, st.container(border=True, gap="xsmall"):
            st.caption(f"{theme.escaped(name)} · {_epoch(look)}")
            st.image(
                _map(look, _Labels(labels), MAP, 4),
                width="stretch",
                alt=f"Codes of {len(labels):,} test images of the run {name}, coloured by class",
            )
    if len(maps) > MOST_MAPS:
        st.caption(f"The maps of the first {MOST_MAPS}.")


def _images(runs: dict[str, Job]) -> None:
    """A row of inputs, then a row for each run; runs on other images begin a new block."""
    drawn: list[tuple[np.ndarray, list[tuple[str, Look]]]] = []
    for name, job in runs.items():
        inputs, look = job.progress.inputs, kept_look(job)
        if inputs is None or look is None or look.reconstructions is None:
            continue
        for known, rows in drawn:
            if np.array_equal(known, inputs):
                rows.append((name, look))
                break
        else:
            drawn.append((inputs, [(name, look)]))
    for block, (inputs, rows) in enumerate(drawn):
        with st.container(gap=None, key=f"runs_images_{block + 1}"):
            _row("Test images", inputs, "Ten test images")
            for name, look in rows:
                if look.reconstructions is not None:
                    _row(
                        f"{name} · {_epoch(look)}", look.reconstructions, f"The same, drawn by the run {name}"
                    )


def _row(words: str, digits: np.ndarray, alt: str) -> None:
    st.caption(theme.escaped(words))
    row = images.grid(digits, len(digits), 1)
    st.image(pictures.uri(images.png(images.upscale(row, SCALE))), width=SCALE * row.shape[1], alt=alt)


def _epoch(look: Look) -> str:
    return f"epoch {look.epoch}" if look.epoch else "before training"


class _Labels:
    """An array as a key of a cache: the same one is the same."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def __hash__(self) -> int:
        return id(self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Labels) and other.values is self.values


@functools.lru_cache(maxsize=128)
def _map(look: Look, labels: _Labels, side: int, dot: int) -> str:
    assert look.codes is not None
    x, y = run_pictures.square(look.codes)
    return pictures.uri(map_picture.map_picture(look.codes, labels.values, x, y, side=side, dot=dot))


@functools.lru_cache(maxsize=128)
def _sheet(look: Look) -> str:
    return pictures.uri(images.png(images.grid(look.reconstructions, 5, 1)))
