"""What codes new images are decoded from: by class or from the prior, how far from the middle, by which seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from pages.ui import cache, state, theme
from pages.ui.cache.generation import Kind

PARAMETER: Final = "seed"
MOST: Final = 999_999
TITLES: Final[dict[Kind, str]] = {"classes": "Every class", "one": "One class", "prior": "Prior"}
COOLEST, HOTTEST, STEP = 0.2, 1.5, 0.1
NO_PRIOR: Final = (
    "This network is no variational one: nothing kept its codes near N(0, I), so this prior is **not defined** for "
    "it. What you see is the fault that comes of it. Try “Every class”, or a VAE."
)


@dataclass(frozen=True)
class Asked:
    """Which samples are wanted; `label` counts where the kind is one class."""

    kind: Kind
    label: int
    temperature: float
    seed: int


def controls(name: str) -> Asked:
    """The card with the controls, and what they stand at."""
    with theme.card("Codes", role="code", aside=_aside(name), key="codes_card"):
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            kind = _kind()
            label = _label(name) if kind == "one" else state.GENERATE_CLASS.get()
            with st.container(width=260):
                temperature = st.slider(
                    "Spread, × σ",
                    COOLEST,
                    HOTTEST,
                    state.TEMPERATURE.first,
                    STEP,
                    key=state.TEMPERATURE.name,
                    format="× %.1f σ",
                    label_visibility="collapsed",
                    help="How far from the middle: 1 is as far as real codes lie, less is safer and duller.",
                    persist_state="session",
                )
            st.button(
                "New samples",
                key="new_samples",
                icon=":material/casino:",
                type="secondary",
                on_click=_next_seed,
            )
            st.caption(f"seed {state.GENERATE_SEED.get()}", width="content")
        if kind == "prior" and not cache.card(name).is_variational:
            st.warning(NO_PRIOR, icon=":material/warning:")
    _write_address()
    return Asked(kind, label, round(float(temperature), 1), state.GENERATE_SEED.get())


def seed_from_text(text: str) -> int | None:
    """The seed that an address asks for, 0 to 999,999; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(MOST)) else None


def obey_address() -> None:
    """Take over `?seed=` where it says something new; nonsense there changes nothing."""
    asked = st.query_params.get(PARAMETER)
    if asked is None or not state.SEED_ADDRESS.says_new(asked):
        return
    state.SEED_ADDRESS.set(asked)
    seed = seed_from_text(asked)
    if seed is not None:
        state.GENERATE_SEED.set(seed)


def _write_address() -> None:
    text = str(state.GENERATE_SEED.get())
    if st.query_params.get(PARAMETER) != text:
        st.query_params[PARAMETER] = text
    state.SEED_ADDRESS.set(text)


def _next_seed() -> None:
    state.GENERATE_SEED.set((state.GENERATE_SEED.get() + 1) % (MOST + 1))


def _kind() -> Kind:
    kind = st.segmented_control(
        "Where codes are drawn",
        list(TITLES),
        default=state.GENERATE_KIND.first,
        key=state.GENERATE_KIND.name,
        required=True,
        format_func=lambda kind: TITLES[kind],  # type: ignore[index]
        label_visibility="collapsed",
        width="content",
        persist_state="session",
    )
    return kind if kind in TITLES else "classes"  # type: ignore[return-value]


def _label(name: str) -> int:
    names = cache.class_names(name)
    with st.container(width=130):
        return st.selectbox(
            "Class",
            range(len(names)),
            index=min(state.GENERATE_CLASS.first, len(names) - 1),
            key=state.GENERATE_CLASS.name,
            format_func=lambda label: names[label],
            label_visibility="collapsed",
            persist_state="session",
        )


def _aside(name: str) -> str:
    """Where the codes come from, in a few words."""
    count = cache.by_class(name).mixtures.components
    gaussians = "one Gaussian" if count == 1 else f"{count} Gaussians"
    by_class = f"by class: {gaussians} fitted to each class's training codes"
    return by_class + (
        "; prior: N(0, I)" if cache.card(name).is_variational else "; this network has no prior"
    )
