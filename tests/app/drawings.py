"""Drawings as a browser sends them, and where a page shows what became of one."""

import base64
import io
import re
from typing import Any

from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

INPUT = re.compile(r"as 28 by 28 pixels$")


def pad_png(*strokes: tuple[tuple[int, int], ...]) -> bytes:
    """The pad as the browser sends it: white strokes on black, RGBA."""
    picture = Image.new("RGBA", (252, 252), (0, 0, 0, 255))
    pen = ImageDraw.Draw(picture)
    for stroke in strokes:
        pen.line(stroke, fill=(255, 255, 255, 255), width=20, joint="curve")
    return encoded(picture)


def encoded(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return file.getvalue()


def uri(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def message(png: bytes | None) -> dict[str, Any]:
    """What the pad sends for a drawing of one stroke, once that has ended."""
    stroke = {"width": 20, "erase": False, "points": [70, 60, 1, 190, 60, 1, 110, 215, 1]}
    return {"png": uri(png) if png else "", "strokes": [stroke] if png else []}


SEVEN = pad_png(((70, 60), (190, 60), (110, 215)))
ONE = pad_png(((126, 30), (126, 220)))


def input_picture(app: AppTest) -> str:
    """The address of the image that the model sees."""
    found = [
        image.url for element in app.get("image") for image in element.proto.imgs if INPUT.search(image.alt)
    ]
    assert len(found) == 1
    return str(found[0])
