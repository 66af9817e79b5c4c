"""The README's tables of the shipped models, from their cards: `python -m aemodels evaluate --readme README.md`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from aemodels.errors import StoreError
from aemodels.measure.figure_table import FIGURES, Figure

if TYPE_CHECKING:
    from aemodels.store.card import Card

BEGIN: Final = "<!-- models: written by python -m aemodels evaluate --readme README.md -->"
END: Final = "<!-- end of models -->"

QUALITY: Final = ("mse", "pca_mse", "psnr", "ssim", "nelbo", "knn_accuracy", "probe_accuracy")
COST: Final = (
    "nelbo_many",
    "iwae",
    "iwae_nelbo",
    "active_units",
    "kl_bits",
    "code_bits",
    "jpeg_bits",
    "png_bits",
)
ARROWS: Final = {"lower": " ↓", "higher": " ↑", "": ""}


def tables(cards: Sequence[Card]) -> str:
    """Two tables in markdown, a row a model: how good it is; how tight its bounds, how short its codes are."""
    quality = [["model", "kind", "code", *map(_head, QUALITY)]]
    cost = [["model", *map(_head, COST)]]
    for card in cards:
        name = f"`{card.name}`"
        quality.append([name, _kind(card), f"{card.code_size:,}", *_cells(card, QUALITY)])
        cost.append([name, *_cells(card, COST)])
    return f"{_markdown(quality)}\n\n{_markdown(cost)}\n"


def between(text: str) -> str:
    """What stands between the two marks of a README. Raises StoreError where they are not there."""
    return _parts(text)[1].strip("\n") + "\n"


def rewritten(text: str, cards: Sequence[Card]) -> str:
    """The README's text with the tables of these cards between its marks."""
    before, _, after = _parts(text)
    return f"{before}{BEGIN}\n\n{tables(cards)}\n{END}{after}"


def _parts(text: str) -> tuple[str, str, str]:
    before, begin, rest = text.partition(BEGIN)
    inside, end, after = rest.partition(END)
    if not begin or not end:
        raise StoreError(
            f"The tables are written between two lines, {BEGIN!r} and {END!r}; put them in first."
        )
    return before, inside, after


def _head(key: str) -> str:
    figure: Figure = FIGURES[key]
    return figure.head + ARROWS[figure.better]


def _cells(card: Card, keys: Sequence[str]) -> list[str]:
    return [FIGURES[key].text(card.metrics, unit=False, error=False) + _mark(card, key) for key in keys]


def _mark(card: Card, key: str) -> str:
    """A dagger where JPEG's lowest quality is better than the code that it is compared with."""
    jpeg, code = (FIGURES[name].value(card.metrics) for name in ("jpeg_psnr", "code_psnr"))
    unfair = key == "jpeg_bits" and jpeg is not None and code is not None and jpeg > code
    return "†" if unfair else ""


def _kind(card: Card) -> str:
    return (
        f"{card.kind}, β = {card.config.beta:g}"
        if card.is_variational and card.config.beta != 1
        else card.kind
    )


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, f"|{'---|' * len(rows[0])}", *body])
