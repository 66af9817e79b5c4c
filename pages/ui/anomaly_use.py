"""The section on anomalies: errors of known images and of strangers, a threshold, and what the visitor draws."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.data.datasets import DATASETS
from aemodels.figures import anomaly as figures
from aemodels.figures.images import error_map
from aemodels.measure import anomaly
from pages.ui import anomaly_trap, anomaly_view, cache, digit_input, errors, measured, pictures, theme
from pages.ui.anomaly_view import View

HEIGHT: Final = 250  # pixels of both charts
SCALE: Final = 5
PLAIN: Final = {"displayModeBar": False}


def anomaly_use(name: str) -> None:
    """The whole section, for a model of images."""
    st.markdown(
        "A network draws badly what it has never seen, so a large error raises an alarm. "
        "Move the rate of false alarms, then draw something strange.",
        help="Sakurada and Yairi, “Anomaly Detection Using Autoencoders with Nonlinear Dimensionality Reduction” "
        "(2014). No stranger is needed to train it: that is why it is used where faults are rare.",
    )
    arrays = measured.result(name, "anomaly", about="20 s")
    if arrays is not None:
        _section(name, anomaly.Result(arrays))


@st.fragment
@errors.as_sentences()
def _section(name: str, result: anomaly.Result) -> None:
    view = anomaly_view.view(name, result)
    charts = st.container()
    with st.container(horizontal=True, gap="small", key="anomaly_digit_row"):
        digit = digit_input.digit_input(cache.card(name).dataset)
        own = _own_score(view, digit.image)
        _verdict(view, digit.image, own)
    with charts:
        _charts(view, None if view.group == anomaly_view.LEFT_OUT else own)
    anomaly_trap.drawn_strangers(view)
    anomaly_trap.trap(view)


def _own_score(view: View, x: np.ndarray) -> float:
    return float(anomaly_view.scores(view.name, x)[0][view.score.name][0])


def _charts(view: View, own: float | None) -> None:
    left, right = st.columns([3, 2], gap="small")
    threshold = view.threshold
    false_alarms = 1 - float(view.known.below(threshold))
    found = 1 - float(view.strangers.below(threshold))
    with left, theme.card("Their errors", role="output", key="errors_card"):
        low = min(view.known.quantile(0.0), view.strangers.quantile(0.001))
        high = max(view.known.quantile(1.0), view.strangers.quantile(1.0))
        edges = figures.edges(max(low * 0.8, high * 1e-4), high * 1.1)
        unit = f" ({view.score.unit})" if view.score.unit else ""
        st.plotly_chart(
            figures.error_histogram(
                edges,
                view.known.density(edges),
                view.strangers.density(edges),
                names=view.names,
                threshold=threshold,
                title=f"{view.score.title.lower() if view.score.title[0].isalpha() else view.score.title}{unit}",
                mark=None if own is None else (own, "your digit"),
            ),
            key="error_histogram",
            height=HEIGHT,
            config=PLAIN,
            alt=f"Errors of {view.names[0]} and of {view.names[1]}; the threshold is {view.number(threshold)}",
        )
    with right, theme.card("Found against false alarms", role="code", key="roc_card"):
        known_share, found_share = anomaly.roc(view.known, view.strangers)
        st.plotly_chart(
            figures.roc_curve(known_share, found_share, at=(false_alarms, found)),
            key="roc_curve",
            height=HEIGHT,
            config=PLAIN,
            alt=f"ROC curve; its area is {view.area:.3f}",
        )
    with st.container(horizontal=True, gap="medium", key="anomaly_figures"):
        _metric(
            "Threshold", view.number(threshold), "Chosen on held-back training images. " + view.score.help
        )
        _metric(
            "False alarms",
            f"{false_alarms:.1%}",
            f"Measured on the test images; wanted were {view.rate:.1%}.",
        )
        _metric("Strangers that pass", f"{1 - found:.1%}", "Their error is below the threshold.")
        _metric(
            "ROC area",
            f"{view.area:.3f}",
            "The chance that a stranger has the larger error: 1 is perfect, 0.5 is guessing.",
        )
        with st.container(width="stretch", gap="xsmall"):
            st.caption(_compared(view))
            if words := _by_class(view):
                st.caption(words)


def _metric(label: str, value: str, help: str) -> None:
    st.metric(label, value, help=help, width="content")


def _compared(view: View) -> str:
    if view.group == anomaly_view.LEFT_OUT:
        return (
            f"A small network that was trained without this class ({view.names[0]}). "
            "Try 1, the hardest to notice, and 2, the easiest."
        )
    pca, ink = (view.result.area(baseline, view.group) for baseline in ("pca", "ink"))
    return (
        f"For comparison: the error of a PCA of the same size has an area of {pca:.3f}, and merely counting ink "
        f"has {ink:.3f}. {_advice(view, max(pca, ink))}"
    )


def _by_class(view: View) -> str:
    """Which classes of strangers pass most, and which known ones raise most false alarms, at the threshold."""
    if view.group == anomaly_view.LEFT_OUT:
        return ""
    parts = []
    for group, dataset, words, passes in (
        (view.group, view.group, "Most that pass", True),
        ("test", view.dataset, "Most false alarms", False),
    ):
        names = DATASETS[dataset].class_names if dataset in DATASETS else ()
        below = {
            names[label]: float(view.result.errors(view.score.name, group, label).below(view.threshold))
            for label in view.result.labels(view.score.name, group)
            if label < len(names)
        }
        if below:
            worst = max(below, key=lambda each: below[each] if passes else -below[each])
            share = below[worst] if passes else 1 - below[worst]
            parts.append(f"{words}: {theme.escaped(worst)} ({share:.1%}).")
    return " ".join(parts)


def _advice(view: View, baseline: float) -> str:
    if view.area < baseline - 0.005:
        return "The network does worse than that here."
    if view.area < 0.9:
        return "Try another score, or a model with a smaller code."
    if (
        view.group != anomaly_view.SHAPES
        and view.result.area(view.score.name, anomaly_view.SHAPES) < view.area
    ):
        return "Drawn shapes are harder to tell: try them."
    return "Try a lower rate of false alarms."


def _verdict(view: View, x: np.ndarray, own: float) -> None:
    _, y = anomaly_view.scores(view.name, x)
    alarm = own > view.own_threshold
    below = float(view.result.errors(view.score.name, "test").below(own))
    with st.container(
        border=True,
        width="stretch",
        height="stretch",
        gap="small",
        vertical_alignment="center",
        key="alarm_card",
    ):
        theme.heading("Alarm" if alarm else "No alarm", role="noise" if alarm else "output")
        with st.container(horizontal=True, gap="medium"):
            for image, caption, alt, key in (
                (x, "what it sees", "Your digit as 28 by 28 pixels", "input_image"),
                (y, "what it draws", "Its reconstruction", "reconstruction"),
                (
                    error_map(x, y),
                    "the error",
                    "The error as colours: blue is missing ink, orange too much",
                    None,
                ),
            ):
                with st.container(width=SCALE * pictures.SIDE, gap="xxsmall"):
                    st.caption(caption)
                    pictures.show(image[0], alt=alt, scale=SCALE, key=key)
            with st.container(width="content"):
                st.metric(
                    view.score.title,
                    view.number(own),
                    f"threshold {view.number(view.own_threshold)}",
                    delta_color="off",
                    delta_arrow="off",
                    help=view.score.help,
                )
        st.markdown(_sentence(alarm, below))


def _sentence(alarm: bool, below: float) -> str:
    place = (
        f"Its error is larger than that of **{below:.1%}** of the test images"
        if below < 1
        else "Its error is larger than that of **every** test image"
    )
    if alarm:
        return f"{place}. Draw it more like what the network knows until the alarm ends."
    return (
        f"{place}, which is not enough for an alarm. Draw a letter, a house, a scribble: what does it take?"
    )
