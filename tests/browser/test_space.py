"""Codes of three numbers under the mouse: turn, hover, click, and the keys; and a browser that cannot draw them."""

import json
import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import FLAGS, ROOT
from tests.browser.looking import expect_another, quiet, source

NAME = "my-space"
CHART = ".st-key-latent_space .js-plotly-plot"
CAMERA = f"() => JSON.stringify(document.querySelector('{CHART}')._fullLayout.scene._scene.getCamera())"


@pytest.fixture(scope="module", autouse=True)
def three(server):
    """A model of three numbers in the server's store, trained on the bundled digits until its codes lie apart."""
    command = [sys.executable, "-m", "aemodels", "train", "default", "--dataset", "digits", "--epochs", "12"]
    for setting in ("latent_dim=3", "hidden=64", "batch_size=64"):
        command += ["--set", setting]
    command += ["--name", NAME, "--json"]
    environment = {**os.environ, "AEMODELS_HOME": str(server.log.parent / "home")}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


@pytest.fixture
def space(page, server):
    """The page with the codes in space, drawn and at rest."""
    page.goto(f"{server.url}/latent?model={NAME}")
    source(page, "decoded")
    expect(page.locator(f"{CHART} canvas").first).to_be_visible()
    expect(page.locator(f"{CHART} svg circle")).to_have_count(1)  # the chosen place
    quiet(page)
    expect(page).to_have_url(re.compile("z="))
    page.locator(CHART).scroll_into_view_if_needed()
    return page


def turn(page) -> str:
    """Drag over the chart; returns the camera that comes of it."""
    box = page.locator(CHART).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = page.evaluate(CAMERA)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 25, y + 5, steps=5)
    page.mouse.up()
    page.wait_for_function(f"before => ({CAMERA})() !== before", arg=before)
    return at_rest(page)


def at_rest(page) -> str:
    """Wait until the camera glides no more; returns it."""
    seen = None
    while seen != (seen := page.evaluate(CAMERA)):
        page.evaluate("() => new Promise(done => setTimeout(() => requestAnimationFrame(done), 200))")
    return seen


def hover_a_point(page) -> tuple[float, float]:
    """Move the mouse until Plotly says that it is over a point; returns where Plotly sees that point."""
    page.evaluate(
        f"""() => {{
            const plot = document.querySelector('{CHART}');
            plot.on('plotly_hover', event => {{
                const {{ bbox }} = event.points[0];
                const box = plot.getBoundingClientRect();
                window.hovered = [box.left + (bbox.x0 + bbox.x1) / 2, box.top + (bbox.y0 + bbox.y1) / 2];
            }});
        }}"""
    )
    box = page.locator(CHART).bounding_box()
    for step in range(60):
        page.mouse.move(box["x"] + box["width"] / 2 - 60 + 2 * step, box["y"] + box["height"] / 2 - 20 + step)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        if page.evaluate("() => window.hovered ?? null") is not None:
            return tuple(page.evaluate("() => window.hovered"))
    raise AssertionError("No point lies under the way of the mouse.")


def test_a_click_on_a_point_decodes_and_keeps_it_where_one_looks_from(space):
    page = space
    before = source(page, "decoded")
    address = page.url
    turned = turn(page)
    assert page.url == address  # turning keeps nothing
    x, y = hover_a_point(page)
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    expect_another(page, "decoded", before)
    expect(page).not_to_have_url(address)
    expect(page.locator(".st-key-kept_tray .items li")).to_have_count(1)
    quiet(page)
    assert json.loads(page.evaluate(CAMERA)) == json.loads(turned)
    page.wait_for_function(  # the mark comes to lie where Plotly has drawn the point
        """([chart, x, y]) => {
            const marks = [...document.querySelectorAll(`${chart} svg[role=img] > circle`)];
            const box = marks.at(-1).getBoundingClientRect();
            return Math.abs(box.x + box.width / 2 - x) < 12 && Math.abs(box.y + box.height / 2 - y) < 12;
        }""",
        arg=[CHART, x, y],
    )


def test_the_arrow_keys_turn_it_and_the_marks_turn_with_it(space):
    page = space
    page.locator(CHART).focus()
    mark = page.locator(f"{CHART} svg[role=img] > circle").last
    before = mark.bounding_box()
    camera = page.evaluate(CAMERA)
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(f"before => ({CAMERA})() !== before", arg=camera)
    page.wait_for_function(  # the marks follow once the space has been drawn anew
        """([chart, {x, y}]) => {  // another circle after each drawing: the one that is there now
            const after = [...document.querySelectorAll(`${chart} svg[role=img] > circle`)].at(-1);
            const {x: across, y: down} = after.getBoundingClientRect();
            return Math.abs(across - x) + Math.abs(down - y) > 3;
        }""",
        arg=[CHART, before],
    )


def test_without_webgl_it_says_so_and_the_plane_is_there(browser, chromium, server):
    plain = browser.browser_type.launch(executable_path=chromium, args=[*FLAGS, "--disable-3d-apis"])
    page = plain.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{server.url}/latent?model={NAME}")
    expect(page.locator(CHART).get_by_text("This browser has no WebGL")).to_be_visible()
    expect(page.locator(f"{CHART} .no-webgl").first).not_to_be_visible()
    page.locator(".st-key-map_kind").get_by_text("PCA").click()
    expect(page.locator(".st-key-latent_map .plain-points")).to_be_visible()
    plain.close()
