"""The pad under a mouse and under keys, pictures that are pasted and dropped, and the row of the last digits."""

import base64
import io
import re

from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.looking import draw_seven, expect_another, quiet, source

PAD = ".st-key-digit_canvas"
STRIP = ".st-key-input_strip img"


def open_pad(page: Page, server, address: str = "reconstruct") -> None:
    page.goto(f"{server.url}/{address}")
    expect(page.locator(f"{PAD} canvas").first).to_be_visible()
    source(page, "input_image")
    quiet(page)


def ink_on(page: Page) -> int:
    """Pixels of the pad that are not black."""
    return page.locator(f"{PAD} canvas").first.evaluate(
        """canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
            .filter((value, place) => place % 4 === 0 && value > 127).length"""
    )


def a_one() -> bytes:
    picture = Image.new("L", (300, 400), 255)
    ImageDraw.Draw(picture).line([(150, 60), (140, 340)], fill=0, width=24)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def give(page: Page, kind: str, target: str) -> None:
    """A file comes by the event `kind`, as the browser makes it when one pastes or drops."""
    page.locator(target).first.evaluate(
        """(element, [kind, text]) => {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            const carried = new DataTransfer();
            carried.items.add(new File([bytes], 'one.png', { type: 'image/png' }));
            const options = { bubbles: true, cancelable: true, composed: true };
            element.dispatchEvent(kind === 'paste'
                ? new ClipboardEvent(kind, { ...options, clipboardData: carried })
                : new DragEvent(kind, { ...options, dataTransfer: carried }));
        }""",
        [kind, base64.b64encode(a_one()).decode()],
    )


def test_the_reconstruction_follows_while_the_stroke_still_grows(page, server):
    open_pad(page, server)
    seen, drawn = source(page, "input_image"), source(page, "reconstruction")
    box = page.locator(f"{PAD} canvas").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 40
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 10, y + 150, steps=10)
    seen = expect_another(page, "input_image", seen)  # the button is still down
    expect_another(page, "reconstruction", drawn)
    page.mouse.move(x + 60, y + 150, steps=10)
    expect_another(page, "input_image", seen)
    page.mouse.up()
    expect(page.locator(STRIP)).to_have_count(1)


def test_strokes_are_taken_back_erased_and_cleared(page, server):
    open_pad(page, server)
    sample = source(page, "input_image")
    draw_seven(page)
    expect_another(page, "input_image", sample)
    whole = ink_on(page)
    assert whole > 1000
    page.get_by_role("button", name="Eraser").click()
    draw_seven(page)
    assert ink_on(page) == 0
    page.get_by_role("button", name="Undo").click()
    assert ink_on(page) == whole
    page.get_by_role("button", name="Clear").click()
    assert ink_on(page) == 0
    expect(page.locator(".st-key-input_image img").first).to_have_attribute("src", sample)
    page.get_by_role("button", name="Undo").click()
    assert ink_on(page) == whole


def test_a_digit_is_drawn_with_the_keys_alone(page, server):
    open_pad(page, server)
    seen = source(page, "input_image")
    page.locator(f"{PAD} canvas").first.focus()
    for key in ("ArrowUp",) * 12:
        page.keyboard.press(key)
    page.keyboard.press("Space")
    for key in ("Shift+ArrowDown",) * 8:
        page.keyboard.press(key)
    page.keyboard.press("Space")
    assert ink_on(page) > 500
    expect_another(page, "input_image", seen)
    expect(page.locator(STRIP)).to_have_count(1)


def test_the_drawing_is_there_again_on_another_page_and_after_it(page, server):
    open_pad(page, server)
    draw_seven(page)
    expect(page.locator(STRIP)).to_have_count(1)
    quiet(page)
    drawn = ink_on(page)
    page.get_by_role("link", name="Denoise").click()
    expect(page.get_by_role("heading", name="Denoise", exact=True)).to_be_visible()
    expect(page.locator(f"{PAD} canvas").first).to_be_visible()
    quiet(page)
    assert ink_on(page) == drawn
    expect(page.locator(STRIP)).to_have_count(1)


def test_an_earlier_digit_comes_back_by_a_click(page, server):
    open_pad(page, server)
    sample = source(page, "input_image")
    draw_seven(page)
    expect(page.locator(STRIP)).to_have_count(1)
    seven = expect_another(page, "input_image", sample)
    drawn = ink_on(page)
    page.locator(".st-key-digit_source").get_by_text("Sample").click()
    page.get_by_role("button", name="Random").click()
    expect(page.locator(STRIP)).to_have_count(2)
    expect_another(page, "input_image", seven)
    page.locator(".st-key-input_strip button").last.click()
    expect(page.locator(f"{PAD} canvas").first).to_be_visible()
    expect_another(page, "input_image", sample)
    quiet(page)
    assert ink_on(page) == drawn


def test_a_pasted_and_a_dropped_picture_are_read(page, server):
    for kind, target in (("paste", "body"), ("drop", ".st-key-digit_card")):
        open_pad(page, server)
        seen = source(page, "input_image")
        give(page, kind, target)
        expect_another(page, "input_image", seen)
        expect(page.locator(".st-key-digit_card").get_by_text("uploaded")).to_be_visible()


def test_a_finger_draws_without_scrolling_the_page(browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_pad(page, server)
    canvas = page.locator(f"{PAD} canvas").first
    assert canvas.evaluate("canvas => getComputedStyle(canvas).touchAction") == "none"
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    touch = context.new_cdp_session(page)

    def finger(kind: str, *at: float) -> None:
        points = [{"x": box["x"] + at[0], "y": box["y"] + at[1]}] if at else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    before = page.evaluate(scrolled)
    finger("touchStart", 120, 40)
    for step in range(1, 11):
        finger("touchMove", 120, 40 + 16 * step)
    finger("touchEnd")
    expect(page.locator(STRIP)).to_have_count(1)
    assert ink_on(page) > 500
    assert page.evaluate(scrolled) == before
    expect(page.get_by_text(re.compile("drawn")).first).to_be_visible()
    context.close()


def test_the_address_that_follows_a_stroke_answers_its_own_session_and_nothing_else(page, server):
    asked = []
    page.on("request", lambda request: asked.append(request) if "/live/" in request.url else None)
    open_pad(page, server)
    draw_seven(page)
    expect(page.locator(STRIP)).to_have_count(1)
    address, body = asked[-1].url, asked[-1].post_data
    again = page.request.post(address, data=body)
    assert again.json()["images"]["input_image"] == source(page, "input_image")
    assert page.request.post(address[:-1], data=body).json() == {}  # nobody has this token
    assert page.request.post(address, data="junk").json() == {}
    assert page.request.post(address, data="x" * 3_000_000).status == 413
