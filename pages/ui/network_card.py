"""The network as a picture, and what training it will cost: said before the start, from the settings alone.

Nothing here waits for TensorFlow, so the picture follows every change of the form.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from aemodels import quantities
from aemodels.architectures import network as networks
from aemodels.architectures.base import ModelConfig
from aemodels.architectures.network import Network, Step
from aemodels.data import datasets
from aemodels.figures import network as figure
from aemodels.training import advice, limits
from aemodels.training.estimate import Estimate
from aemodels.training.spec import TrainingSpec
from pages.ui import cache, own_sets

HEIGHT: Final = 112  # pixels of the picture
HELP: Final = (
    "Each block is a layer, as high as the logarithm of how many numbers it gives; the violet one is the code. "
    "Parameters and FLOP (multiplications and additions for one image on its way through) are counted. Time and "
    "memory are estimates: half or twice as much is possible, more so while others use this machine. "
)
FROM_RUNS: Final = "The time is told from trainings that have run here."
FROM_NOTHING: Final = "Once a training of this kind has run here, the time is told from it."


def planned(spec: TrainingSpec | None) -> bool:
    """The network and the cost of what the form says now; None where its settings contradict each other.

    Returns whether it may be started: not None, nor what is too large, of which a sentence tells.
    """
    if spec is None:
        return False
    estimate = _estimate(spec)
    if estimate is None:  # data of one's own that are still to come
        picture(networks.describe(spec.model), key="network_planned")
        return True
    picture(estimate.network, key="network_planned")
    st.caption(costs(estimate), help=HELP + (FROM_RUNS if estimate.measured else FROM_NOTHING))
    too_large = limits.too_large(estimate)
    if too_large:
        st.error("\n\n".join(too_large), icon=":material/block:")
    return not too_large


def _estimate(spec: TrainingSpec) -> Estimate | None:
    own = own_sets.images() if spec.dataset == datasets.OWN else None
    return None if own == 0 else cache.jobs().estimate(spec, own)


def remarks(spec: TrainingSpec | None) -> None:
    """What is allowed, but not what one may expect of it."""
    estimate = None if spec is None else _estimate(spec)
    if spec is None or estimate is None:
        return
    if sentence := advice.bottleneck(estimate.network):
        st.markdown(f":small[:orange[:material/warning:] {sentence}]")
    for sentence in advice.advice(spec, estimate):
        st.caption(f":material/lightbulb: {sentence}")


def network(config: ModelConfig) -> None:
    """The network of a training or of a model, behind a line that says the most of it."""
    described = networks.describe(config)
    with st.expander(title(described)):
        picture(described, key="network_shown")
        sentence = advice.bottleneck(described) or ""
        st.caption(
            f"Heights are logarithmic: a code of 2 numbers and 784 pixels fit into one picture. {sentence}"
        )
        st.markdown(table(described))


def table(described: Network) -> str:
    """Every layer in a line of markdown: a table of Streamlit's own would import pandas for it."""
    lines = ["| Layer | Gives | Parameters | FLOP |", "|---|--:|--:|--:|"]
    for step in described.steps:
        name = f"{step.kind}, {step.detail}" if step.detail else step.kind
        flops = quantities.flops(2 * step.multiply_adds).removesuffix("FLOP").strip().replace(" ", "\u00a0")
        parameters = f"{step.parameters:,}" if step.parameters else "–"
        shape = figure.shape_words(step.shape)
        lines.append(f"| {name} | {shape} | {parameters} | {flops if step.multiply_adds else '–'} |")
    return "\n".join(lines)


def picture(described: Network, *, key: str) -> None:
    """The layers as blocks, as high as they have numbers."""
    st.plotly_chart(
        figure.network([block(step) for step in described.steps]),
        key=key,
        height=HEIGHT,
        config={"displayModeBar": False},
        alt=words(described),
    )


def block(step: Step) -> figure.Block:
    """A step as the figure shows it."""
    parameters = f"{step.parameters:,} parameters" if step.parameters else ""
    names = {"code": f"Code: {step.kind}", "output": f"Output: {step.kind}"}
    lines = [step.detail, parameters]
    return figure.Block(
        step.part, names.get(step.part, step.kind), step.shape, "<br>".join(line for line in lines if line)
    )


def costs(estimate: Estimate) -> str:
    """One line: what it has, what it takes."""
    return " · ".join(
        (
            f"{quantities.count(estimate.parameters)} parameters",
            f"{quantities.flops(estimate.flops)} an image",
            f"about {quantities.about(estimate.seconds)}",
            quantities.memory(estimate.memory),
        )
    )


def title(described: Network) -> str:
    """`Network: 784 → 2 → 784, 1.13 million parameters`."""
    values = (described.input.values, described.code.values, described.steps[-1].values)
    return (
        f"Network: {' → '.join(f'{value:,}' for value in values)}, "
        f"{quantities.count(described.parameters)} parameters"
    )


def words(described: Network) -> str:
    """The picture for who cannot see it: every layer with what it gives."""
    steps = (f"{step.kind} {figure.shape_words(step.shape)}" for step in described.steps)
    return f"{title(described)}. From left to right: {', '.join(steps)}"
