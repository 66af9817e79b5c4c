"""Generate: images that nobody has drawn, of a class or from the prior, and what a judge says of them."""

import streamlit as st

from pages.ui import cache, chosen, errors, generate_codes, generate_figures, generate_gain, generate_grid

GRID_WIDTH = 652  # ten images of 56 pixels, with their borders, gaps and the card's padding


@st.fragment
@errors.as_sentences()
def workbench(name: str) -> None:
    """Codes, what the decoder draws from them, and the judge; it reruns alone when a control moves."""
    asked = generate_codes.controls(name)
    found = cache.samples(name, asked.kind, asked.label, asked.temperature, asked.seed)
    with st.container(horizontal=True, gap="small"):
        with st.container(width=GRID_WIDTH):
            generate_grid.grid_card(name, asked, found)
        with st.container(width="stretch", gap="small"):
            generate_figures.judge_card(name, asked)
            generate_figures.copy_card(name, asked, found)


name, remark = chosen.image_model()
generate_codes.obey_address()
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    st.title("Generate", anchor=False, width="content")
    st.caption("A code that no image had, decoded: an image that nobody has drawn.", width="content")
if remark:
    st.info(remark, icon=":material/info:")
workbench(name)
generate_gain.gain_card(name)
st.caption(generate_figures.SOURCES)
