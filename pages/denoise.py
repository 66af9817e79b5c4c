"""Denoise: noise on a digit of one's own, and what a network, a filter or patience makes of it."""

import streamlit as st

from pages.ui import arrow, cache, chosen, digit_input, errors, seen_card
from pages.ui.noise_bench import noise_bench

KEY = "workbench"  # of the fragment


@st.fragment(key=KEY)
@errors.as_sentences()
def workbench(name: str) -> None:
    """The pipeline from the clean digit to the denoised one; the part behind the noise reruns alone."""
    dataset = cache.card(name).dataset
    pipeline = st.container(
        horizontal=True,
        gap="xsmall",
        horizontal_alignment="center",
        vertical_alignment="center",
        key="pipeline",
    )
    results = st.container()
    with pipeline:
        digit = digit_input.digit_input(dataset, parts=(KEY,), followed=True)
        seen_card.seen(dataset)
        arrow.arrow("noise", role="noise", name="noise", detail="added")
        with st.container(width="content"):
            noise_bench(digit, name, results)


name, remark = chosen.image_model()
st.title("Denoise", anchor=False)
st.markdown("Spoil your digit with noise. A network that has seen many digits draws what was probably there.")
if remark:
    st.info(remark, icon=":material/info:")
workbench(name)
