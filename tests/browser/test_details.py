"""Below the pipeline of Reconstruct: the code edited by hand, and the layers looked at one tile at a time."""

from playwright.sync_api import Page, expect

from tests.browser.looking import quiet, source

EDITOR = ".st-key-code_editor"
WORDS = f"{EDITOR} .results .words"
DRAWN = f"{EDITOR} .pictures .new img"


def open_detail(page: Page, server, model: str, detail: str) -> None:
    page.goto(f"{server.url}/reconstruct?model={model}")
    source(page, "reconstruction")
    quiet(page)
    page.locator(".st-key-detail").get_by_text(detail, exact=True).click()


def test_a_dragged_number_is_followed_by_the_image_and_taken_back(page, server):
    open_detail(page, server, "dense-mnist", "Edit the code")
    expect(page.locator(WORDS)).to_contain_text("Nothing is changed")
    drawn = page.locator(DRAWN)
    home = drawn.get_attribute("src")
    unit = page.locator(f"{EDITOR} .unit").nth(3)
    unit.scroll_into_view_if_needed()
    box = unit.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - box["height"] * 0.4, steps=8)
    expect(drawn).not_to_have_attribute("src", home)  # the button is still down
    expect(page.locator(WORDS)).to_contain_text("1 of 32 numbers changed")
    page.mouse.up()
    page.locator(f"{EDITOR} .unit").nth(5).focus()
    page.keyboard.press("Delete")
    expect(page.locator(WORDS)).to_contain_text("2 of 32 numbers changed")
    page.keyboard.press("Enter")
    expect(page.locator(WORDS)).to_contain_text("1 of 32 numbers changed")
    page.get_by_role("button", name="Back to the encoder's code").click()
    expect(page.locator(WORDS)).to_contain_text("Nothing is changed")
    expect(drawn).to_have_attribute("src", home)


def test_a_double_click_takes_a_number_out_of_the_code_and_puts_it_back(page, server):
    open_detail(page, server, "conv-mnist", "Edit the code")
    expect(page.locator(WORDS)).to_contain_text("Nothing is changed")
    second = page.locator(f"{EDITOR} .unit").nth(1)
    second.dblclick()
    expect(page.locator(WORDS)).to_contain_text("1 of 32 numbers changed")
    expect(page.locator(f"{EDITOR} .unit.off")).to_have_count(1)
    second.dblclick()
    expect(page.locator(WORDS)).to_contain_text("Nothing is changed")
    expect(page.locator(f"{EDITOR} .unit.off")).to_have_count(0)


def test_a_tile_is_drawn_large_and_held_without_the_server(page, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    open_detail(page, server, "conv-mnist", "Inside the network")
    words = page.locator(".st-key-layer_tiles .lens .words")
    expect(words).not_to_be_empty()
    quiet(page)
    sent.clear()
    before = words.inner_text()
    frame = page.locator(".st-key-layer_tiles .frame").nth(2)
    frame.scroll_into_view_if_needed()
    frame.click(position={"x": 8, "y": 8})
    expect(words).not_to_have_text(before)
    held = words.inner_text()
    box = frame.bounding_box()
    page.mouse.move(box["x"] + box["width"] - 8, box["y"] + 8)
    page.mouse.move(5, 5)
    expect(words).to_have_text(held)
    frame.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    expect(words).not_to_have_text(held)
    assert sent == []
