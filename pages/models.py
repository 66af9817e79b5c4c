"""Models: every network that is here, what it keeps of the same five images, and how good it is."""

import streamlit as st

from pages.ui import cache, model_figures, model_gallery, saved_models

st.title("Models", anchor=False)
st.markdown(
    "Every network that is here. Above: five images of its test set; below: what it draws from their codes alone. "
    "The one in use is the one on all pages."
)
model_gallery.gallery()
saved_models.saved_models()
if cards := cache.cards():
    model_figures.side_by_side(cards)
