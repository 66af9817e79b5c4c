"""One drawing and every model: the table is sorted in the browser, and a click on a name is for all pages."""

import re

from playwright.sync_api import Page, expect

from tests.browser.looking import quiet, source

TABLE = ".st-key-model_table table"
ROWS = f"{TABLE} tbody tr"


def shown(page: Page, head: str) -> list[float]:
    """The numbers of a column, from the top down; what is not known is left out."""
    cells = page.locator(f"{ROWS} td[data-head='{head}'] > span").all_inner_texts()
    return [float(cell.replace(",", "")) for cell in cells if cell != "–"]


def names(page: Page) -> list[str]:
    return page.locator(f"{ROWS} th > :not([hidden]):not(.remark)").all_inner_texts()


def test_the_table_sorts_at_once_stays_sorted_and_picks_the_model_of_all_pages(page, server):
    page.goto(f"{server.url}/compare")
    page.locator(".st-key-digit_source").get_by_text("Sample").click()
    source(page, "input_image")
    expect(page.locator(ROWS).nth(9)).to_be_visible()
    expect(page.get_by_text("is being loaded")).to_have_count(0)
    quiet(page)
    head = page.get_by_role("columnheader", name="PSNR")
    expect(head).to_have_attribute("aria-sort", "descending")  # the best one first, to begin with
    best_first, order = shown(page, "PSNR, dB"), names(page)
    assert best_first == sorted(best_first, reverse=True)
    assert len(set(best_first)) > 5
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert shown(page, "PSNR, dB") == sorted(best_first)
    assert names(page) != order

    bits = page.get_by_role("columnheader", name="Bits", exact=True)
    bits.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(bits).to_have_attribute("aria-sort", "ascending")
    expect(head).to_have_attribute("aria-sort", "none")
    assert shown(page, "Bits") == sorted(shown(page, "Bits"))

    before = source(page, "input_image")
    page.locator(".st-key-sample_class button").nth(1).click()
    expect(page.locator(".st-key-input_image img").first).not_to_have_attribute("src", before)
    quiet(page)
    expect(bits).to_have_attribute("aria-sort", "ascending")
    assert shown(page, "Bits") == sorted(shown(page, "Bits"))
    assert shown(page, "PSNR, dB") != best_first

    page.get_by_role("button", name="dense-mnist-2d", exact=True).click()
    expect(page).to_have_url(re.compile("model=dense-mnist-2d"))
    expect(page.locator(f"{ROWS}.picked th button")).to_have_text("dense-mnist-2d")
    expect(page.locator(".st-key-model_picker [role=combobox]")).to_have_value("dense-mnist-2d")
    expect(bits).to_have_attribute("aria-sort", "ascending")
