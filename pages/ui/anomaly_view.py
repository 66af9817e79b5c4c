"""What is looked at in the section on anomalies: which score, which strangers, which threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from aemodels.data.datasets import DATASETS, title_of
from aemodels.measure import anomaly
from pages.ui import cache, state

RATES: Final = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
SHAPES: Final = "shapes"  # drawn by code, always there
LEFT_OUT: Final = "held_out"  # the study of networks that never saw one class
LENT_BY: Final = {"mnist": ("dense-mnist-2d", "dense-mnist"), "digits": ("dense-mnist-2d", "dense-mnist")}
"""Shipped models beside which such networks' errors are stored, by data set: codes of 2 and of 32 numbers."""


@dataclass(frozen=True, eq=False)
class View:
    """One look: the model's own result with the chosen score, and the two groups that are compared."""

    name: str
    dataset: str
    result: anomaly.Result
    score: anomaly.Score
    group: str
    rate: float
    known: anomaly.Errors
    strangers: anomaly.Errors
    validation: anomaly.Errors
    area: float
    names: tuple[str, str]

    @property
    def threshold(self) -> float:
        """The score above which what is compared here raises an alarm."""
        return anomaly.threshold(self.validation, self.rate)

    @property
    def own_threshold(self) -> float:
        """The same for the picked model, whatever is compared."""
        return anomaly.threshold(self.result.errors(self.score.name, "validation"), self.rate)

    def number(self, score: float) -> str:
        """A score as one reads it, with its unit."""
        return f"{score:,.{self.score.digits}f} {self.score.unit}".strip()


def view(name: str, result: anomaly.Result) -> View:
    """The controls in a row, and what they choose."""
    dataset = cache.card(name).dataset
    lenders = lent(dataset)
    groups = {group: title(group) for group in result.groups} | (
        {LEFT_OUT: "One left out"} if lenders else {}
    )
    if state.STRANGERS.get() not in groups:
        state.STRANGERS.set(next(iter(groups)))
    if state.ANOMALY_SCORE.get() not in result.scores:
        state.ANOMALY_SCORE.set(result.scores[0])
    if not state.FALSE_ALARMS.is_there() or state.FALSE_ALARMS.get() not in RATES:
        state.FALSE_ALARMS.set(state.FALSE_ALARMS.first)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom", key="anomaly_controls"):
        group = st.segmented_control(
            "Strangers",
            list(groups),
            format_func=groups.__getitem__,
            key=state.STRANGERS.name,
            required=True,
            persist_state="session",
        )
        if group == LEFT_OUT:
            if not state.LEFT_OUT.is_there():
                state.LEFT_OUT.set(state.LEFT_OUT.first)
            label = st.selectbox(
                "Never seen in training",
                range(len(cache.class_names(name))),
                format_func=lambda index: cache.class_name(name, index),
                key=state.LEFT_OUT.name,
                width=150,
                persist_state="session",
            )
        else:
            chosen = st.segmented_control(
                "Score",
                result.scores,
                format_func=lambda score: anomaly.SCORES[score].title,
                key=state.ANOMALY_SCORE.name,
                required=True,
                help="A larger score is stranger. "
                + " ".join(
                    f"{anomaly.SCORES[score].title}: {anomaly.SCORES[score].help}" for score in result.scores
                ),
                persist_state="session",
            )
        rate = st.select_slider(
            "False alarms wanted",
            RATES,
            format_func=lambda share: f"{share:.1%}".replace(".0%", "%"),
            key=state.FALSE_ALARMS.name,
            width=250,
            help="The threshold is the score that so many images of the training set exceed that were held back "
            "from the training. The test images have no say in it.",
            persist_state="session",
        )
    rate = rate if rate in RATES else state.FALSE_ALARMS.first
    if group == LEFT_OUT:
        return _left_out(name, dataset, result, label or 0, rate, lenders)
    score = anomaly.SCORES[chosen if chosen in result.scores else result.scores[0]]
    return View(
        name,
        dataset,
        result,
        score,
        group or result.groups[0],
        rate,
        known=result.errors(score.name, "test"),
        strangers=result.errors(score.name, group),
        validation=result.errors(score.name, "validation"),
        area=result.area(score.name, group),
        names=(f"{title_of(dataset)}, test images", title(group)),
    )


def scores(name: str, x: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The scores of images by a model, by name, and its reconstructions."""
    model = cache.answering(name)
    distribution = getattr(model, "encode_distribution", None) if model.is_variational else None
    found = anomaly.scores(x, encode=model.encode, decode=model.decode, encode_distribution=distribution)
    return found, model.reconstruct(x)


def title(group: str) -> str:
    """A group of strangers, as one reads it."""
    return DATASETS[group].title if group in DATASETS else "Drawn shapes"


def lent(dataset: str) -> dict[str, dict[str, np.ndarray]]:
    """Results of networks that never saw one class, where they are stored: by title, the smallest code first."""
    found = {}
    for model in LENT_BY.get(dataset, ()):
        arrays = (
            cache.stored_study(model, LEFT_OUT) if model in {card.name for card in cache.cards()} else None
        )
        if arrays is not None:
            found[f"code of {int(arrays['latent_dim'])}"] = arrays
    return found


def _left_out(
    name: str,
    dataset: str,
    result: anomaly.Result,
    label: int,
    rate: float,
    lenders: dict[str, dict[str, np.ndarray]],
) -> View:
    size, arrays = list(lenders.items())[-1]
    groups = {group: anomaly.Errors(arrays[group][label]) for group in ("test", "held_out", "validation")}
    word = cache.class_name(name, label)
    return View(
        name,
        dataset,
        result,
        anomaly.SCORES["mse"],
        LEFT_OUT,
        rate,
        known=groups["test"],
        strangers=groups["held_out"],
        validation=groups["validation"],
        area=float(arrays["auc"][label]),
        names=(f"all but {word}, {size} numbers", f"{word}, never seen"),
    )
