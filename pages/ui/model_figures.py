"""A model's figures of the test set: the few that say most, each with its help text, and all of them in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from aemodels.measure import figure_table
from pages.ui import cache, theme

if TYPE_CHECKING:
    from aemodels.measure.figure_table import Figure, Metrics
    from aemodels.store.card import Card

NOT_MEASURED: Final = "Not measured yet."
HOW: Final = "Means over the test images of the data set that it was trained on. Nothing was chosen by them."
MORE: Final = (
    "What takes minutes to measure, such as bits and bounds from many samples, is added to a saved model by "
    "`python -m aemodels evaluate NAME --write`."
)


def first(metrics: Metrics) -> None:
    """The figures that say most, in a row; what each means is in its help text."""
    shown = [figure for figure in figure_table.known(metrics) if figure.first]
    if not shown:
        st.caption(NOT_MEASURED)
        return
    with st.container(horizontal=True, gap="small"):
        for figure in shown:
            st.metric(figure.label, figure.text(metrics, error=False), help=figure.meaning, width="content")


def rest(metrics: Metrics, *, key: str) -> None:
    """The other figures behind an expander, with what they mean; nothing where none was measured."""
    _behind("More figures", [one for one in figure_table.known(metrics) if not one.first], metrics, key)


def whole(metrics: Metrics, *, key: str) -> None:
    """All figures behind an expander, with what they mean; nothing where none was measured."""
    _behind("Its figures", list(figure_table.known(metrics)), metrics, key)


def _behind(label: str, figures: Sequence[Figure], metrics: Metrics, key: str) -> None:
    if not figures:
        return
    with st.expander(label, key=key):
        st.markdown(explained(figures, metrics))
        st.caption(HOW)
        if "code_bits" not in metrics:
            st.caption(MORE)


def listed(metrics: Metrics, *, key: str) -> None:
    """The figures that say most, with what they mean, and the others behind an expander."""
    shown = [figure for figure in figure_table.known(metrics) if figure.first]
    st.markdown(explained(shown, metrics) if shown else NOT_MEASURED)
    rest(metrics, key=key)


def explained(figures: Sequence[Figure], metrics: Metrics) -> str:
    """Markdown: each figure, its value, and what it means in small type: a table would not fit a phone."""
    return "\n\n".join(
        f"**{figure.label}** {theme.escaped(figure.text(metrics))}  \n:small[{figure.meaning}]"
        for figure in figures
    )


def side_by_side(cards: Sequence[Card]) -> None:
    """All figures of several models behind an expander: a row a model, a column a figure, its help in the head."""
    with st.expander("All figures of these models", key="all_figures"):
        columns = frame({cache.title(card.name): card.metrics for card in cards})
        st.dataframe(
            columns,
            key="all_figures_table",
            hide_index=True,
            placeholder=figure_table.UNKNOWN,
            column_config={
                "Model": st.column_config.TextColumn(pinned=True),
                **{key: column(key) for key in columns if key in figure_table.FIGURES},
            },
        )
        st.caption(
            "Of their cards, over the test images. An empty place was not measured. Heads explain themselves."
        )


def frame(models: Mapping[str, Metrics]) -> dict[str, list[Any]]:
    """Columns by key, the names first: numbers where a figure is one, else text, None where it is not known."""
    found: dict[str, list[Any]] = {"Model": list(models)}
    for key, figure in figure_table.FIGURES.items():
        texts = [figure.text(metrics) for metrics in models.values()]
        if any(text != figure_table.UNKNOWN for text in texts):
            values = [figure.value(metrics) for metrics in models.values()]
            known = any(value is not None for value in values)
            found[key] = (
                values if known else [None if text == figure_table.UNKNOWN else text for text in texts]
            )
    return found


def column(key: str, *, width: int | None = None, unit: bool = True) -> Any:
    """How a dataframe shows the figure of this key: its head, its digits, its help text."""
    figure = figure_table.FIGURES[key]
    head = figure.head if unit else figure.label
    if key == "kl_by_number" or not figure.form.endswith("f"):
        return st.column_config.TextColumn(head, width=width, help=figure.meaning)
    digits = figure.form.removesuffix("f").rpartition(".")[2]
    return st.column_config.NumberColumn(head, width=width, help=figure.meaning, format=f"%.{digits}f")
