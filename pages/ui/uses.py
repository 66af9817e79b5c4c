"""What autoencoders are used for, one section at a time. A new use is one function and one line in `USES`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from pages.ui import anomaly_use, compression_use, factors_use, features_use, state, visualisation_use

PARAMETER: Final = "use"  # in the address: ?use=anomaly


@dataclass(frozen=True)
class Use:
    """One use: its name in the address, its title, and how its section is drawn for a model of images."""

    name: str
    title: str
    draw: Callable[[str], None]


USES: Final = (
    Use("anomaly", "Anomalies", anomaly_use.anomaly_use),
    Use("compression", "Compression", compression_use.compression_use),
    Use("features", "Features", features_use.features_use),
    Use("factors", "Known factors", factors_use.factors_use),
    Use("visualisation", "Visualisation", visualisation_use.visualisation_use),
)


def chosen() -> Use:
    """The section that the address or the visitor chose; the first for whatever else an address says."""
    table = {use.name: use for use in USES}
    _obey_address(table)
    with st.container(key="use_row", horizontal=True):
        name = st.segmented_control(
            "What for",
            list(table),
            format_func=lambda use: table[use].title,
            key=state.USE.name,
            required=True,
            label_visibility="collapsed",
            wrap=True,
            persist_state="session",
        )
    name = name if name in table else USES[0].name
    if st.query_params.get(PARAMETER) != name:
        st.query_params[PARAMETER] = name
    state.USE_ADDRESS.set(name)
    return table[name]


def _obey_address(table: dict[str, Use]) -> None:
    asked = st.query_params.get(PARAMETER)
    if asked is not None and state.USE_ADDRESS.says_new(asked):
        state.USE.set(asked if asked in table else USES[0].name)
    elif state.USE.get() not in table:
        state.USE.set(USES[0].name)
