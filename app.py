"""The playground's entry: page set-up and navigation, nothing else. Start it with `streamlit run app.py`."""

import streamlit as st

from pages.ui import cache, errors, navigation, sidebar, theme

st.set_page_config(
    page_title="Autoencoder Playground", page_icon=theme.ICON, layout="wide", initial_sidebar_state=216
)
theme.apply()
page = st.navigation(navigation.sections(), expanded=True)
sidebar.show()
with errors.as_sentences():
    page.run()
cache.warm_up()
