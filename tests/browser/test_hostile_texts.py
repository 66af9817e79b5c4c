"""Scripts, tags and Markdown in every parameter of the address and every field: shown as text, never run.

A script that ran would set `window.canary`; a tag that was taken for one would be an element; Markdown that was
read would be a link, a picture or a heading.
"""

import urllib.parse

import pytest
from playwright.sync_api import expect

from pages.ui import navigation
from tests.browser.looking import quiet

SCRIPT = "<script>canary=1</script><img src=x onerror=canary=1><svg onload=canary=1>"
MARKDOWN = "[go](javascript:canary=1)![](http://canary.invalid/x.png)\n# canary-heading\n| a |\n|---|\n| b |"
TURNED = "\u202ecanary\u2066"
WAYS_OUT = "../../../../etc/passwd"
PARAMETERS = {
    "model": MARKDOWN,  # of which the page repeats the beginning
    "kept": f"0.3,-1.2~{SCRIPT[8:32]}",
    **dict.fromkeys(
        ("z", "seed", "beside", "run", "recipe", "data", "set", "use"), SCRIPT + MARKDOWN + TURNED + WAYS_OUT
    ),
}
"""Every parameter that any page reads."""

RAN = """() => ({
    ran: typeof window.canary !== 'undefined',
    tags: document.querySelectorAll('img[src="x"], svg[onload], a[href^="javascript:"], img[src*="canary"]').length,
    headings: [...document.querySelectorAll('h1, h2, td')].filter(e => /canary|^b$/.test(e.textContent)).length,
    wide: document.documentElement.scrollWidth > innerWidth,
})"""
NOTHING = {"ran": False, "tags": 0, "headings": 0, "wide": False}


CORE = ("", "latent", "train")  # which read most of the parameters


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(record.url_path, marks=() if record.url_path in CORE else pytest.mark.long)
        for record in navigation.PAGES
    ],
)
def test_texts_in_the_address_are_texts(page, server, path):
    page.goto(f"{server.url}/{path}?{urllib.parse.urlencode(PARAMETERS)}")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    quiet(page)
    assert page.evaluate(RAN) == NOTHING


def test_texts_in_the_fields_of_a_training_are_texts(page, server):
    page.goto(f"{server.url}/train?recipe=default&data=digits&set=epochs=1;hidden=16&seed=3")
    quiet(page)
    page.locator(".st-key-train_start button").click()
    name = page.locator(".st-key-save_name input")
    for text in (SCRIPT[:40], MARKDOWN.split("\n")[0][:40], WAYS_OUT, TURNED, "con"):
        name.fill(text)
        name.press("Enter")
        page.locator(".st-key-train_save button").click()
        expect(page.locator(".st-key-keep_card")).to_contain_text("cannot be a model's name")
        quiet(page)
        assert page.evaluate(RAN) == NOTHING
    assert not list((server.home / "models").glob("*con*"))


def test_a_text_that_was_taken_for_html_would_be_seen(browser):
    page = browser.new_page()
    page.set_content(f"<!doctype html><h1>canary</h1>{SCRIPT}<p style='width: 9000px'>wide")
    page.wait_for_function("window.canary === 1")
    assert page.evaluate(RAN) == {"ran": True, "tags": 2, "headings": 1, "wide": True}
    page.close()
