"""The way to TensorBoard for a run: the command to copy, and a button that opens it where the server may."""

from __future__ import annotations

import streamlit as st

from aemodels.errors import AemodelsError
from aemodels.training import run_log, tensorboard_server
from aemodels.training.jobs import Job
from pages.ui import cache, state, theme


def tensorboard(job: Job) -> None:
    """What to do to see the run there; a sentence where nothing is logged by now."""
    folder = None if job.folder is None else job.folder.path / run_log.TENSORBOARD
    if folder is None or not folder.is_dir():
        st.caption("TensorBoard can be opened from the first epoch on.")
        return
    # Its state is the server's: what is drawn anew when the training ends shall not close what somebody reads.
    with st.popover(
        "Open in TensorBoard", icon=":material/monitoring:", key="tensorboard_way", on_change="rerun"
    ):
        st.markdown(
            "Scalars of each step and epoch, and the images of each epoch, are logged while it trains. On "
            "the machine that serves this page:"
        )
        st.code(tensorboard_server.command(folder), language="bash", wrap_lines=True)
        if not tensorboard_server.allowed():
            st.caption(
                f"With {tensorboard_server.ALLOWED}=1 in its environment the page opens it by itself, for "
                "visitors on that same machine."
            )
            return
        address = cache.tensorboard().url_of(folder)
        if address is None:
            st.button(
                "Start it here",
                key="tensorboard_start",
                icon=":material/play_arrow:",
                on_click=_open,
                args=(job,),
            )
        else:
            st.link_button("TensorBoard", address, icon=":material/open_in_new:")
            st.caption("It ends with the server of this page.")
        if problem := state.TENSORBOARD_PROBLEM.get():
            st.error(theme.escaped(problem), icon=":material/info:")


def _open(job: Job) -> None:
    state.TENSORBOARD_PROBLEM.set(None)
    if job.folder is None or not tensorboard_server.allowed():
        return
    try:
        cache.tensorboard().open(job.folder.path / run_log.TENSORBOARD)
    except AemodelsError as error:
        state.TENSORBOARD_PROBLEM.set(str(error))
