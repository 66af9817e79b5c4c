"""Reconstruct: a digit of one's own through the encoder and the decoder, and what is lost on the way."""

import functools

import streamlit as st

from pages.ui import chosen, digit_input, reconstruct_details, reconstruct_row

name, remark = chosen.image_model()
st.title("Reconstruct", anchor=False)
st.markdown(
    "Draw a digit. The encoder keeps a few numbers of it, and the decoder has only those to draw it again."
)
if remark:
    st.info(remark, icon=":material/info:")
reconstruct_row.reconstruct_row(name)
reconstruct_row.how_close(name)
reconstruct_details.details(name)
digit_input.follow(functools.partial(reconstruct_row.follow, name))
