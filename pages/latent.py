"""Latent space: the map of codes; every place on it is an image."""

import streamlit as st

st.title("Latent space", anchor=False)
