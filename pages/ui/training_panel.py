"""A training as one watches it: progress, loss curves, ten digits, and the map of a two-dimensional code.

The panel asks for news once a second while a training is under way, and not at all otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, TypedDict

import streamlit as st

from aemodels import quantities, recipes
from aemodels.figures import latent_map, loss_curves
from aemodels.store import models
from aemodels.training import orientation
from aemodels.training.jobs import Job, State
from aemodels.training.watch import MAP_POINTS
from pages.ui import cache, errors, navigation, own_training, state, theme, time_machine, training_controls

NEWS_EVERY: Final = 1.0  # seconds
HEIGHT: Final = 300  # pixels of the figures
TOP: Final = 26  # of them for the switch, which lies over the chart (style.css)
LOW: Final = 180  # of the curves above the time machine

HELP_LEVELS: Final = (
    "Of the loss's axis. The dotted lines are what else one gets on the same validation images, in the same loss: "
    "the mean image for all, and a PCA with as many numbers, clipped to where a cross-entropy has a value; both "
    "compare with the reconstruction. A model that comes with the program is measured as yours is, a VAE by its "
    "total with your β; it may have learned from some of these images. Upright: the epoch whose weights are kept."
)


class Compared(TypedDict, total=False):
    """How far the epochs go, which one is kept, and constants to compare with by name, in nats per image."""

    epochs: int | None
    best_epoch: int | None
    levels: Mapping[str, float]


_DRAW: Final = ("reconstruct", "Draw for it")
WORDS: Final[dict[State, str]] = {
    State.QUEUED: "waiting for its turn",
    State.RUNNING: "running",
    State.PAUSED: "paused",
    State.STOPPING: "stopping",
    State.STOPPED: "stopped",
    State.DONE: "done",
    State.FAILED: "failed",
    State.LOST: "lost",
}


def training_panel(job: Job) -> None:
    """Show a job; until nothing more will change by itself the panel reruns, and the page when it has ended."""
    stood = _stands(job)
    st.fragment(_panel, run_every=NEWS_EVERY if stood.news else None)(job, stood)


class Stand(NamedTuple):
    """What of a job settles how its panel is drawn: see `Job`; `levels`: all that it is compared with is known."""

    active: bool
    settled: bool
    levels: bool

    @property
    def news(self) -> bool:
        """Whether anything will still change by itself."""
        return not (self.settled and self.levels)


def _stands(job: Job) -> Stand:
    known = not job.progress.epochs or cache.levels_of_job(job).complete
    return Stand(job.state.active, job.settled, known)


@errors.as_sentences()
def _panel(job: Job, stood: Stand) -> None:
    progress = job.progress
    with theme.card(
        recipes.get(job.spec.recipe).title, role="code", aside=WORDS[job.state], key="training_card"
    ):
        with st.container(key="train_progress", gap="xsmall"):
            st.progress(min(1.0, progress.fraction), text=status(job))
        if job.state.active or job.state is State.LOST:
            training_controls.controls(job)
        elif job.result is not None and job.settled:
            training_controls.more(job)
        if job.error:
            st.error(theme.escaped(job.error), icon=":material/info:")
        history = columns(progress.epochs)
        codes = progress.looks[-1].codes if progress.looks else None
        if time_machine.shows(job):
            loss_and_map(history, None, None, height=LOW, **_compared(job))
            time_machine.time_machine(job)
        else:
            loss_and_map(history, codes, progress.labels, **_compared(job))
        if progress.snapshots and job.result is None:
            page, words = ("latent", "Walk over its map") if codes is not None else _DRAW
            navigation.link(page, f"{words} while it learns", model=own_training.LATEST)
    if stood != _stands(job):
        st.rerun()  # it has ended, or goes on: whether there is news to ask for is settled by the page


def status(job: Job) -> str:
    """What a job is doing, in a few words: epoch, batch, speed, validation loss, memory, and the time left."""
    progress = job.progress
    if job.state is State.QUEUED:
        ahead, seconds = cache.jobs().ahead(job), cache.jobs().wait(job)
        return f"Waiting: {ahead} before you, about {quantities.duration(seconds)}"
    if job.state is State.FAILED:
        return "Ended without a model"
    if job.state is State.LOST:
        done = job.progress.epochs[-1].epoch if job.progress.epochs else 0
        how = "Lost" if job.error else "Lost when the server ended"  # a sentence on the error stands below
        return f"{how} · epoch {done} of {planned(job)} is on the disk"
    if job.state is State.STOPPED and job.result is None:
        return "Stopped before its first step"
    parts = ["Paused" if job.state is State.PAUSED else progress.phase.capitalize()]
    if (batch := progress.batch) is not None and progress.phase == "training":
        each = batch.steps // max(1, batch.epochs)
        parts.append(f"epoch {job.continued_from + batch.epoch} of {planned(job)}")
        parts.append(f"batch {batch.step - (batch.epoch - 1) * each:,}/{each:,}")
        if progress.steps_a_second and job.state is State.RUNNING:
            parts.append(f"{progress.steps_a_second * job.spec.training.batch_size:,.0f} images/s")
    if progress.epochs:
        parts.append(f"loss {progress.epochs[-1].val_loss:.1f} nats")
    if progress.memory and job.state.active:
        parts.append(quantities.memory(progress.memory))
    if progress.seconds_left is not None and job.state.active:
        parts.append(f"{quantities.duration(progress.seconds_left)} left")
    return " · ".join(parts)


def planned(job: Job) -> int:
    """How many epochs there will be, with those of before it was continued."""
    done = job.progress.epochs[-1].epoch if job.progress.epochs else 0
    before = job.continued_from
    return max(done, before + job.spec.training.epochs)


def earlier_training(name: str) -> None:
    """How a model of the store learned: what the panel shows before the visitor has trained anything."""
    waits = not cache.levels_of_model(name).complete
    st.fragment(_earlier, run_every=NEWS_EVERY if waits else None)(name, waits)


@errors.as_sentences()
def _earlier(name: str, waits: bool) -> None:
    card = cache.card(name)
    epochs = f"{card.epochs:,} epoch{'s' * (card.epochs != 1)}"
    levels = cache.levels_of_model(name)
    with theme.card(f"How {cache.title(name)} learned", role="code", aside=epochs, key="training_card"):
        history = models.history(name)
        best = _lowest(history) if card.training.get("keep_best", True) else None
        compared: Compared = {"best_epoch": best, "levels": levels.values}
        if card.code_size == 2 and not card.config.linear_output:
            codes = cache.codes(name)
            loss_and_map(history, codes.z[:MAP_POINTS], codes.labels[:MAP_POINTS], **compared)
        else:
            loss_and_map(history, None, None, **compared)
        st.caption("Start a training, and its own curves take this place, epoch by epoch.")
    if waits and levels.complete:
        st.rerun()  # nothing more to ask for


def loss_and_map(
    history: Mapping[str, Sequence[float]],
    codes: Any,
    labels: Any,
    *,
    height: int = HEIGHT,
    epochs: int | None = None,
    best_epoch: int | None = None,
    levels: Mapping[str, float] | None = None,
) -> None:
    """The loss curves with what they are compared with, and beside them the map of the same test images, if any."""
    if not history.get("epoch"):
        st.caption("The first curves come with the first epoch.")
        return
    parts = st.columns((3, 2) if codes is not None else 1, gap="small")
    with parts[0]:
        logarithmic = st.toggle(
            "Logarithmic", key=state.LOSS_LOG.name, help=HELP_LEVELS, persist_state="session"
        )
        st.plotly_chart(
            loss_curves.loss_curves(
                history,
                epochs=epochs,
                best_epoch=best_epoch,
                levels=levels,
                logarithmic=logarithmic,
                height=height,
                theme=theme.shown(),
            ).update_layout(margin_t=TOP),
            key="train_loss",
            height=height,
            config={"displayModeBar": False},
            alt=f"Loss by epoch; after epoch {len(history['epoch'])}, the validation loss is "
            f"{history['val_loss'][-1]:.1f} nats" + _alt(best_epoch, levels or {}),
        )
    if codes is not None:
        with parts[1]:
            st.plotly_chart(
                latent_map.latent_map(codes, labels, legend=False, webgl=False),
                key="train_map",
                height=HEIGHT,
                config={"displayModeBar": False},
                alt=f"Codes of {len(codes):,} test images, coloured by class",
            )


def _compared(job: Job) -> Compared:
    """What the curves of a job are compared with, as far as it is known by now."""
    if job.result is not None:
        best: int | None = job.result.history.best_epoch
    else:
        best = orientation.best_so_far(job.progress.epochs) if job.spec.training.keep_best else None
    return {"epochs": planned(job), "best_epoch": best, "levels": cache.levels_of_job(job).values}


def _lowest(history: Mapping[str, Sequence[float]]) -> int | None:
    """The epoch of the lowest validation loss."""
    losses = history.get("val_loss", ())
    return int(history["epoch"][min(range(len(losses)), key=losses.__getitem__)]) if losses else None


def _alt(best_epoch: int | None, levels: Mapping[str, float]) -> str:
    best = f"; the best epoch is {best_epoch}" if best_epoch else ""
    return best + "".join(f"; {name}: {value:.1f}" for name, value in levels.items())


def columns(epochs: Sequence[Any]) -> dict[str, list[float]]:
    """Records of epochs as columns, as the figure and the store have them."""
    return {name: [getattr(epoch, name) for epoch in epochs] for name in (vars(epochs[0]) if epochs else ())}
