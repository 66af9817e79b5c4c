"""Models: every network that is here, what it keeps of the same five images, and how good it is."""

import streamlit as st

from pages.ui import cache, model_figures, model_gallery, saved_models

st.title("Models", anchor=False)
st.markdown(
    "Every network that is here: five images of its test set, and below them what it draws from their codes alone."
)
model_gallery.gallery()
saved_models.saved_models()
if cards := cache.cards():
    model_figures.side_by_side(cards)
