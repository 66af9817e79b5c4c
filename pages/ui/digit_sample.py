"""A digit of the test set: of a class, at random, or one that the model finds hard."""

from __future__ import annotations

import secrets
from typing import Final

import streamlit as st

from aemodels.data.datasets import Dataset
from pages.ui import cache, digit, kept_digits, pictures, settled, state, theme
from pages.ui import chosen as chosen_model
from pages.ui.digit import Digit

SCALE: Final = 5  # screen pixels to a pixel


def digit_sample(dataset: Dataset) -> None:
    """The sample, and below it what else there is to choose."""
    if not state.SAMPLE_CLASS.is_there():  # or the widget below would begin with a class of its own
        state.SAMPLE_CLASS.set(state.SAMPLE_CLASS.first)
    shown = chosen(dataset)
    model = chosen_model.image_model()[0]
    with st.container(key=state.DIGIT_SAMPLE, gap="small"):
        with st.container(horizontal=True, gap="small", vertical_alignment="top"):
            pictures.show(shown.image, alt=shown.title, scale=SCALE)
            with st.container(width="stretch", gap="xsmall"):
                for name, icon, key, on_click, arguments, words in (
                    (
                        "Next",
                        "navigate_next",
                        "sample_another",
                        _next,
                        (dataset,),
                        "The next one of this class",
                    ),
                    ("Random", "casino", "sample_random", _random, (dataset,), "Any test image"),
                    ("Hard", "fitness_center", "sample_hard", _hard, (dataset, model), _HARD),
                ):
                    st.button(
                        name,
                        icon=f":material/{icon}:",
                        key=key,
                        on_click=on_click,
                        args=arguments,
                        help=words,
                        width="stretch",
                    )
        st.caption(theme.escaped(shown.title[:1].upper() + shown.title[1:] + "."))
        names = dataset.class_names
        choose = st.pills if max(map(len, names)) <= 2 else st.selectbox
        choose(
            "Which one",
            range(len(names)),
            **({"required": True} if choose is st.pills else {}),
            format_func=names.__getitem__,
            key=state.SAMPLE_CLASS.name,
            label_visibility="collapsed",
            persist_state="session",
            on_change=_take_class,
            args=(dataset,),
        )


_HARD: Final = "One of the test images that the model reconstructs worst, of the first 2,000"


def chosen(dataset: Dataset) -> Digit:
    """The sample that was chosen; the first image of a class before that."""
    name, row = state.SAMPLE_ROW.get() or ("", 0)
    if name != dataset.name or not 0 <= row < len(dataset.test):
        row = digit.of_class(dataset, state.SAMPLE_CLASS.get() or 0, state.SAMPLE_NUMBER.get())
    return digit.sample(dataset, row)


def choose(dataset: Dataset, row: int) -> None:
    """Take this test image from now on."""
    state.SAMPLE_ROW.set((dataset.name, row))
    kept_digits.remember_sample(digit.sample(dataset, row), dataset.name, row)
    settled.rerun()


def _next(dataset: Dataset) -> None:
    state.SAMPLE_NUMBER.set(state.SAMPLE_NUMBER.get() + 1)
    _take_class(dataset)


def _take_class(dataset: Dataset) -> None:
    choose(dataset, digit.of_class(dataset, state.SAMPLE_CLASS.get() or 0, state.SAMPLE_NUMBER.get()))


def _random(dataset: Dataset) -> None:
    choose(dataset, secrets.randbelow(len(dataset.test)))


def _hard(dataset: Dataset, model: str) -> None:
    rows = cache.hard_samples(model, dataset.name)
    state.HARD_NUMBER.set(state.HARD_NUMBER.get() + 1)
    choose(dataset, int(rows[(state.HARD_NUMBER.get() - 1) % len(rows)]))
