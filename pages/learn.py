"""What for: the uses of autoencoders, each a section with real data, chosen by a switch and by `?use=`."""

import streamlit as st

from pages.ui import chosen, uses

name, remark = chosen.image_model()
st.title("What autoencoders are used for", anchor=False)
use = uses.chosen()
if remark:
    st.info(remark, icon=":material/info:")
use.draw(name)
