"""Generate in Chromium: the grid answers a click and the arrow keys, and the seed is in the address."""

import re

from playwright.sync_api import expect


def open_grid(page, server):
    page.goto(f"{server.url}/generate")
    cells = page.locator(".st-key-samples_card button[aria-pressed]")
    expect(cells).to_have_count(60)
    return cells


def test_a_click_on_a_sample_looks_for_its_like(page, server):
    cells = open_grid(page, server)
    expect(cells.nth(0)).to_have_attribute("aria-pressed", "true")
    cells.nth(13).click()
    expect(cells.nth(13)).to_have_attribute("aria-pressed", "true")
    expect(cells.nth(0)).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".st-key-copy_card img[alt^='Sample 14.']")).to_be_visible()


def test_arrow_keys_move_through_the_grid_and_enter_picks(page, server):
    cells = open_grid(page, server)
    cells.nth(0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(cells.nth(11)).to_be_focused()
    page.keyboard.press("Enter")
    expect(cells.nth(11)).to_have_attribute("aria-pressed", "true")


def test_new_samples_have_their_seed_in_the_address(page, server):
    cells = open_grid(page, server)
    expect(page).to_have_url(re.compile("seed=0"))
    page.get_by_role("button", name="New samples").click()
    expect(page).to_have_url(re.compile("seed=1"))
    expect(cells).to_have_count(60)


def test_the_grid_fits_a_phone(page, server):
    page.set_viewport_size({"width": 390, "height": 844})
    cells = open_grid(page, server)
    last = cells.nth(9).bounding_box()
    assert last is not None
    assert last["x"] + last["width"] <= 390
    assert last["width"] == 32  # 28 pixels of the image and its border
