"""Points drawn on a plain canvas where WebGL is software: the same picture, without drawing any by WebGL."""

import io

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE
from tests.browser.looking import quiet, source

# What the browser says of its WebGL, and how many points it was told to draw.
NAMED = """name => {
    window.drawn = 0;
    const kind = WebGLRenderingContext.prototype;
    const { getParameter, drawArrays, drawElements } = kind;
    kind.getParameter = function (what) {
        const value = getParameter.call(this, what);
        return typeof value === 'string' && /webgl|angle/i.test(value) ? name : value;
    };
    kind.drawArrays = function (mode, first, count) {
        window.drawn += count;
        drawArrays.call(this, mode, first, count);
    };
    kind.drawElements = function (mode, count, ...rest) {
        window.drawn += count;
        drawElements.call(this, mode, count, ...rest);
    };
}"""


def open_map(page, server, renderer: str):
    """The explorer in a browser whose WebGL says that it is `renderer`; returns the map."""
    page.add_init_script(f"({NAMED})({renderer!r})")
    page.goto(f"{server.url}/latent")
    source(page, "decoded")
    quiet(page)
    return page.locator(".st-key-latent_map")


def pixels(locator) -> np.ndarray:
    """A locator as it is on the screen."""
    return np.asarray(Image.open(io.BytesIO(locator.screenshot())).convert("RGB")).astype(float)


def coloured(page) -> int:
    """Pixels of the plain canvas that are not empty."""
    return page.locator(".plain-points").evaluate(
        """canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
            .reduce((count, value, at) => count + (at % 4 === 3 && value > 0), 0)"""
    )


def test_software_is_spared_and_the_picture_is_that_of_a_graphics_card(page, browser, server):
    software = open_map(page, server, "Google SwiftShader")
    expect(page.locator(".plain-points")).to_be_visible()
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    other = context.new_page()
    card = open_map(other, server, "A graphics card")
    other.wait_for_function("window.drawn > 0", timeout=PATIENCE)
    quiet(other)
    expect(other.locator(".plain-points")).to_have_count(0)
    left, right = pixels(software), pixels(card)
    context.close()
    assert left.shape == right.shape
    empty = np.abs(right - 255).mean()
    assert empty > 10  # there are points to compare
    assert np.abs(left - right).mean() < 0.15 * empty


def test_panning_zooming_and_the_legend_move_the_plain_points_without_webgl(page, server):
    open_map(page, server, "Google SwiftShader")
    canvas = page.locator(".plain-points")
    expect(canvas).to_be_visible()
    all_of_them = coloured(page)
    assert all_of_them > 10_000
    page.evaluate("window.drawn = 0")
    area = page.locator(".st-key-latent_map .nsewdrag").first.bounding_box()
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    picture = "canvas => canvas.toDataURL()"
    before = canvas.evaluate(picture)

    def changed() -> str:
        page.wait_for_function(
            "before => document.querySelector('.plain-points').toDataURL() !== before", arg=before
        )
        quiet(page)
        return canvas.evaluate(picture)

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=4)
    before = changed()  # while the button is still down
    page.mouse.up()
    quiet(page)
    before = canvas.evaluate(picture)
    page.mouse.wheel(0, -200)
    before = changed()
    page.locator(".st-key-latent_map .legendtoggle").nth(3).click()
    before = changed()
    assert 0 < coloured(page) < all_of_them
    assert page.evaluate("window.drawn") == 0
