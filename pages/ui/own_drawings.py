"""A data set that one draws: the pad with a label, a tray of drawings, and the copies that are made of each."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.data import images
from aemodels.data.own import drawings
from aemodels.data.own.drawings import Drawing
from aemodels.errors import AemodelsError, ImageError
from pages.ui import ink, own_sets, pictures, state, theme
from pages.ui.components import ink_pad
from pages.ui.components.film_strip import Frame, film_strip, picked

PAD_LABEL: Final = (
    "Pad to draw an example on. Arrow keys move the pen, Space sets it down and lifts it, E is the "
    "eraser, Control Z "
    "takes the last stroke back, Delete clears."
)
CHIP: Final = 40  # pixels of a drawing in the tray
SHOWN: Final = 10  # copies
MOST_UNDONE: Final = 50


def own_drawings() -> None:
    """The pad at the left, what was drawn at the right."""
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=ink_pad.SIDE, gap="xsmall"):
            _pad()
        with st.container(width="stretch", gap="xsmall"):
            _tray(own_sets.drawn())


def add() -> None:
    """Put what is on the pad into the tray, under the label in the field; a refusal becomes a sentence."""
    _take_ink()  # a stroke that ended just before the click comes with it, and this may be called first
    held = state.OWN_PAD_INK.get()
    try:
        if held is None or held.png is None:
            raise ImageError("The pad is empty. Draw an example first.")
        if len(own_sets.drawn()) >= drawings.MOST_DRAWINGS:
            raise ImageError(f"{drawings.MOST_DRAWINGS} drawings are as many as can be kept.")
        one = drawings.from_prepared(images.prepare_steps(held.png), state.OWN_LABEL.get())
    except AemodelsError as error:
        words = (
            str(error) if state.OWN_LABEL.get().strip() else "Say what it is first: give the drawing a label."
        )
        state.OWN_DRAW_PROBLEM.set(words)
        return
    _change((*own_sets.drawn(), one))
    state.OWN_PAD_ADDED.set(held.png)
    state.OWN_PAD_INK.forget()
    _show_on_pad(())


def remove(place: object) -> None:
    """Take one drawing out of the tray; `place` is what a browser claims."""
    held = own_sets.drawn()
    if isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(held):
        _change(held[:place] + held[place + 1 :])


def undo() -> None:
    """The tray as it was before the last change."""
    earlier = state.OWN_DRAWINGS_BEFORE.get()
    if earlier:
        state.OWN_DRAWINGS.set(earlier[-1])
        state.OWN_DRAWINGS_BEFORE.set(earlier[:-1])


def examples(held: tuple[Drawing, ...], copies: int, strength: float) -> list[np.ndarray]:
    """A few copies of the newest drawing, the drawing itself first."""
    return list(drawings.copies(held[-1], min(copies, SHOWN), strength, np.random.default_rng(0)))


def _pad() -> None:
    if state.OWN_PAD.get() is None and state.OWN_PAD_INK.get() is not None:
        _show_on_pad(state.OWN_PAD_INK.get().strokes)  # the pad was not on the page a moment ago
    ink_pad.ink_pad(
        key=state.OWN_PAD.name,
        strokes=state.OWN_PAD_START.get(),
        version=state.OWN_PAD_VERSION.get(),
        label=PAD_LABEL,
        hint="Draw one example,\nthen add it.",
        on_ink=_take_ink,
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.text_input(
            "What is it?", key=state.OWN_LABEL.name, max_chars=40, placeholder="a, b, star", width="stretch",
            persist_state="session",
        )  # fmt: skip
        st.button("Add", key="own_add", icon=":material/add:", on_click=add)
    if problem := state.OWN_DRAW_PROBLEM.get():
        st.warning(theme.escaped(problem), icon=":material/info:")


def _tray(held: tuple[Drawing, ...]) -> None:
    if held:
        frames: list[Frame] = [
            {
                "uri": pictures.data_uri(one.image[..., None]),
                "label": f"Drawing {number}, {one.label}",
                "caption": one.label,
                "changed": False,
            }
            for number, one in enumerate(held, start=1)
        ]
        film_strip(
            key=state.OWN_TRAY.name,
            frames=frames,
            on_pick=lambda: remove(picked(state.OWN_TRAY.name)),
            side=CHIP,
            hint="Click to take it out.",
        )
    else:
        st.caption(
            "A few examples of each of two or more things will do: six of each, say. They appear here."
        )
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Undo",
            key="own_undo",
            icon=":material/undo:",
            disabled=not state.OWN_DRAWINGS_BEFORE.get(),
            on_click=undo,
        )
        st.button(
            "Clear",
            key="own_clear",
            icon=":material/delete:",
            disabled=not held,
            on_click=_change,
            args=((),),
        )
    if not held:
        return
    if not state.OWN_COPIES.is_there():
        state.OWN_COPIES.set(state.OWN_COPIES.first)
    if not state.OWN_STRENGTH.is_there():
        state.OWN_STRENGTH.set(state.OWN_STRENGTH.first)
    with st.container(horizontal=True, gap="medium"):
        copies = st.select_slider(
            "Copies of each", drawings.COPIES, key=state.OWN_COPIES.name, persist_state="session"
        )
        strength = st.slider(
            "How different", 0.0, 1.0, step=0.25, key=state.OWN_STRENGTH.name, persist_state="session",
            help="Copies are turned, slanted, scaled, shifted, and made thicker or thinner at random.",
        )  # fmt: skip
    st.caption(theme.escaped(_sum(held, copies)))
    shown = examples(held, copies, strength)
    alts = [f"Copy {number} of your last drawing" for number in range(1, len(shown) + 1)]
    pictures.strip([image[..., None] for image in shown], alts=alts, scale=2)


def _sum(held: tuple[Drawing, ...], copies: int) -> str:
    labels = [one.label for one in held]
    count = len(held)
    words = f"{count} drawing{'s' * (count != 1)} × {copies} = {count * copies:,} images"
    if count < drawings.LEAST_DRAWINGS:
        return f"{words}. Draw at least {drawings.LEAST_DRAWINGS}."
    names = drawings.class_names(held)
    tests = int(drawings.held_out(np.asarray([names.index(label) for label in labels]), 0).sum())
    return (
        f"{words}: those of {count - tests} drawings to learn from, those of {tests} to test with. "
        "Copies of your last "
        "one:"
    )


def _take_ink() -> None:
    try:
        received = ink.read(ink_pad.drawn(state.OWN_PAD.name))
    except ImageError as error:
        state.OWN_DRAW_PROBLEM.set(str(error))
        return
    if received is not None and (received.png is None or received.png != state.OWN_PAD_ADDED.get()):
        state.OWN_PAD_INK.set(received)
        state.OWN_DRAW_PROBLEM.forget()


def _change(held: tuple[Drawing, ...]) -> None:
    earlier = (*state.OWN_DRAWINGS_BEFORE.get(), own_sets.drawn())
    state.OWN_DRAWINGS_BEFORE.set(earlier[-MOST_UNDONE:])
    state.OWN_DRAWINGS.set(held)
    state.OWN_DRAW_PROBLEM.forget()
    state.TRAIN_PROBLEM.forget()


def _show_on_pad(strokes: tuple[ink_pad.Stroke, ...]) -> None:
    state.OWN_PAD_VERSION.set(state.OWN_PAD_VERSION.get() + 1)
    state.OWN_PAD_START.set(strokes)
