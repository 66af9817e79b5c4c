"""Make the README's pictures from the running app: `python -m tests.browser.screenshot`.

The app runs without any data set on purpose: what is seen is drawn by decoders or by our own mouse, so no image of
a data set is ever committed.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.served import chromium, served, wait_until_ready

FOLDER = Path(__file__).parent / "screenshots"
SEVEN = [(0.30, 0.25), (0.68, 0.25), (0.42, 0.80)]


def latent(page: Any, address: str) -> None:
    """The explorer: two kept places with the walk between them, and the preview under the cursor somewhere else."""
    page.goto(f"{address}/latent")
    page.wait_for_selector(".st-key-decoded img")
    settle(page)
    area = page.locator(".st-key-latent_map .nsewdrag").first.bounding_box()
    for x, y in ((0.47, 0.72), (0.66, 0.56)):
        page.mouse.click(area["x"] + area["width"] * x, area["y"] + area["height"] * y)
        settle(page)
    page.mouse.move(area["x"] + area["width"] * 0.52, area["y"] + area["height"] * 0.27, steps=8)
    page.wait_for_timeout(500)


def reconstruct(page: Any, address: str) -> None:
    """A seven drawn with the mouse, and what the networks make of it."""
    page.goto(f"{address}/reconstruct?model=dense-mnist")
    page.wait_for_selector(".st-key-reconstruction img")
    settle(page)
    box = page.locator(".st-key-digit_canvas canvas").last.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=15)
    page.mouse.up()
    settle(page)


def settle(page: Any) -> None:
    """Wait until nothing is loading, and the last frame is drawn."""
    page.wait_for_timeout(1500)
    page.wait_for_function(
        "!document.querySelector('[data-testid=stSkeleton], [data-testid=stStatusWidget]')"
    )
    page.wait_for_timeout(1500)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as empty:
        os.environ |= {"AEMODELS_DATA": empty, "KERAS_HOME": empty}
        with chromium() as browser, served("app.py") as (address, _):
            wait_until_ready(address)
            for draw, scheme in ((latent, "light"), (reconstruct, "dark")):
                context = browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme=scheme)
                page = context.new_page()
                page.set_default_timeout(120_000)
                draw(page, address)
                page.screenshot(path=FOLDER / f"{draw.__name__}.png")
                context.close()


if __name__ == "__main__":
    main()
