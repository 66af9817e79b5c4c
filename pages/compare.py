"""Compare: one drawing, and what every model makes of it, beside PCAs of the same sizes and the mean image."""

import streamlit as st

from pages.ui import cache, chosen, compare_board, compare_picture, digit_input, errors, seen_card

KEY = "compare"  # of the fragment


@st.fragment(key=KEY)
@errors.as_sentences()
def workbench(name: str) -> None:
    """The digit at the left, the board of all models at the right; the board follows a growing stroke."""
    dataset = cache.card(name).dataset
    with st.container(horizontal=True, gap="small", key="compare_row"):
        with st.container(width="content", gap="small"):
            digit_input.digit_input(dataset, parts=(KEY, compare_picture.KEY), followed=True)
            seen_card.seen(dataset)
        with st.container(width="stretch", gap="small", key="compare_side"):
            compare_board.board(name)


name, remark = chosen.image_model()
st.title("Compare", anchor=False)
st.markdown(
    "One drawing, every model: what each draws again from its code, how close that is, and what it costs."
)
if remark:
    st.info(remark, icon=":material/info:")
workbench(name)
compare_picture.picture(name)
