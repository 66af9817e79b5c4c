"""Quality against bits as a picture: the same results as in the table, each a point, and PCAs as a line."""

from __future__ import annotations

import dataclasses
from typing import Final

import streamlit as st

from aemodels.figures import rate_quality
from pages.ui import cache, compare_board, compare_table, compare_words, digit_input, errors, state, theme

KEY: Final = compare_board.PICTURE  # of the fragment
HEIGHT: Final = 340  # pixels


@st.fragment(key=KEY)
@errors.as_sentences()
def picture(name: str) -> None:
    """The picture for the picked model `name`; it follows once a stroke has ended, not while it grows."""
    digit = digit_input.current(cache.card(name).dataset)
    contest = compare_board.contest_of(name, digit, state.COMPARE_SHOWN.get())
    figure = rate_quality.rate_quality(
        [dataclasses.replace(result, name=compare_table.title(result.name)) for result in contest.results],
        contest.curve,
        picked=compare_table.title(name),
    )
    with theme.card("Quality against bits", aside="up and to the left is better", key="rate_quality_card"):
        st.plotly_chart(
            figure,
            key="rate_quality",
            height=HEIGHT,
            config={"displayModeBar": False},
            alt="Bits of the code against PSNR. " + compare_words.plain(contest.results),
        )
        st.caption(
            "The line is what PCAs reach; a model above it gains by not being linear. A ring is what a VAE's code "
            "says about an image, far less than its numbers take to store."
        )
