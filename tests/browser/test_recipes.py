"""The sections of the published recipes in a browser: clouds that turn together, and a run of R0 that is logged."""

import os

import pytest
from playwright.sync_api import Page, expect

from tests.browser import looking

CAMERA = """key => {
  const scene = document.querySelector(`.st-key-${key} .js-plotly-plot`)?._fullLayout?.scene?._scene;
  if (!scene?.glplot) return null;
  const { eye } = scene.getCamera();
  return [eye.x, eye.y, eye.z].map((value) => value.toFixed(2)).join();
}"""
TOGETHER = f"""before => {{
  const camera = {CAMERA};
  const [one, other] = ["points_before", "points_after"].map(camera);
  return one !== null && one === other && one !== before;
}}"""


def open_recipe(page: Page, server, query: str) -> None:
    page.goto(f"{server.url}/train?{query}")
    expect(page.locator(".st-key-recipe_card")).to_be_visible()
    looking.quiet(page)


def turned(page: Page, before: str | None) -> str:
    """Wait until both clouds are seen from another place than `before`, the same for both; returns it."""
    page.wait_for_function(TOGETHER, arg=before)
    return page.evaluate(CAMERA, "points_after")


def test_two_clouds_have_one_camera_by_mouse_and_keyboard_also_after_they_are_drawn_anew(page, server):
    open_recipe(page, server, "recipe=three-to-two")
    if page.locator(".no-webgl").count():
        expect(page.get_by_text("This browser has no WebGL").first).to_be_visible()
        return
    first = turned(page, None)
    chart = page.locator(".st-key-points_before .js-plotly-plot")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1], steps=10)
    page.mouse.up()
    dragged = turned(page, first)
    page.locator(".st-key-points_after .js-plotly-plot").focus()
    page.keyboard.press("ArrowLeft")
    by_key = turned(page, dragged)
    page.locator(".st-key-point_colour").get_by_text("Error", exact=True).click()
    looking.quiet(page)
    page.wait_for_function(
        f"wanted => ['points_before', 'points_after'].every((key) => ({CAMERA})(key) === wanted)", arg=by_key
    )


@pytest.mark.long
def test_a_run_of_r0_shows_its_steps_and_the_command_for_tensorboard(page, server):
    open_recipe(page, server, "recipe=subclassed-dense&set=epochs=60;limit=600&data=digits")
    page.locator(".st-key-train_start button").click()
    expect(page.locator(".st-key-recipe_steps")).to_be_visible()
    page.get_by_role("button", name="Open in TensorBoard").click()
    command = page.locator("[data-testid=stCode]", has_text="--logdir")
    expect(command).to_be_visible()
    page.locator(".st-key-keep_card").wait_for()
    expect(command).to_be_visible()  # what is drawn anew when a training has ended closes nothing
    folder = command.inner_text().split("--logdir ")[1].strip().strip("'")
    assert {"train", "validation", "steps"} <= set(os.listdir(folder))
    expect(page.locator(".st-key-recipe_card table")).to_be_visible()
