"""What one can do with a training under way: pause it, let it go on, stop it, and turn two of its dials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from aemodels.errors import AemodelsError
from aemodels.training.jobs import Job, State
from aemodels.training.steering import LARGEST_BETA
from pages.ui import cache, state

FACTORS: Final = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)  # of the learning rate
SOON: Final = 0.5  # seconds
MOST_MORE: Final = 100  # epochs that one asks for at a time


@dataclass(frozen=True)
class Control:
    """A button: its key, words, icon and help, what it does, and in which states it is there."""

    key: str
    words: str
    icon: str
    help: str | None
    do: Callable[[Job], None]
    states: tuple[State, ...]


CONTROLS: Final = (
    Control(
        "train_pause",
        "Pause",
        ":material/pause:",
        "It waits from the next batch on, and others may train meanwhile.",
        lambda job: cache.jobs().pause(job),
        (State.RUNNING,),
    ),
    Control(
        "train_resume",
        "Go on",
        ":material/play_arrow:",
        "From where it is, when it is its turn.",
        lambda job: cache.jobs().resume(job),
        (State.PAUSED,),
    ),
    Control(
        "train_resume_lost",
        "Go on from the last epoch",
        ":material/restore:",
        None,
        lambda job: cache.jobs().resume(job),
        (State.LOST,),
    ),
    Control(
        "train_step",
        "One epoch",
        ":material/skip_next:",
        "One epoch more, then it pauses again.",
        lambda job: cache.jobs().resume(job, 1),
        (State.PAUSED,),
    ),
    Control(
        state.TRAIN_STOP,
        "Stop and keep what there is",
        ":material/stop_circle:",
        None,  # with a help text Streamlit draws the button twice, and scripts look for this one
        lambda job: _stop(job),
        (State.QUEUED, State.RUNNING, State.PAUSED, State.STOPPING),
    ),
)


def controls(job: Job) -> None:
    """The buttons for the state that the training is in, and the dials while it goes on."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for control in CONTROLS:
            if job.state in control.states:
                st.button(
                    control.words,
                    key=control.key,
                    icon=control.icon,
                    help=control.help,
                    on_click=_do,
                    args=(control, job),
                    disabled=job.state is State.STOPPING
                    or (control.key == "train_pause" and job.steering.paused),
                )
        if job.state in (State.RUNNING, State.PAUSED):
            with st.popover("Steer", icon=":material/tune:"):
                _dials(job)


def more(job: Job) -> None:
    """The way to let an ended training go on."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        epochs = st.number_input("More epochs", 1, MOST_MORE, 4, key="train_more_epochs", width=140)
        st.button(
            "Train on",
            key="train_more",
            icon=":material/fast_forward:",
            help="From what it has learned, with other batches; the learning rate begins anew. Where nothing gets "
            "better, it stays as it is.",
            on_click=_more,
            args=(job, int(epochs)),
        )


def _dials(job: Job) -> None:
    st.select_slider(
        "Learning rate",
        FACTORS,
        value=job.steering.rate,
        key=state.STEER_RATE.name,
        format_func=lambda value: f"× {value:g}",
        help="Multiplies that of the schedule, which is at most "
        f"{job.spec.training.learning_rate:g}, from the next batch on.",
        on_change=lambda: job.steering.set_rate(state.STEER_RATE.get()),
    )
    if job.spec.model.variational:
        st.number_input(
            "β",
            0.0,
            LARGEST_BETA,
            job.spec.model.beta if job.steering.beta is None else job.steering.beta,
            step=0.5,
            key=state.STEER_BETA.name,
            help="Weight of the KL term from the next batch on. The best epoch is then one with this β.",
            on_change=lambda: job.steering.set_beta(state.STEER_BETA.get()),
        )


def _stop(job: Job) -> None:
    """Stop it. The batch under way ends in a moment, and then the answer to the click can say so at once."""
    cache.jobs().stop(job)
    job.ended.wait(SOON)


def _do(control: Control, job: Job) -> None:
    try:
        control.do(job)
    except AemodelsError as error:
        state.TRAIN_PROBLEM.set(str(error))
        return
    state.TRAIN_PROBLEM.set(None)


def _more(job: Job, epochs: int) -> None:
    try:
        cache.jobs().extend(job, epochs)
    except AemodelsError as error:
        state.TRAIN_PROBLEM.set(str(error))
        return
    state.TRAIN_PROBLEM.set(None)
    state.SAVED_AS.set({token: name for token, name in state.SAVED_AS.get().items() if token != job.token})
