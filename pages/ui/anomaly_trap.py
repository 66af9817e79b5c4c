"""The trap: a network that draws well also draws strangers well, and then their error tells nothing."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.data import outsiders
from aemodels.figures import anomaly as figures
from aemodels.measure import anomaly
from pages.ui import anomaly_view, cache, pictures, theme
from pages.ui.anomaly_view import View

HEIGHT: Final = 260
SCALE: Final = 2
PLAIN: Final = {"displayModeBar": False}


def drawn_strangers(view: View) -> None:
    """A few images drawn by code, beside a test image: what the model makes of each, and whether it passes."""
    digit = cache.sample_dataset(view.dataset)
    place = cache.typical_digit(view.name, digit.name)
    known = digit.test.take(slice(place, place + 1)).x
    x = np.concatenate([known, outsiders.drawn()])
    found, y = anomaly_view.scores(view.name, x)
    own = found[view.score.name]
    passes = own <= view.own_threshold
    titles = ["a test image", *(outsider.title for outsider in outsiders.OUTSIDERS)]
    with theme.card(
        "Strangers drawn by code",
        role="noise",
        aside="above what it sees, below what it draws",
        key="strangers_card",
    ):
        with st.container(horizontal=True, gap="small", key="drawn_strangers"):
            for image, drawn, score, through, words in zip(x, y, own, passes, titles, strict=True):
                with st.container(width=84, gap="xxsmall"):
                    pictures.show(image, alt=f"{words}, as the model sees it", scale=3)
                    pictures.show(drawn, alt=f"{words}, as the model draws it", scale=3)
                    st.caption(f"{words}  \n{view.number(float(score))}  \n{_mark(bool(through))}")
        best = 1 + int(np.argmin(own[1:]))
        larger = 1 - float(view.result.errors(view.score.name, "test").below(own[best]))
        st.caption(
            f"{int(passes[1:].sum())} of {len(titles) - 1} strangers pass. Best drawn is {titles[best]}: "
            f"{larger:.0%} of the test images have a larger error. A small error says that the network *can draw* "
            "an image, not that it has seen one like it."
        )


def _mark(passes: bool) -> str:
    return ":green[**passes**]" if passes else ":orange[**alarm**]"


def trap(view: View) -> None:
    """Models by how well they draw and how many strangers pass; and the hardest strangers, a class never seen."""
    left, right = st.columns(2, gap="small")
    with left:
        _models(view)
    with right:
        _left_out(view)


def _models(view: View) -> None:
    found: dict[str, anomaly.Result] = {view.name: view.result}
    for card in cache.cards():
        arrays = cache.stored_study(card.name, "anomaly") if card.dataset == view.dataset else None
        if arrays is not None and card.name not in found:
            found[card.name] = anomaly.Result(arrays)
    shared = [group for group in view.result.groups if all(group in each.groups for each in found.values())]
    groups = {
        anomaly_view.title(group): (
            [each.area("mse", group) for each in found.values()],
            [_passing(each, group, view.rate) for each in found.values()],
        )
        for group in shared
    }
    with theme.card("Better pictures, blinder eyes", role="code", key="trap_card"):
        st.plotly_chart(
            figures.quality_and_area(
                [cache.title(name) for name in found],
                [each.psnr for each in found.values()],
                groups,
                chosen=cache.title(view.name),
            ),
            key="trap_chart",
            height=HEIGHT,
            config=PLAIN,
            alt=f"{len(found)} models: the PSNR of their reconstructions and how well they tell strangers",
        )
        st.caption(
            _ends(found),
            help="Gong et al., “Memorizing Normality to Detect Anomaly” (2019). Likelihoods are no way out: "
            "Nalisnick et al., “Do Deep Generative Models Know What They Don't Know?” (2019).",
        )


def _ends(found: dict[str, anomaly.Result]) -> str:
    """What the models that draw best and worst make of drawn shapes, in two sentences."""
    if len(found) < 2:
        return "No other model of this data set has been measured yet."
    order = sorted(found, key=lambda name: found[name].psnr)
    worst, best = (
        f"{theme.escaped(cache.title(name))} ({found[name].psnr:.1f} dB) has an area of "
        f"{found[name].area('mse', anomaly_view.SHAPES):.2f}"
        for name in (order[0], order[-1])
    )
    return (
        f"By squared error, the picked model ringed. Against drawn shapes the one that draws worst, {worst}; the "
        f"one that draws best, {best}. A roomy code is no bottleneck for strangers either (Gong et al., 2019)."
    )


def _passing(result: anomaly.Result, group: str, rate: float) -> float:
    threshold = anomaly.threshold(result.errors("mse", "validation"), rate)
    return float(result.errors("mse", group).below(threshold))


def _left_out(view: View) -> None:
    lenders = anomaly_view.lent(view.dataset)
    if not lenders:
        return
    names = cache.class_names(view.name)
    with theme.card("A class never seen", role="code", key="left_out_card"):
        st.plotly_chart(
            figures.areas_by_class(names, {size: arrays["auc"] for size, arrays in lenders.items()}),
            key="left_out_chart",
            height=HEIGHT,
            config=PLAIN,
            alt="ROC areas of small networks that never saw one of the classes, by that class",
        )
        epochs = int(next(iter(lenders.values()))["epochs"])
        st.caption(
            f"Small dense networks, each trained {epochs} epochs without one class. A 1 left out is drawn by the "
            "others' strokes: its error is small, often smaller than a known digit's. Choose “One left out” above."
        )
