"""Reconstruct: a digit of one's own through the encoder and the decoder, and what is lost on the way."""

import streamlit as st

from pages.ui import arrow, cache, chosen, code_card, digit_input, errors, image_row, pictures, quality, theme


@st.fragment
@errors.as_sentences()
def workbench(name: str) -> None:
    """The pipeline from the input to its reconstruction; it reruns alone when the digit changes."""
    card = cache.card(name)
    with st.container(
        horizontal=True,
        gap="xsmall",
        horizontal_alignment="center",
        vertical_alignment="center",
        key="pipeline",
    ):
        digit = digit_input.digit_input(card.dataset)
        model = cache.answering(name)
        z = model.encode(digit.image)
        y = model.decode(z)
        size = z.shape[1]
        image_row.seen(digit)
        arrow.arrow("encoder", role="code", name="encoder", detail=f"784 → {size:,}")
        code_card.code_card(name, z[0])
        arrow.arrow("decoder", role="output", name="decoder", detail=f"{size:,} → 784")
        with st.container(border=True, width=7 * pictures.SIDE + 28, gap="xsmall", key="output_card"):
            theme.heading("Drawn from the code", role="output")
            pictures.show(y, alt=f"The reconstruction of {digit.title}", scale=7, key="reconstruction")
    quality.quality(digit.image, y, dataset_name=card.dataset, code_size=size)


name, remark = chosen.image_model()
st.title("Reconstruct", anchor=False)
st.markdown(
    "Draw a digit. The encoder keeps a few numbers of it, and the decoder has only those to draw it again."
)
if remark:
    st.info(remark, icon=":material/info:")
workbench(name)
