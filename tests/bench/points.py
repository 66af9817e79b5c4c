"""The map of 70,000 points, against that of the 10,000 which come with the program, and against an empty page.

In a Chromium whose WebGL is drawn by the processor, as it is on a machine without a graphics card: the hardest
case. The model of many points is a shipped one whose codes have been scattered a little, each taken several times.
"""

from __future__ import annotations

import dataclasses
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from aemodels.store import folders, models
from tests.bench.served import chromium, served, wait_until_idle, wait_until_ready
from tests.bench.table import Row, compare

MANY, FEW = "many-points", "vae-mnist-2d"
POINTS = 70_000
SCATTER = 0.05  # in units of the code: copies of a point lie beside it, not on it
SECONDS = 2.0  # of each gesture
MEGA = 1e6

# When the title is there, when the picture that stands in for the chart is, and when the chart's points are:
# Plotly has drawn, the processor that plays graphics card has done what it was given, and the frame is out.
WATCH = """() => {
    window.seen = {};
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(null);
    }));
    const painted = async (plot) => {
        await frame();
        const context = plot.querySelector('.gl-canvas-context')?.getContext('webgl');
        context?.readPixels(0, 0, 1, 1, context.RGBA, context.UNSIGNED_BYTE, new Uint8Array(4));
        await frame();
        window.seen.points ??= performance.now();
        window.seen.first ??= window.seen.points; // the chart came before its picture
    };
    new MutationObserver((_, observer) => {
        if (document.querySelector('h1')) window.seen.title ??= performance.now();
        const picture = document.querySelector('.st-key-latent_map_opening img');
        if (picture && !window.seen.asked) {
            window.seen.asked = true;
            picture.decode().then(frame).then(() => { window.seen.first ??= performance.now(); });
        }
        const plot = document.querySelector('.st-key-latent_map .js-plotly-plot');
        if (!plot?.on) return;
        observer.disconnect();
        plot.on('plotly_afterplot', () => painted(plot));
    }).observe(document, { subtree: true, childList: true });
}"""

# A hand that moves once in every frame that the browser can draw. Events are made in the page: a driver outside
# waits for the answer to each, and would be what is measured. Every gesture begins with the whole map.
GESTURE = """async ([kind, seconds]) => {
    const plot = document.querySelector('.st-key-latent_map .js-plotly-plot');
    const frame = () => new Promise(requestAnimationFrame);
    const picture = () => [...plot.querySelectorAll('.gl-container canvas')]
        .filter((canvas) => canvas.width && canvas.style.display !== 'none')
        .map((canvas) => canvas.toDataURL()).join();
    const area = plot?.querySelector('.nsewdrag');
    const box = area?.getBoundingClientRect();
    const at = (step) => ({
        bubbles: true, cancelable: true, view: window, buttons: 1,
        clientX: box.left + box.width * (0.5 + 0.12 * Math.sin(step / 10)),
        clientY: box.top + box.height * (0.5 + 0.12 * Math.sin(step / 7)),
    });
    const dragged = () => document.querySelector('.dragcover') ?? document;
    let moves = 0;
    const count = () => { moves += 1; };
    const move = {
        pan: (step) => dragged().dispatchEvent(new MouseEvent('mousemove', at(step))),
        // Eight notches in, to a bit more than twice the size, and eight out again.
        zoom: (step) => area.dispatchEvent(
            new WheelEvent('wheel', { ...at(0), deltaY: Math.floor((step - 1) / 8) % 2 ? 10 : -10 })),
        nothing: count,
    }[kind];
    const before = plot && picture();
    if (kind === 'pan') area.dispatchEvent(new MouseEvent('mousedown', at(0)));
    let step = 1;
    for (; step <= 3; step += 1) {
        move(step);
        await frame();
    }
    await frame();
    const moved = !plot || picture() !== before;
    plot?.on('plotly_relayouting', count);
    const times = [];
    const begin = await frame();
    moves = 0;
    for (let last = begin; last - begin < 1000 * seconds; step += 1) {
        move(step);
        const now = await frame();
        times.push(now - last);
        last = now;
    }
    const rate = moves / times.reduce((sum, time) => sum + time / 1000, 0);
    const end = performance.now();
    if (plot) {
        plot.removeListener('plotly_relayouting', count);
        const drawn = () => new Promise((resolve) => plot.once('plotly_afterplot', resolve));
        const rest = drawn();
        if (kind === 'pan') dragged().dispatchEvent(new MouseEvent('mouseup', at(step)));
        else move(step);
        await rest;
        await frame();
        await frame();
    }
    const rest = performance.now() - end;
    if (plot) {
        const reset = plot.querySelector('.modebar-btn[data-val="reset"]');
        reset.dispatchEvent(new MouseEvent('click', { bubbles: true }));
        for (let i = 0; i < 30; i += 1) await frame();
    }
    return { moved, times, rate, rest };
}"""


def measure(rounds: int) -> list[Row]:
    """Medians over `rounds` page loads, pans and zooms on each side, taking turns."""
    with tempfile.TemporaryDirectory() as home, chromium() as browser, served("app.py", Path(home)) as app:
        _many_points(Path(home) / "models" / MANY)
        wait_until_ready(app.address)
        for name in (MANY, FEW):  # what the server keeps of a model is made once
            _load(browser, app.address, name)[0].close()
        wait_until_idle(app.process)
        return _loads(browser, app.address, rounds) + _gestures(browser, app.address, rounds)


def _many_points(folder: Path) -> None:
    """A model of 70,000 codes in the store: a shipped one, with the codes of no data set that is at hand."""
    found = models.codes(FEW)
    chance = np.random.default_rng(1)
    rows = chance.integers(0, len(found.z), POINTS)
    z = (found.z[rows] + chance.normal(0, SCATTER, (POINTS, 2))).astype(np.float32)
    card = dataclasses.replace(models.read_card(FEW), name=folder.name, fingerprint="made up", shipped=False)
    with folders.replacing(folder) as fresh:
        for path in (folders.SHIPPED / FEW).iterdir():
            shutil.copy2(path, fresh / path.name)
        np.savez_compressed(fresh / "codes.npz", z=z, labels=found.labels[rows])
        (fresh / "card.json").write_text(card.to_json(), encoding="utf-8")


def _load(browser: Any, address: str, name: str) -> tuple[Any, list[bytes | str]]:
    """A page with the map of `name`, and the messages that its server has sent it."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(180_000)
    received: list[bytes | str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(frame)))
    page.add_init_script(f"({WATCH})()")
    page.goto(f"{address}/latent?model={name}")
    page.wait_for_selector(".st-key-decoded img")
    page.wait_for_function("window.seen.points && window.seen.first")
    shown = page.evaluate(
        """() => document.querySelector('.st-key-latent_map .js-plotly-plot')._fullData
            .reduce((sum, trace) => sum + trace.x.length, 0)"""
    )
    assert shown == len(models.codes(FEW).z) if name == FEW else shown == POINTS, shown
    return page, received


def _loads(browser: Any, address: str, rounds: int) -> list[Row]:
    waits: dict[str, list[float]] = {MANY: [], FEW: []}
    charts: dict[str, list[float]] = {MANY: [], FEW: []}
    figures: dict[str, list[float]] = {MANY: [], FEW: []}
    sums: dict[str, list[float]] = {MANY: [], FEW: []}
    for _ in range(rounds):
        for name in (MANY, FEW):
            page, received = _load(browser, address, name)
            seen = page.evaluate("window.seen")
            waits[name].append((seen["first"] - seen["title"]) / 1000)
            charts[name].append((seen["points"] - seen["title"]) / 1000)
            figures[name].append(max(len(frame) for frame in received if _has_figure(frame)) / MEGA)
            sums[name].append(sum(len(frame) for frame in received) / MEGA)
            page.close()
    return [
        compare("the page's title to the first picture of the map, s", "s", *waits.values(), wanted="≤ 2 s"),
        compare("to its points as Plotly has painted them, s", "s", *charts.values()),
        compare("the message with the figure, MB", "MB", *figures.values(), wanted="≤ 2 MB"),
        compare("all messages of a page load, MB", "MB", *sums.values()),
    ]


def _has_figure(frame: bytes | str) -> bool:
    return b"scattergl" in (frame.encode() if isinstance(frame, str) else frame)


def _gestures(browser: Any, address: str, rounds: int) -> list[Row]:
    pages = {name: _load(browser, address, name)[0] for name in (MANY, FEW)}
    empty = browser.new_page(viewport={"width": 1280, "height": 720})
    rows = []
    for kind in ("pan", "zoom"):
        results: dict[str, list[dict[str, Any]]] = {MANY: [], FEW: [], "empty": []}
        for turn in range(rounds + 1):
            for name, page in pages.items():
                page.bring_to_front()
                result = page.evaluate(GESTURE, [kind, SECONDS])
                assert result["moved"], "the points stayed where they were: nothing was measured"
                if turn:  # the first is for warming up
                    results[name].append(result)
            empty.bring_to_front()
            results["empty"].append(empty.evaluate(GESTURE, ["nothing", SECONDS]))
        many, few = results[MANY], results[FEW]
        rates = {name: [result["rate"] for result in found] for name, found in results.items()}
        rows += [
            compare(f"{kind}: frames a second", "fps", rates[MANY], rates[FEW], wanted="≥ 30 fps"),
            compare(f"{kind}: the same against an empty page", "fps", rates[MANY], rates["empty"]),
            compare(f"{kind}: a frame, p50, ms", "ms", _frames(many), _frames(few)),
            compare(f"{kind}: the worst frame of each, ms", "ms", _worst(many), _worst(few)),
            compare(f"{kind}: from its end to the map at rest, ms", "ms", _rests(many), _rests(few)),
        ]
    return rows


def _frames(results: list[dict[str, Any]]) -> list[float]:
    return [statistics.median(result["times"]) for result in results]


def _worst(results: list[dict[str, Any]]) -> list[float]:
    return [max(result["times"]) for result in results]


def _rests(results: list[dict[str, Any]]) -> list[float]:
    return [result["rest"] for result in results]
