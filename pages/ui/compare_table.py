"""The table of one drawing and every model: its columns and rows, and what a click on a name may mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from aemodels.data.datasets import title_of
from aemodels.errors import ConfigError
from aemodels.figures.images import error_map
from aemodels.measure import figure_table
from aemodels.measure.contest import Result
from pages.ui import cache, own_training, pictures
from pages.ui.cache import trainings
from pages.ui.components.model_table import Column, Picture, Row, Value

PICTURES: Final = ("Output", "Error")
FIRST: Final = "psnr"
UNKNOWN: Final = "–"
WAITING: Final = "is being loaded"
MEASURING: Final = "is being measured"

_BITS: Final = (
    "Bits of the code as it is stored: 32 for each of its numbers (float32). Fewer is cheaper; the picture itself "
    "has 6,272 (784 pixels of 8 bits)."
)


@dataclass(frozen=True)
class Figure:
    """One column of figures: how a result's value is found and written."""

    column: Column
    value: Callable[[Result], float]
    decimals: int


def _from_table(key: str, value: Callable[[Result], float | None], *, as_: str | None = None) -> Figure:
    """The figure `key` of `measure.figure_table` as a column, named `as_` in the browser."""
    figure = figure_table.FIGURES[key]
    rising = figure.better != "higher"
    column = Column(key=as_ or key, title=figure.head, help=figure.meaning, rising=rising)

    def known(result: Result) -> float:
        found = value(result)
        return math.nan if found is None else found

    return Figure(column, known, int(figure.form.strip(",.f") or 0))


def _of_card(key: str) -> Figure:
    return _from_table(key, lambda result: figure_table.FIGURES[key].value(result.more))


_STORED: Final = Figure(
    Column(key="bits", title="Bits", help=_BITS, rising=True), lambda result: result.bits, 0
)
_PIXELS: Final = (
    _from_table("mse", lambda result: result.mse),
    _from_table("psnr", lambda result: result.psnr),
    _from_table("ssim", lambda result: result.ssim),
)
FIGURES: Final = (_STORED, _from_table("kl_bits", lambda result: result.said, as_="said"), *_PIXELS)
"""The columns for one image."""
OF_TEST_SET: Final = (_STORED, *_PIXELS, *map(_of_card, ("nelbo", "knn_accuracy", "probe_accuracy")))
"""Those for the whole test set, where the cards know more."""
_BASELINES_WIN_NOTHING: Final = ("bits",)  # the mean image has none, whatever it is worth


def columns(*, of_test_set: bool) -> list[Column]:
    """The heads of the columns of figures."""
    return [figure.column for figure in _figures(of_test_set)]


def _figures(of_test_set: bool) -> tuple[Figure, ...]:
    return OF_TEST_SET if of_test_set else FIGURES


def rows(
    contest: cache.Contest, x: np.ndarray | None, picked: str, dataset: str, *, fitted_on: str
) -> list[Row]:
    """A row for each result and for each that is waited for.

    `x` (1, 28, 28, 1) is the input, None where the results are means over many images, which have no picture.
    `picked` is the model of all pages, `dataset` the one that it was trained on, `fitted_on` the one of the PCAs.
    """
    figures = _figures(x is None)
    best = {figure.column["key"]: _best(figure, contest.results) for figure in figures}
    found = [
        Row(
            id=row_id(result.name, result.kind),
            title=title(result.name),
            remark=_remark(result, dataset, fitted_on),
            pick=result.kind == "model",
            picked=result.name == picked,
            pictures=[] if x is None else _pictures(x, result),
            values={figure.column["key"]: _value(figure, result, best) for figure in figures},
        )
        for result in contest.results
    ]
    return found + [_empty(name, x is not None, picked) for name in contest.waiting]


def _empty(name: str, has_pictures: bool, picked: str) -> Row:
    is_model = not name.startswith("PCA ")
    return Row(
        id=row_id(name, "model" if is_model else "pca"),
        title=title(name),
        remark=WAITING if is_model else MEASURING,
        pick=is_model,
        picked=name == picked,
        pictures=[Picture(uri="", alt="")] * (len(PICTURES) if has_pictures else 0),
        values={
            figure.column["key"]: Value(sort=None, text=UNKNOWN, best=False)
            for figure in _figures(not has_pictures)
        },
    )


def row_id(name: str, kind: str) -> str:
    """What stands for a row in the browser: never the secret name of a training."""
    return f"{kind}:{own_training.LATEST if trainings.is_one(name) else name}"


def title(name: str) -> str:
    """The first line of a row."""
    return own_training.TITLE if trainings.is_one(name) else name


def checked_pick(claimed: Any, names: Sequence[str]) -> str:
    """The model that a browser claims was clicked, as the picker of the sidebar has it; ConfigError for none."""
    allowed = {row_id(name, "model"): name for name in names}
    if not isinstance(claimed, str) or claimed not in allowed:
        raise ConfigError("There is no such model in this table any more. Reload the page and try again.")
    return claimed.partition(":")[2]


def _remark(result: Result, dataset: str, fitted_on: str) -> str:
    if result.kind == "mean":
        return f"of {_title_of(fitted_on)}, whatever you draw"
    numbers = f"{result.code_size:,} number{'s' * (result.code_size != 1)}"
    if result.kind == "pca":
        return f"linear · {numbers}"
    model = cache.about(result.name)
    which = f", epoch {trainings.epoch_of(result.name)}" if trainings.is_one(result.name) else ""
    foreign = f" · trained on {_title_of(model.dataset)}" if model.dataset != dataset else ""
    return f"{model.kind}{which} · {numbers}{foreign}"


def _title_of(dataset: str) -> str:
    return title_of(dataset)


def _pictures(x: np.ndarray, result: Result) -> list[Picture]:
    if result.image is None:
        return [Picture(uri="", alt="")] * len(PICTURES)
    again = f"{title(result.name)} draws it again"
    return [
        Picture(uri=pictures.data_uri(result.image), alt=again),
        Picture(
            uri=pictures.data_uri(error_map(x[0], result.image)), alt=f"The error of {title(result.name)}"
        ),
    ]


def _value(figure: Figure, result: Result, best: dict[str, str | None]) -> Value:
    value = figure.value(result)
    if not math.isfinite(value):
        return Value(sort=None, text=UNKNOWN, best=False)
    text = f"{value:,.{figure.decimals}f}"
    takes_part = result.kind != "mean" or figure.column["key"] not in _BASELINES_WIN_NOTHING
    return Value(sort=value, text=text, best=takes_part and text == best[figure.column["key"]])


def _best(figure: Figure, results: Sequence[Result]) -> str | None:
    """The best value as it is written, so that equals are equal; None where nobody has one."""
    values = [
        value
        for result in results
        if math.isfinite(value := figure.value(result))
        and (result.kind != "mean" or figure.column["key"] not in _BASELINES_WIN_NOTHING)
    ]
    if not values:
        return None
    return f"{(min if figure.column['rising'] else max)(values):,.{figure.decimals}f}"
