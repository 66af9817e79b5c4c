"""From a click in the map to the decoded image, against a Streamlit fragment that shows an image and no more."""

from __future__ import annotations

import random
from typing import Any

from tests.bench.served import chromium, served, wait_until_idle, wait_until_ready
from tests.bench.table import Row, compare, percentile

WARM_UP = 5
CLICKS_A_ROUND = 20
PACE = 500  # milliseconds between clicks: two within 300 are a double click to Plotly, which resets its zoom

# Time from the release of the button to the end of the frame with the new, decoded image, all in the browser.
# Nothing asks for frames meanwhile: that alone would keep a processor busy where frames are drawn by software.
PREPARE = """(selector) => {
    let clicked = null, answered = null;
    const source = () => document.querySelector(selector)?.src;
    addEventListener('pointerup', () => { clicked = performance.now(); }, true);
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(null);
    }));
    let last = source();
    new MutationObserver(async () => {
        const now = source();
        if (!now || now === last) return;
        last = now;
        await document.querySelector(selector).decode();
        await frame();
        answered?.(performance.now() - clicked);
    }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['src'] });
    window.answer = () => { window.waiting = new Promise((resolve) => { answered = resolve; }); };
}"""


def measure(rounds: int) -> list[Row]:
    """Medians and 95th percentiles over `rounds` times 20 clicks on each side, taking turns click by click."""
    ours, reference = [], []
    with chromium() as browser, served("app.py") as app, served("tests/bench/reference_app.py") as plain:
        for server in (app, plain):
            wait_until_ready(server.address)
        left, right = browser.new_page(viewport={"width": 1280, "height": 720}), browser.new_page()
        for page, address, selector in (
            (left, f"{app.address}/latent", ".st-key-decoded img"),
            (right, plain.address, ".st-key-shown img"),
        ):
            page.set_default_timeout(180_000)
            page.goto(address)
            page.wait_for_selector(selector)
            page.wait_for_load_state("networkidle")
            page.evaluate(PREPARE, selector)
        left.wait_for_selector(".st-key-latent_map .nsewdrag", state="attached")
        wait_until_idle(app.process)
        chance = random.Random(1)
        for number in range(WARM_UP + rounds * CLICKS_A_ROUND):
            times = (_click_map(left, chance), _click_button(right))
            if number >= WARM_UP:
                ours.append(times[0])
                reference.append(times[1])
    rows = [compare("click in the map to decoded image, p50, ms", "ms", ours, reference, 1.3)]
    high = [percentile(values, 0.95) for values in (ours, reference)]
    ratio = round(high[0] / high[1], 3)
    rows.append(Row("the same, p95, ms", "ms", round(high[0], 3), round(high[1], 3), ratio, 1.3, len(ours)))
    return rows


def _click_map(page: Any, chance: random.Random) -> float:
    area = page.locator(".st-key-latent_map .nsewdrag").first.bounding_box()
    x = area["x"] + area["width"] * chance.uniform(0.3, 0.7)
    y = area["y"] + area["height"] * chance.uniform(0.3, 0.7)
    page.mouse.move(x, y)
    page.wait_for_timeout(PACE)
    page.evaluate("answer()")
    page.mouse.click(x, y)
    return float(page.evaluate("waiting"))


def _click_button(page: Any) -> float:
    button = page.locator(".st-key-next button")
    button.hover()
    page.wait_for_timeout(PACE)
    page.evaluate("answer()")
    button.click()
    return float(page.evaluate("waiting"))
