"""The board of the page Compare: one sentence, and the table of all models on this digit or on the test set."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
import streamlit as st

from aemodels.data.datasets import title_of
from aemodels.errors import AemodelsError
from pages.ui import (
    cache,
    chosen,
    compare_table,
    compare_words,
    digit_input,
    errors,
    live,
    model_figures,
    own_training,
    pictures,
    seen_card,
    state,
    theme,
)
from pages.ui.components.model_table import model_table, picked
from pages.ui.digit import Digit

DIGIT: Final = state.COMPARE_SHOWN.first
TEST_SET: Final = "Test set"
KEY: Final = "compare_board"  # of the fragment
PICTURE: Final = "compare_picture"  # of the one that shows the same results as a figure
NEWS_EVERY: Final = 1.0  # seconds, while a model is being loaded


def names(picked: str) -> tuple[str, ...]:
    """The models that are compared: those of images in the store, the picked one, the visitor's own training."""
    found = [*cache.models_of_images(), picked]
    own = own_training.name()
    if own is not None and cache.about(own).of_images:
        found.append(own)
    return tuple(dict.fromkeys(found))


@st.fragment(key=KEY)
@errors.as_sentences()
def board(name: str) -> None:
    """The board for the picked model and the visitor's digit. A click on a name picks that model for all pages."""
    if chosen.image_model()[0] != name:
        st.rerun()  # a name was clicked: the sidebar and the address shall say so, too
    digit = digit_input.current(cache.card(name).dataset)
    sentence = st.container()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="compare_head"):
        shown = st.segmented_control(
            "What the table shows",
            (DIGIT, TEST_SET),
            key=state.COMPARE_SHOWN.name,
            default=state.COMPARE_SHOWN.first,
            required=True,
            label_visibility="collapsed",
            persist_state="session",
            on_change=lambda: st.rerun([KEY, PICTURE]),
        )
        entrants = names(name)
        contest = contest_of(name, digit, shown)
        st.caption(_remarks(entrants, contest, shown), width="stretch")
    with sentence:
        st.markdown(_prefix(name, shown) + compare_words.verdict(contest.results))
    dataset = cache.card(name).dataset
    fitted_on = cache.pca_dataset(dataset)
    model_table(
        key=state.MODEL_TABLE.name,
        label=f"All models on {digit.title if shown == DIGIT else 'the test set'}",
        pictures=compare_table.PICTURES if shown == DIGIT else (),
        columns=compare_table.columns(of_test_set=shown == TEST_SET),
        rows=compare_table.rows(
            contest, digit.image if shown == DIGIT else None, name, dataset, fitted_on=fitted_on
        ),
        first=compare_table.FIRST,
        on_pick=lambda: _pick(entrants),
    )
    if shown == TEST_SET:
        there = {result.name for result in contest.results}
        model_figures.side_by_side([cache.card(each) for each in entrants if each in there])
    digit_input.follow(functools.partial(follow, entrants if shown == DIGIT else (), name))
    if contest.waiting:
        st.fragment(_look_again, run_every=NEWS_EVERY)(name, digit, shown, contest.waiting)


def follow(entrants: tuple[str, ...], name: str, image: np.ndarray) -> live.Answer:
    """What follows a growing stroke, of the digit so far, float32 (1, 28, 28, 1): the table of `entrants`.

    Without any it shows the test set, which stays as it is.
    """
    found: live.Answer = {"images": seen_card.live_image(image)}
    if entrants:
        dataset = cache.card(name).dataset
        fitted_on = cache.pca_dataset(dataset)
        contest = cache.contest_on_image(entrants, image, fitted_on)
        rows = compare_table.rows(contest, image, name, dataset, fitted_on=fitted_on)
        found["parts"] = {state.MODEL_TABLE.name: {"rows": rows}}
    return found


def contest_of(name: str, digit: Digit, shown: str) -> cache.Contest:
    """What there is to compare with the picked model `name`, on this digit or on the test set."""
    if shown == TEST_SET:
        return cache.contest_on_test_set(names(name), name)
    return cache.contest_on_image(names(name), digit.image, cache.pca_dataset(cache.card(name).dataset))


@errors.as_sentences()
def _look_again(name: str, digit: Digit, shown: str, waiting: tuple[str, ...]) -> None:
    if contest_of(name, digit, shown).waiting != waiting:
        st.rerun()


def _pick(entrants: tuple[str, ...]) -> None:
    try:
        state.MODEL_PICKER.set(compare_table.checked_pick(picked(state.MODEL_TABLE.name), entrants))
    except AemodelsError as error:
        st.toast(theme.escaped(str(error)), icon=":material/info:")


def _prefix(name: str, shown: str) -> str:
    if shown == DIGIT:
        return ""
    return f"Means over the test images of {theme.escaped(_title(cache.card(name).dataset))}. "


def _remarks(entrants: tuple[str, ...], contest: cache.Contest, shown: str) -> str:
    """What the colours mean, and who is not in the table and why."""
    said = ["Error: blue where ink is missing, orange where there is too much."] if shown == DIGIT else []
    if shown == TEST_SET:
        there = {result.name for result in contest.results}
        others = [cache.title(entrant) for entrant in entrants if entrant not in there]
        if others:
            said.append(f"Measured on other images, so not here: {', '.join(others)}.")
        if not contest.curve and not contest.waiting:
            said.append(
                "The test images are not on this machine: of the PCAs only the squared error is known."
            )
    if any(cache.about(entrant).code_size >= pictures.SIDE**2 for entrant in entrants):
        said.append("A PCA of 784 numbers or more loses nothing, so it is left out.")
    if contest.failed:
        said.append(f"Could not be read: {', '.join(contest.failed)}.")
    return theme.escaped(" ".join(said))


def _title(dataset: str) -> str:
    return title_of(dataset)
