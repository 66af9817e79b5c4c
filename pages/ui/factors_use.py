"""Known factors: which number of a code follows slant, width, size, thickness or place of digits drawn by code."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.data.datasets import DATASETS, DIGIT_NAMES
from aemodels.data.factors import FACTORS
from aemodels.figures.factor_map import factor_map
from aemodels.measure import factors as measures
from pages.ui import cache, errors, factor_moves, places, state, theme
from pages.ui.cache.factors import MOST

HEIGHT: Final = 200
NARROW: Final = 6  # so many numbers have room in half of the page
CLEAR: Final = 0.5  # from this R² on, a number is said to follow a factor
KINDS: Final = {"linear": "R² by a line", "monotone": "R² by rank"}
DRAWN: Final = "factors"
WHAT: Final = (
    "Of digits drawn by a program we know slant, width, size, thickness, place. "
    "**Which number of the code follows which?**"
)
HELP_KIND: Final = (
    "R² between each number and each factor: by a straight line (squared correlation), or by any steady rise or "
    "fall (squared rank correlation, Spearman). “all”: predicted from all numbers together by linear regression, "
    "on images that it was not fitted to; below 0 it is written as 0."
)
HELP_GAP: Final = (
    "Mutual information gap: how far the number that knows most of a factor is ahead of the next, mean over the "
    "factors. 1: each factor has a number of its own. 0: all are mixed."
)
SOURCE: Final = (
    "MIG: Chen et al., *Isolating sources of disentanglement in variational autoencoders*, 2018, from histograms "
    f"of {measures.BINS} cells as in Locatello et al., 2019. Such images: dSprites, Matthey et al., 2017."
)


@st.fragment
@errors.as_sentences()
def factors_use(name: str) -> None:
    """The section: the heat map of all factors and numbers, and a digit whose factors one moves."""
    st.markdown(WHAT)
    if stranger := never_saw(name):
        st.info(stranger, icon=":material/info:")
    found = cache.following(name)
    numbers = measures.strongest(np.maximum(found.linear, found.monotone), MOST)
    if len(numbers) <= NARROW:
        map_side, moves_side = st.columns((2, 3), gap="small")
        with map_side:
            _map(name, found, numbers)
        with moves_side:
            factor_moves.factor_moves(name, numbers, wide=False)
    else:
        _map(name, found, numbers)
        factor_moves.factor_moves(name, numbers, wide=True)
    st.caption(SOURCE)


def _map(name: str, found: measures.Following, numbers: np.ndarray) -> None:
    size = found.linear.shape[1]
    aside = f"R² over {len(cache.drawn_codes(name)):,} drawn digits"
    if len(numbers) < size:
        aside += f"; the {len(numbers)} of {size:,} numbers that follow most"
    with theme.card("Who follows whom", role="code", aside=aside, key="factor_map_card"):
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            kind = st.segmented_control(
                "R²",
                list(KINDS),
                format_func=KINDS.__getitem__,
                key=state.FACTOR_MEASURE.name,
                default=state.FACTOR_MEASURE.first,
                required=True,
                label_visibility="collapsed",
                persist_state="session",
            )
            st.caption(f"MIG **{found.gap:.2f}**", help=f"{HELP_KIND}\n\n{HELP_GAP}", width="content")
        r2 = found.monotone if kind == "monotone" else found.linear
        st.plotly_chart(
            factor_map(
                r2[:, numbers],
                found.whole,
                [factor.title for factor in FACTORS],
                numbers.tolist(),
                theme=theme.shown(),
                revision=f"factors {name}",
            ),
            key="factor_map",
            height=HEIGHT,
            config={"displayModeBar": False},
            alt="R² of each factor and each number of the code. " + verdict(r2, found.whole),
        )
        st.caption(verdict(r2, found.whole))


def verdict(r2: np.ndarray, whole: np.ndarray) -> str:
    """What one sees, from the numbers: which factors have a number that follows them, which are in the code."""
    titles = [factor.title.lower() for factor in FACTORS]
    own = [
        f"z{places.subscript(int(row.argmax()) + 1)} follows **{title}** ({row.max():.2f})"
        for title, row in sorted(zip(titles, r2, strict=True), key=lambda pair: -pair[1].max())
        if row.max() >= CLEAR
    ]
    rest = [
        (title, together) for title, row, together in zip(titles, r2, whole, strict=True) if row.max() < CLEAR
    ]
    spread = [title for title, together in rest if together >= CLEAR]
    lost = [title for title, together in rest if together < CLEAR]
    parts = [", ".join(own) + "." if own else f"No number follows a factor with an R² of {CLEAR} or more."]
    if spread:
        parts.append(f"Spread over several numbers: {', '.join(spread)}.")
    if lost:
        parts.append(f"Hardly in the code, at least not linearly: {', '.join(lost)}.")
    return " ".join(parts)


def never_saw(name: str) -> str | None:
    """A sentence for a model that was trained on other things; None for one that knows these very digits."""
    dataset = cache.card(name).dataset
    who = theme.escaped(cache.title(name))
    if dataset == DRAWN:
        return None
    record = DATASETS.get(dataset)
    if record is None:
        return f"**{who}** was trained on images of somebody's own: it may never have seen a digit."
    title = theme.escaped(record.title)
    if record.class_names != DIGIT_NAMES:
        return f"**{who}** was trained on {title} and never saw a digit: what it says of these is a guess."
    return (
        f"**{who}** learned other digits ({title}), all in the middle and of one size. For a code with reason to "
        f"follow all factors, train one on “{DATASETS[DRAWN].title}”."
    )
