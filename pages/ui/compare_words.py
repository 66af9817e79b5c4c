"""What the table of all models says, in two or three sentences that are made of its figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from aemodels.measure.contest import Result
from pages.ui import compare_table, theme

SAME: Final = 0.05  # dB: less than the last decimal that is shown
_WORDS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def verdict(results: Sequence[Result]) -> str:
    """Markdown: who is nearest among the smallest codes, who of all, and what a PCA does with as many numbers.

    Only models whose PSNR is finite count.
    """
    models = [result for result in results if result.kind == "model" and math.isfinite(result.psnr)]
    if not models:
        return "No model has an answer yet."
    # Equally near: the smaller code is the better one.
    best = min(models, key=lambda one: (-one.psnr, one.code_size))
    smallest = min(result.code_size for result in models)
    among = [result for result in models if result.code_size == smallest]
    nearest = max(among, key=lambda one: one.psnr)
    return " ".join(
        part
        for part in (_nearest(nearest, best, len(among)), _pca(best, results), _mean(models, results))
        if part
    )


def plain(results: Sequence[Result]) -> str:
    """The same without markdown, as a screen reader shall say it."""
    return verdict(results).replace("**", "").replace("\\", "")


def numbers(count: int) -> str:
    """`two numbers`, `one number`, `32 numbers`."""
    word = _WORDS[count] if count < len(_WORDS) else f"{count:,}"
    return f"{word} number{'s' * (count != 1)}"


def _nearest(nearest: Result, best: Result, among: int) -> str:
    if among > 1:
        first = (
            f"Among codes of {numbers(nearest.code_size)} {_name(nearest)} is nearest ({_db(nearest.psnr)})"
        )
    else:
        first = f"With {numbers(nearest.code_size)} {_name(nearest)} reaches {_db(nearest.psnr)}"
    gain = best.psnr - nearest.psnr
    if best is nearest or gain < SAME:
        return f"{first}, and no larger code does better."
    return f"{first}; {_name(best)} needs {numbers(best.code_size)} and is {_db(gain)} better."


def _pca(best: Result, results: Sequence[Result]) -> str:
    """What the best model owes to not being linear."""
    for result in results:
        if result.kind == "pca" and result.code_size == best.code_size and math.isfinite(result.psnr):
            gain = best.psnr - result.psnr
            if abs(gain) < SAME:
                return f"A PCA of {numbers(best.code_size)} does as well."
            return (
                f"A PCA of {numbers(best.code_size)} is {_db(abs(gain))} {'worse' if gain > 0 else 'better'}."
            )
    return ""


def _mean(models: Sequence[Result], results: Sequence[Result]) -> str:
    """Where even the mean image is nearer than some of the models, this digit is a stranger to them."""
    for result in results:
        if result.kind == "mean":
            beaten = [model for model in models if model.psnr < result.psnr]
            if len(beaten) == 1:
                return f"Even the mean image is nearer than {_name(beaten[0])}."
            if beaten:
                return f"Even the mean image is nearer than {len(beaten)} of the {len(models)} models."
    return ""


def _name(result: Result) -> str:
    return f"**{theme.escaped(compare_table.title(result.name))}**"


def _db(value: float) -> str:
    return f"{value:.1f} dB"
