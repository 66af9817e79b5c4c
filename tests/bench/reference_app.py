"""The least that Streamlit can do: a fragment that shows another image at each click."""

import base64
import io

import numpy as np
import streamlit as st
from PIL import Image


@st.fragment
def show() -> None:
    """One image of noise, 140 pixels wide as on the latent page, as a data URI."""
    st.button("Next", key="next")
    pixels = np.random.default_rng().integers(0, 256, (28, 28), np.uint8).repeat(5, 0).repeat(5, 1)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG", compress_level=1)
    with st.container(key="shown"):
        st.image("data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode(), width=140)


show()
