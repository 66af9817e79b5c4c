"""From a click in the map to the decoded image, against a Streamlit fragment that shows an image and no more."""

from __future__ import annotations

import random
from typing import Any

from tests.bench.served import chromium, served, wait_until_ready
from tests.bench.table import Row, compare, percentile

WARM_UP = 5
CLICKS_A_ROUND = 20

# Time from the pointer's press to the frame after the new image has been decoded, all in the browser.
PREPARE = """(selector) => {
    window.clicked = null;
    addEventListener('pointerup', () => { window.clicked = performance.now(); }, true);
    window.answered = (before) => new Promise((resolve) => {
        const look = () => {
            const image = document.querySelector(selector);
            if (image && image.src !== before && image.complete && image.naturalWidth > 0)
                requestAnimationFrame(() => resolve(performance.now() - window.clicked));
            else requestAnimationFrame(look);
        };
        look();
    });
}"""


def measure(rounds: int) -> list[Row]:
    """Medians and 95th percentiles over `rounds` times 20 clicks on each side, taking turns click by click."""
    ours, reference = [], []
    with chromium() as browser, served("app.py") as app, served("tests/bench/reference_app.py") as plain:
        for address in (app, plain):
            wait_until_ready(address)
        left, right = browser.new_page(viewport={"width": 1280, "height": 720}), browser.new_page()
        for page, address, selector in (
            (left, f"{app}/latent", ".st-key-decoded img"),
            (right, plain, ".st-key-shown img"),
        ):
            page.set_default_timeout(180_000)
            page.goto(address)
            page.wait_for_selector(selector)
            page.wait_for_load_state("networkidle")
            page.evaluate(PREPARE, selector)
        left.wait_for_selector(".st-key-latent_map .nsewdrag", state="attached")
        chance = random.Random(1)
        for number in range(WARM_UP + rounds * CLICKS_A_ROUND):
            times = (_click_map(left, chance), _click_button(right))
            if number >= WARM_UP:
                ours.append(times[0])
                reference.append(times[1])
    rows = [compare("click in the map to decoded image, p50, ms", "ms", ours, reference, 1.5)]
    high = [percentile(values, 0.95) for values in (ours, reference)]
    ratio = round(high[0] / high[1], 3)
    rows.append(Row("the same, p95, ms", "ms", round(high[0], 3), round(high[1], 3), ratio, None, len(ours)))
    return rows


def _click_map(page: Any, chance: random.Random) -> float:
    page.bring_to_front()
    before = page.get_attribute(".st-key-decoded img", "src")
    area = page.locator(".st-key-latent_map .nsewdrag").first.bounding_box()
    x = area["x"] + area["width"] * chance.uniform(0.3, 0.7)
    y = area["y"] + area["height"] * chance.uniform(0.3, 0.7)
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    return float(page.evaluate("before => window.answered(before)", before))


def _click_button(page: Any) -> float:
    page.bring_to_front()
    before = page.get_attribute(".st-key-shown img", "src")
    page.locator(".st-key-next button").click()
    return float(page.evaluate("before => window.answered(before)", before))
