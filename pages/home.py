"""Home: a digit, its code on the map, and what the decoder makes of it."""

import streamlit as st

st.title("What does a network keep of a digit?", anchor=False)
