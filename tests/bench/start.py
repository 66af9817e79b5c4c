"""From the start of the server to a complete first page with its map, against `import tensorflow` alone."""

from __future__ import annotations

import subprocess
import sys
import time

from tests.bench.served import chromium, served, wait_until_ready
from tests.bench.table import Row, compare

COMPLETE = """() => {
    const chart = document.querySelector('.st-key-latent_map .js-plotly-plot');
    const images = [...document.querySelectorAll('.st-key-input_image img, .st-key-reconstruction img')];
    return chart && chart._fullData && chart._fullData.length > 5 && images.length == 2
        && images.every(image => image.complete && image.naturalWidth > 0);
}"""


def measure(rounds: int) -> list[Row]:
    """Medians over `rounds` starts of each, taking turns."""
    pages, paints, imports = [], [], []
    with chromium() as browser:
        for _ in range(rounds):
            begin = time.monotonic()
            subprocess.run([sys.executable, "-c", "import tensorflow"], check=True, capture_output=True)
            imports.append(time.monotonic() - begin)
            begin = time.monotonic()
            with served("app.py") as server:
                wait_until_ready(server.address)
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                page.set_default_timeout(180_000)
                page.goto(server.address, wait_until="commit")
                page.wait_for_selector("h1")
                paints.append(time.monotonic() - begin)
                page.wait_for_function(COMPLETE)
                pages.append(time.monotonic() - begin)
                page.close()
    return [
        compare("server start to the first page's title, s", "s", paints, imports, None),
        compare("server start to the complete first page, s", "s", pages, imports, 1.0),
    ]
