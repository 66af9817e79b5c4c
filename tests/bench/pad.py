"""How often the reconstruction follows a growing stroke, and how soon the table of all models has the finished one.

The reference is a bare Streamlit fragment, clicked all the time.
"""

from __future__ import annotations

import math
import time
from typing import Any

from tests.bench.served import chromium, served, wait_until_idle, wait_until_ready
from tests.bench.table import Row, compare

MODELS = ("dense-mnist", "conv-mnist")
SECONDS = 4.0
POINTER = 8  # milliseconds between two moves of the mouse
CALM = 1500  # milliseconds without a change after which a table is taken to be final

# When the table has shown something new last.
WATCH = """() => {
    const inside = (root) => [...root.querySelectorAll('*')].flatMap((element) =>
        [element, ...(element.shadowRoot ? inside(element.shadowRoot) : [])]);
    const body = inside(document.querySelector('.st-key-model_table')).find(({ tagName }) => tagName === 'TBODY');
    let shown = body.innerHTML;
    window.changed = performance.now();
    new MutationObserver(() => {
        const now = body.innerHTML;
        if (now !== shown) [shown, window.changed] = [now, performance.now()];
    }).observe(body, { subtree: true, childList: true, attributes: true, characterData: true });
}"""

# Counts the images that the element has shown since `counted` was reset.
COUNT = """(selector) => {
    const source = () => document.querySelector(selector)?.src;
    let last = source();
    window.counted = 0;
    new MutationObserver(() => {
        const now = source();
        if (!now || now === last) return;
        last = now;
        window.counted += 1;
    }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['src'] });
}"""


def measure(rounds: int) -> list[Row]:
    """Images a second while a circle is drawn, for a dense and a convolutional model; medians over the rounds."""
    rows = []
    with chromium() as browser, served("app.py") as app, served("tests/bench/reference_app.py") as plain:
        for server in (app, plain):
            wait_until_ready(server.address)
        reference = _open(browser, plain.address, ".st-key-shown img")
        for model in MODELS:
            page = _open(browser, f"{app.address}/reconstruct?model={model}", ".st-key-reconstruction img")
            page.wait_for_selector(".st-key-figures [data-testid=stMetric]")
            wait_until_idle(app.process)
            drawn, clicked = [], []
            for number in range(rounds + 1):
                figures = (_draw(page), _click(reference))
                if number:  # the first round warms up
                    drawn.append(figures[0])
                    clicked.append(figures[1])
            page.close()
            what = f"images a second while drawing, {model}"
            rows.append(compare(what, "/s", drawn, clicked, wanted="≥ 8 /s"))
        rows.append(_table(browser, app.address, reference, rounds))
    return rows


def _table(browser: Any, address: str, reference: Any, rounds: int) -> Row:
    page = _open(browser, f"{address}/compare", ".st-key-model_table img")
    page.get_by_text("is being loaded").first.wait_for(state="hidden")
    page.wait_for_function("document.querySelector('.st-key-model_table')")
    page.evaluate(WATCH)
    finished, clicked = [], []
    for number in range(rounds + 1):
        rate = _click(reference)
        _draw(page, up="window.up = performance.now()")
        page.wait_for_function(f"performance.now() - Math.max(changed, up) > {CALM}")
        if number:
            finished.append(page.evaluate("Math.max(changed - up, 0)"))
            clicked.append(1000 / rate)
    return compare("end of the stroke to all of the table", "ms", finished, clicked, wanted="≤ 500 ms")


def _open(browser: Any, address: str, selector: str) -> Any:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(180_000)
    page.goto(address)
    page.wait_for_selector(selector)
    page.wait_for_load_state("networkidle")
    page.evaluate(COUNT, selector)
    return page


def _draw(page: Any, up: str = "") -> float:
    clear = page.locator("[data-tool=clear]")
    if clear.is_enabled():  # there is something from the round before
        clear.click()
    page.wait_for_timeout(1000)
    area = page.locator(".st-key-digit_canvas canvas").first.bounding_box()
    middle = [area[axis] + area[size] / 2 for axis, size in (("x", "width"), ("y", "height"))]
    page.mouse.move(middle[0], middle[1] - 0.35 * area["height"])
    page.mouse.down()
    page.evaluate("counted = 0")
    begun, passed = time.perf_counter(), 0.0  # our clock: the browser has enough to do
    while passed < SECONDS:
        angle = 2 * math.pi * passed / SECONDS
        page.mouse.move(
            middle[0] + 0.28 * area["width"] * math.sin(angle),
            middle[1] - 0.35 * area["height"] * math.cos(angle),
        )
        page.wait_for_timeout(POINTER)
        passed = time.perf_counter() - begun
    count = page.evaluate("counted")
    if up:
        page.evaluate(up)
    page.mouse.up()
    page.wait_for_timeout(500)
    return float(count / passed)


def _click(page: Any) -> float:
    """The bare fragment, clicked again as soon as its image has come."""
    return float(
        page.evaluate(
            """async (seconds) => {
                const begun = performance.now();
                counted = 0;
                while (performance.now() - begun < 1000 * seconds) {
                    const before = counted;
                    document.querySelector('.st-key-next button').click();
                    while (counted === before && performance.now() - begun < 1000 * seconds)
                        await new Promise((resolve) => setTimeout(resolve, 1));
                }
                return counted / (performance.now() - begun) * 1000;
            }""",
            SECONDS,
        )
    )
