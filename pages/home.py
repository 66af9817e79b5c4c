"""Home: a digit, its code on the map, and what the decoder makes of it."""

import streamlit as st

from pages.ui import cache, chosen, home_row, map_view, teasers

picked, no_images = chosen.image_model()
name, no_map = map_view.mapped(picked)
size = cache.codes(name).z.shape[1]
st.title("What does a network keep of a digit?", anchor=False)
st.markdown(
    f":gray[The encoder squeezes its 784 pixels into] :violet[**{size} number{'s' * (size > 1)}**]:gray[, a place "
    "on the map; the decoder has only those to draw it again. Move over the map: every place is a digit.]"
)
if remark := no_images or no_map:
    st.info(remark, icon=":material/info:")
row = home_row.home_row(name)
teasers.teasers(name, home_row.what_is_shown(name))
row.finish()
