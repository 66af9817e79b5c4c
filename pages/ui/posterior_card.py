"""What a variational code leaves open: many images of one posterior, their mean, and where they differ."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import streamlit as st

from aemodels.latent import posterior as posteriors
from pages.ui import cache, code_card, errors, pictures, places, posterior_picture, state, theme

SHOWN: Final = 16  # samples
SCALE: Final = 4
SAMPLE_SCALE: Final = 2
FULL: Final = 0.15
"""The standard deviation of full colour, the same for all images and models. No pixel can have more than 0.5."""
AMBER: Final = np.array([255, 190, 70])  # noise, on black
LISTED: Final = 4  # numbers of a code that are written out


@st.fragment
@errors.as_sentences()
def posterior_card(name: str, x: np.ndarray) -> None:
    """The card for the image `x` (1, 28, 28, 1) and the model `name`; nothing for one that is not variational."""
    if not cache.draws_images(name) or not cache.card(name).config.variational:
        return
    found = cache.posterior(name, x, state.POSTERIOR_SEED.get())
    size = len(found.z_mean)
    aside = "the encoder gives a Gaussian for each number, not a point"
    with theme.card("What the code leaves open", role="code", aside=aside, key="posterior_card"):
        with st.container(horizontal=True, gap="medium"):
            _picture(found.at_mean, "Of z_mean", "The decoded mean of the posterior")
            _picture(found.spread.mean, "Mean of 256", "The mean of 256 images, decoded from samples")
            _picture(
                deviation_picture(found.spread.deviation),
                "Their deviation",
                f"The standard deviation of each pixel over the samples, at most {_most(found):.2f}",
            )
            with st.container(width=8 * (SAMPLE_SCALE * pictures.SIDE + 4), gap="xxsmall"):
                st.caption(f"{SHOWN} samples, z = z_mean + σ·ε")
                alts = [f"Sample {place} of the posterior" for place in range(1, SHOWN + 1)]
                shown = list(found.spread.images[:SHOWN])
                pictures.strip(shown, alts=alts, scale=SAMPLE_SCALE, key="posterior_samples")
        with st.container(horizontal=True, gap="medium"):
            with st.container(width="content", gap="xsmall"):
                st.caption("Each number, ±2σ; grey is what says nothing")
                picture = posterior_picture.gaussians(found.z_mean, found.sigma)
                st.image(picture, width=300, alt=_numbers(found))
            with st.container(width="stretch", gap="xsmall"):
                with st.container(horizontal=True, gap="medium"):
                    _metrics(found.kl, size)
                st.caption(theme.escaped(f"{_numbers(found)} {_verdict(found)}"))
                st.button(
                    "Fresh samples",
                    icon=":material/casino:",
                    key="posterior_fresh",
                    on_click=lambda: state.POSTERIOR_SEED.set(state.POSTERIOR_SEED.get() + 1),
                )


def _picture(image: np.ndarray, title: str, alt: str) -> None:
    with st.container(width=SCALE * pictures.SIDE, gap="xxsmall"):
        st.caption(title)
        pictures.show(image, alt=alt, scale=SCALE)


def deviation_picture(deviation: np.ndarray) -> np.ndarray:
    """Standard deviations (28, 28, 1) as uint8 RGB: black for 0, amber for `FULL` and more."""
    share = np.clip(np.nan_to_num(deviation) / FULL, 0.0, 1.0)
    return np.rint(share * AMBER).astype(np.uint8)


def _metrics(kl: np.ndarray, size: int) -> None:
    nats = float(kl.sum())
    bits = nats / math.log(2)
    st.metric(
        "Said by the code",
        f"{bits:.1f} bits",
        width="content",
        help="The KL divergence of this Gaussian from the prior N(0, I) (Kingma and Welling, 2014), divided by "
        "ln 2: how much the code really says about this image, however many digits its numbers are written with.",
    )
    st.metric("KL", f"{nats:.1f} nats", width="content", help="The same in the unit of the loss.")
    speaking = int((kl > posteriors.SAYS_NOTHING).sum())
    st.metric(
        "Numbers that speak",
        f"{speaking} of {size}",
        width="content",
        help=f"Those with a KL of more than {posteriors.SAYS_NOTHING} nats for this image. The others are left as "
        "the prior has them.",
    )


def _numbers(found: cache.Posterior) -> str:
    """The numbers that say most, with σ and bits."""
    order = np.argsort(-found.kl, kind="stable")[:LISTED]
    said = [
        f"z{places.subscript(int(number) + 1)} = {code_card.minus(found.z_mean[number])}"
        f" ± {found.sigma[number]:.2f} ({found.kl[number] / math.log(2):.1f} bits)"
        for number in order
    ]
    most = "" if len(found.kl) <= LISTED else "Most is said by "
    return f"{most}{', '.join(said)}."


def _most(found: cache.Posterior) -> float:
    return float(found.spread.deviation.max())


def _verdict(found: cache.Posterior) -> str:
    scale = f"Full amber is a deviation of {FULL}; the largest here is {_most(found):.2f}."
    if _most(found) < 0.05:
        return (
            f"The samples hardly differ: the code leaves nothing open. Try a model with a larger β. {scale}"
        )
    return (
        "Where the mean is grey and the deviation bright, the code leaves open where the stroke is: the decoder "
        f"draws it a little elsewhere each time. {scale}"
    )
