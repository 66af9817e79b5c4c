"""A network as a picture: its layers as blocks from left to right, as high as they have numbers.

The colours are those of the pipeline (input slate, encoder and code violet, decoder and output teal). Heights are
logarithmic: 784 pixels and 2 numbers of a code then fit into one picture, and a bottleneck is seen as one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from aemodels.errors import ConfigError
from aemodels.figures.layout import ground
from aemodels.figures.palette import Palette, Theme, palette

if TYPE_CHECKING:
    from plotly import graph_objects as go

Role = Literal["input", "encoder", "code", "decoder", "output"]

LOWEST: Final = (
    0.6  # height of a block of one number, so that it is still seen; one of 1,000 numbers has 10.6
)

WIDE: Final = 0.62  # a block of the three that have words, where two are 1 apart


@dataclass(frozen=True)
class Block:
    """One layer: its part of the pipeline, its name, the shape of what it gives, and what else one is told."""

    role: Role
    name: str
    shape: tuple[int, ...]
    details: str = ""

    @property
    def values(self) -> int:
        """How many numbers it gives."""
        return math.prod(self.shape)


def network(blocks: Sequence[Block], *, theme: Theme | None = None) -> go.Figure:
    """The picture of a network; the shapes of input, code and output stand below it, everything else is hovered.

    Heights are log₂ of the number of values. Raises ConfigError without an input, a code and an output.
    """
    from plotly import graph_objects as go

    places = {block.role: place for place, block in enumerate(blocks)}  # the last one of each role
    if missing := {"input", "code", "output"} - set(places):
        raise ConfigError(
            f"A network has an input, a code and an output; missing: {', '.join(sorted(missing))}."
        )
    colours = palette(theme)
    heights = [LOWEST + math.log2(block.values) for block in blocks]
    figure = go.Figure(layout=_layout(colours, max(heights), len(blocks)))
    code = places["code"]
    figure.update_layout(
        shapes=[
            _funnel(heights, 0, code, colours.code_soft),
            _funnel(heights, code, len(blocks) - 1, colours.output_soft),
        ]
    )
    figure.add_trace(
        go.Bar(
            x=list(range(len(blocks))),
            y=heights,
            base=[-height / 2 for height in heights],
            width=[WIDE if block.role in ("input", "code", "output") else 0.5 for block in blocks],
            marker={
                "color": [_fill(block.role, colours) for block in blocks],
                "opacity": [1.0 if block.role in ("input", "code", "output") else 0.55 for block in blocks],
                "cornerradius": 3,
                "line": {"width": 0},
            },
            hoverinfo="skip",
            showlegend=False,
        )
    )
    figure.add_trace(_columns(blocks, max(heights)))
    for role in ("input", "code", "output"):
        place = places[role]
        figure.add_annotation(
            x=place + {0: -WIDE / 2, len(blocks) - 1: WIDE / 2}.get(place, 0),
            y=0,
            yref="paper",
            yanchor="top",
            text=shape_words(blocks[place].shape),
            showarrow=False,
            font={"size": 12, "color": _fill(blocks[place].role, colours)},
            xanchor="left" if place == 0 else "right" if place == len(blocks) - 1 else "center",
        )
    return figure


def shape_words(shape: tuple[int, ...]) -> str:
    """`28×28` of images of one channel, `14×14×32` of maps, `1,568` of a row of numbers."""
    if len(shape) == 3 and shape[2] == 1:
        shape = shape[:2]
    return f"{shape[0]:,}" if len(shape) == 1 else "×".join(map(str, shape))


def _words(block: Block) -> str:
    lines = [f"<b>{block.name}</b>", block.details]
    numbers = f"{block.values:,} number{'s' * (block.values > 1)}"
    lines.append(f"→ {shape_words(block.shape)} = {numbers}" if len(block.shape) > 1 else f"→ {numbers}")
    return "<br>".join(line for line in lines if line)


def _fill(role: Role, colours: Palette) -> str:
    return {
        "input": colours.input,
        "encoder": colours.code,
        "code": colours.code,
        "decoder": colours.output,
        "output": colours.output,
    }[role]


def _columns(blocks: Sequence[Block], highest: float) -> Any:
    """What tells of each block: a column that is not seen, as high as the picture, so that a finger finds it."""
    from plotly import graph_objects as go

    return go.Bar(
        x=list(range(len(blocks))),
        y=[highest] * len(blocks),
        base=-highest / 2,
        width=1,
        opacity=0,
        customdata=[_words(block) for block in blocks],
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
    )


def _funnel(heights: Sequence[float], first: int, last: int, colour: str) -> dict[str, Any]:
    """The outline of one half, behind its blocks."""
    places = range(first, last + 1)
    above = [f"{place},{heights[place] / 2}" for place in places]
    below = [f"{place},{-heights[place] / 2}" for place in reversed(places)]
    path = f"M{' L'.join(above + below)} Z"
    return {"type": "path", "path": path, "fillcolor": colour, "line": {"width": 0}, "layer": "below"}


def _layout(colours: Palette, highest: float, count: int) -> dict[str, Any]:
    hidden = {"visible": False, "fixedrange": True}
    return {
        **ground(colours, left=12, right=12, top=4, bottom=20),
        "xaxis": {**hidden, "range": [-0.4, count - 0.6]},
        "yaxis": {**hidden, "range": [-highest / 2, highest / 2]},
        "hovermode": "closest",
        "dragmode": False,
        "bargap": 0,
        "barmode": "overlay",
    }
