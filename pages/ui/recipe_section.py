"""What a published recipe shows: a card of its own on the page Train, before, while and after it trains.

One table says which function draws the recipe's own kind of result; what all have in common stands here: what
to look for, what does better with the same code size, the source, and what the tutorial got wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import streamlit as st

from aemodels import quantities, recipes
from aemodels.published import TUTORIALS, Figure, belongs
from aemodels.training.jobs import Job
from aemodels.training.spec import TrainingSpec
from pages.ui import (
    errors,
    recipe_case,
    recipe_log,
    recipe_map,
    recipe_noise,
    recipe_points,
    recipe_prepare,
    recipe_rows,
    state,
    theme,
)
from pages.ui.recipe_case import Case

NEWS_EVERY: Final = 2.0  # seconds

Draw = Callable[[Case | None, Case | None], bool]
"""Draws the result of the recipe's training (None before anybody has trained it), and that of its counterpart,
where there is one. Returns whether all is there: where it is not, it is drawn again soon."""

SECTIONS: Final[Mapping[str, Draw]] = {
    "subclassed-dense": recipe_rows.subclassed_dense,
    "three-to-two": recipe_points.three_to_two,
    "simple-mnist": recipe_rows.simple_mnist,
    "deep-fashion": recipe_rows.deep_fashion,
    "tf-examples-dense": recipe_log.tf_examples_dense,
    "denoising-conv": recipe_noise.denoising_conv,
    "conv-2d": recipe_map.conv_2d,
    "conv-vae-2d": recipe_map.conv_vae_2d,
}


class Stand(NamedTuple):
    """What settles how the card is drawn: whether anything goes on, and whether all of it is there."""

    active: bool
    complete: bool


def recipe_section(spec: TrainingSpec | None, shown: Job | None) -> None:
    """The card of the recipe that is chosen in the form, or was trained; nothing for one of our own."""
    name = chosen(spec, shown)
    if name is None:
        return
    state.RECIPE_SECTION.set(name)
    active = any(job.state.active for job in recipe_case.of_visitor(shown))
    stood = Stand(active, state.RECIPE_COMPLETE.get())
    waits = stood.active or not stood.complete
    st.fragment(_card, run_every=NEWS_EVERY if waits else None)(name, shown, stood)


def chosen(spec: TrainingSpec | None, shown: Job | None) -> str | None:
    """The tutorial that is meant: that of the form; its counterpart's while one tries that; that of the
    training."""
    recipe = state.RECIPE_PICKER.get() if spec is None else spec.recipe
    before = state.RECIPE_SECTION.get()
    if before is not None and spec is not None and _belongs(before, spec, shown):
        return before
    if recipe in TUTORIALS:
        return recipe
    if shown is None:
        return None
    if before is not None and _belongs(before, shown.begun_as, shown):
        return before
    return shown.begun_as.recipe if shown.begun_as.recipe in TUTORIALS else None


def _belongs(name: str, spec: TrainingSpec, shown: Job | None) -> bool:
    return belongs(name, spec, recipe_case.dataset_of(name, recipe_case.own(name, shown)))


@errors.as_sentences()
def _card(name: str, shown: Job | None, stood: Stand) -> None:
    tutorial, recipe = TUTORIALS[name], recipes.get(name)
    own = recipe_case.own(name, shown)
    better = recipe_case.counterpart(name, own, shown)
    with theme.card("What this recipe shows", role="output", aside=recipe.title, key="recipe_card"):
        st.markdown(tutorial.look_for)
        complete = SECTIONS[name](own, better)
        _beside(name, own, better)
        st.caption(f"Source: {recipe.source}.")
        if tutorial.wrong:
            st.caption("**Where the tutorial is wrong, or we do otherwise:** " + " ".join(tutorial.wrong))
    active = any(job.state.active for job in recipe_case.of_visitor(shown))
    state.RECIPE_COMPLETE.set(complete)
    if Stand(active, complete) != stood:
        st.rerun()  # whether there is news to ask for is settled by the page


def _beside(name: str, own: Case | None, better: Case | None) -> None:
    """The recipe and what does better, in figures; and the ways to have both."""
    tutorial = TUTORIALS[name]
    theme.heading("Beside it, a better choice with the same code size", role="code")
    st.caption(f"{tutorial.counterpart.words}.")
    cases = [case for case in (own, better) if case is not None]
    if cases:
        titles = {id(own): f"Yours, {own.title}" if own else "", id(better): better.title if better else ""}
        st.markdown(table(tutorial.figure, [(titles[id(case)], case) for case in cases]))
        if better is not None and better.model is not None:
            st.caption(
                "Until you train the better choice, a model that comes with the program stands for it."
            )
        if sentence := verdict(tutorial.figure, own, better):
            st.markdown(f":small[{sentence}]")
    with st.container(horizontal=True, gap="small", key="recipe_prepare"):
        if own is None:
            recipe_prepare.button(
                "Prepare this recipe", name, None, {}, key="prepare_published", icon=":material/school:"
            )
        other = tutorial.counterpart
        recipe_prepare.button(
            "Prepare the better choice",
            other.recipe,
            recipe_case.dataset_of(name, own),
            other.settings,
            key="prepare_counterpart",
            icon=":material/bolt:",
        )


def table(figure: Figure, cases: list[tuple[str, Case]]) -> str:
    """The cases beside each other, as markdown."""
    lines = {
        figure.title: [_number(case.figure(figure), figure.digits) for _, case in cases],
        "Code": [f"{case.config.code_size:,} numbers" for _, case in cases],
        "Epochs": [f"{case.epochs}" for _, case in cases],
        "Time": ["–" if case.seconds is None else quantities.duration(case.seconds) for _, case in cases],
    }
    head = " | ".join(theme.escaped(title) for title, _ in cases)
    rows = "\n".join(f"| {name} | {' | '.join(values)} |" for name, values in lines.items())
    return f"| | {head} |\n|---|{'--:|' * len(cases)}\n{rows}"


def verdict(figure: Figure, own: Case | None, better: Case | None) -> str | None:
    """Both in a sentence, where both were trained here and are measured."""
    if own is None or better is None or own.job is None or better.job is None:
        return None
    first, second = own.figure(figure), better.figure(figure)
    if first is None or second is None or not own.seconds or not better.seconds:
        return None
    share = own.seconds / better.seconds
    quick = f"{share:.1f} times as quick" if share >= 1 else f"{1 / share:.1f} times as slow"
    lower = "lower" if second < first else "higher"
    return (
        f"The better choice was {quick}, and its figure is {lower}: {second:.{figure.digits}f} "
        f"instead of {first:.{figure.digits}f}."
    )


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
