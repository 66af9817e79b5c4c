"""The playground's entry: page set-up and navigation, nothing else. Start it with `streamlit run app.py`.

The server imports this file once, for `app`: the script, and the addresses beside it. Each visitor runs it.
"""

import streamlit as st

from pages.ui import cache, errors, navigation, process, routes, sidebar, theme

if __name__ == "__main__":
    st.set_page_config(
        page_title="Autoencoder Playground", page_icon=theme.ICON, layout="wide", initial_sidebar_state=216
    )
    theme.apply()
    page = st.navigation(navigation.sections(), expanded=True)
    sidebar.show(page.title)
    with errors.as_sentences():
        page.run()
    cache.warm_up()
else:
    process.prepare()
    app = st.App(
        __file__,
        routes=routes.routes(),
        middleware=routes.middleware(),
        on_script_error=errors.unforeseen,
    )
