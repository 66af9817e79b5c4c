"""Pieces of source put together: two empty lines around a function, one between all else."""

from __future__ import annotations

from collections.abc import Iterable


def paragraphs(parts: Iterable[str]) -> str:
    """The parts that are not empty, in this order."""
    text = ""
    for part in (part.strip("\n") for part in parts):
        if not part:
            continue
        wide = part.startswith(("def ", "# ---")) or _ends_in_a_function(text)
        text += ("\n\n\n" if wide else "\n\n") * bool(text) + part
    return text


def _ends_in_a_function(text: str) -> bool:
    return text.rpartition("\n")[2].startswith((" ", "\t"))
