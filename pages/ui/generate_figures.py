"""What the judge makes of many samples, and whether one of them is a copy of a real image."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.data.datasets import DATASETS, title_of
from aemodels.figures.generation import class_shares
from aemodels.measure import generation
from pages.ui import cache, generate_grid, pictures, theme
from pages.ui.cache.generation import COUNTED
from pages.ui.generate_codes import Asked

SCALE: Final = 3
BARS_HEIGHT: Final = 128
SOURCES: Final = (
    "Prior and decoder: Kingma and Welling, *Auto-Encoding Variational Bayes*, 2013. Gaussians after training: "
    "Ghosh et al., *From Variational to Deterministic Autoencoders*, 2020. A classifier as the judge: Salimans "
    "et al., *Improved Techniques for Training GANs*, 2016."
)


def judge_card(name: str, asked: Asked) -> None:
    """Figures of 1,000 samples by class and of 1,000 from the prior."""
    found, judge = cache.sample_figures(name, asked.temperature), cache.judge(name)
    title = DATASETS[judge.trained_on].title
    names = cache.class_names(name)
    one = asked.kind == "one"
    rows = slice(asked.label, asked.label + 1) if one else slice(None)
    count = COUNTED // len(names) if one else COUNTED
    aside = f"of {count:,} samples" + (f" of “{names[asked.label]}”" if one else ", by class")
    with theme.card("The judge", aside=aside, key="judge_card"):
        with st.container(horizontal=True, gap="medium"):
            st.metric(
                "Recognised",
                f"{found.recognised[rows].mean():.1%}",
                help="By class: how many the judge takes for the class that they were drawn for. Of real test "
                f"images it recognises {judge.accuracy:.1%}.",
                width="content",
            )
            st.metric(
                "Confidence",
                f"{found.sure[rows].mean():.0%}",
                help="By class: how sure the judge is on average, right or wrong.",
                width="content",
            )
            st.metric(
                "Diversity",
                f"{np.nanmean(found.spread[rows]):.2f}",
                help="By class: mean distance in pixels of two samples of a class, divided by that of two real "
                "images of it. 1 is as different as real ones; less is duller.",
                width="content",
            )
        covered = round(found.coverage * len(found.shares))
        source = "From N(0, I)" if cache.card(name).is_variational else "No prior; N(0, I)"
        st.markdown(
            f"{source}: **{covered} of {len(found.shares)}** classes covered",
            help=f"Classes that get at least {generation.COVERED:.0%} of {COUNTED:,} samples; paler bars get "
            f"less. The dotted line is the even share. The judge is {found.prior_sure:.0%} sure on average.",
        )
        short = names if all(len(each) <= 2 for each in names) else [each[:4] for each in names]
        figure = class_shares(found.shares, short, covered=generation.COVERED)
        st.plotly_chart(
            figure.update_layout(height=BARS_HEIGHT), key="prior_shares", config={"displayModeBar": False}
        )
        st.caption(
            f"The judge: a small convolutional classifier, right on {judge.accuracy:.1%} of {title}'s test images. "
            "It has never seen a generated one."
        )


def copy_card(name: str, asked: Asked, found: cache.Samples) -> None:
    """One sample beside the real image that is nearest to it."""
    index = generate_grid.looked_at(len(found.images))
    names = cache.class_names(name)
    label = generate_grid.cells(found, names)[index]["label"]
    with theme.card("Is it a copy?", role="input", key="copy_card"):
        real = cache.nearest_real(name, asked.kind, asked.label, asked.temperature, asked.seed, index)
        with st.container(horizontal=True, gap="small", wrap=False, vertical_alignment="top"):
            _picture(found.images[index], "sample", f"Sample {index + 1}. {label}")
            if real is None:
                title = title_of(cache.card(name).dataset)
                st.caption(
                    f"{title} is not on this machine, so its nearest image cannot be looked for. {label}."
                )
                return
            which = f"the {real.split} image {real.row:,}"
            _picture(real.image, "nearest real", f"The nearest real image, a {names[real.label]}, {which}")
            st.caption(f"{label}.", width="stretch")
        typical = cache.by_class(name).real_spread[real.label]
        st.caption(verdict(real.distance, float(typical), names[real.label]))


def verdict(distance: float, typical: float, title: str) -> str:
    """One sentence on the distance to the nearest real image; `typical`: of two real images of its class."""
    share = distance / max(typical, 1e-9)
    words = f"{distance:.1f} away in pixels; two real images of “{title}” are {typical:.1f} apart on average."
    if share < 0.2:
        return f"{words} Nearly a copy."
    if share < 0.6:
        return f"{words} Alike, not a copy."
    return f"{words} Unlike any real one."


def _picture(image: object, title: str, alt: str) -> None:
    with st.container(width=SCALE * pictures.SIDE, gap="xxsmall"):
        pictures.show(image, alt=alt, scale=SCALE)  # type: ignore[arg-type]
        st.caption(title)
