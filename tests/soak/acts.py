"""What visitors do on a page, without a browser: clicks on the map, strokes on the pad, sliders moved."""

from __future__ import annotations

import base64
import io
import random
from collections.abc import Callable, Mapping
from typing import Any, Final

from PIL import Image, ImageDraw

from tests.soak.tab import Tab

SIDE: Final = 252  # pixels of the pad


def act(visitor: Tab, page: str, chance: random.Random) -> float:
    """Do something that the page is for; the seconds until its script has ended."""
    return ACTS[page](visitor, chance)


def stroke(chance: random.Random) -> Mapping[str, Any]:
    """What the pad sends at the end of a stroke: a picture of a line, and its points."""
    points = [(chance.uniform(40, SIDE - 40), chance.uniform(40, SIDE - 40)) for _ in range(4)]
    picture = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(picture).line(points, fill=255, width=20, joint="curve")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    uri = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    numbers = [number for x, y in points for number in (x, y, 0.5)]
    return {"png": uri, "strokes": [{"width": 20, "erase": False, "points": numbers}]}


def _click(visitor: Tab, chance: random.Random) -> float:
    return visitor.tell("latent_marker", "click", [chance.uniform(-2, 2), chance.uniform(-2, 2)])


def _draw(visitor: Tab, chance: random.Random) -> float:
    return visitor.tell("digit_canvas", "ink", stroke(chance))


def _number(visitor: Tab, chance: random.Random) -> float:
    return visitor.slide(chance.choice(("z1", "z2")), chance.uniform(-2, 2))


def _noise(visitor: Tab, chance: random.Random) -> float:
    return visitor.slide("noise_level", round(20 * chance.random()) / 20)


def _one_of(*acts: Callable[[Tab, random.Random], float]) -> Callable[[Tab, random.Random], float]:
    return lambda visitor, chance: chance.choice(acts)(visitor, chance)


ACTS: Final[Mapping[str, Callable[[Tab, random.Random], float]]] = {
    "": _click,
    "latent": _one_of(_click, _number),
    "reconstruct": _draw,
    "denoise": _one_of(_draw, _noise),
}
"""By the page's address."""
