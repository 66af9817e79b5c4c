"""The loss at each step of a training, as R0's tutorial logs it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from aemodels.figures import step_losses
from aemodels.training import run_log
from pages.ui import theme
from pages.ui.recipe_case import Case

HEIGHT: Final = 190  # pixels


def steps(case: Case) -> None:
    """The curve of a training, as far as it is known; a sentence before its first epoch has ended."""
    job = case.job
    if job is None:
        return
    terms = run_log.read(None if job.folder is None else job.folder.path)
    if not len(terms):
        st.caption("The loss at each step comes with the first epoch.")
        return
    mse = terms[:, 0] * run_log.mse_factor(job.spec.model)
    st.plotly_chart(
        step_losses.step_losses(mse, title="MSE of the batch", theme=theme.shown()),
        key="recipe_steps",
        height=HEIGHT,
        config={"displayModeBar": False},
        alt=f"Mean squared error of the batch at each of {len(mse):,} steps, from {mse[0]:.4f} to {mse[-1]:.4f}",
    )
    st.caption(
        f"The mean squared error of each of {len(mse):,} mini-batches, on a logarithmic axis: thin as it "
        "was, thick its median over 41 steps."
    )
