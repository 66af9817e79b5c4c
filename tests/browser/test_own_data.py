"""A data set that is drawn on the page Train: stroke by stroke into the tray, and what is made of it."""

from playwright.sync_api import Page, expect

CARD = ".st-key-own_card"


def draw(page: Page, *places: tuple[int, int]) -> None:
    """One stroke on the pad through these places of it."""
    box = page.locator(".st-key-own_pad canvas").first.bounding_box()
    (x, y), *others = [(box["x"] + across, box["y"] + down) for across, down in places]
    page.mouse.move(x, y)
    page.mouse.down()
    for x, y in others:
        page.mouse.move(x, y, steps=5)
    page.mouse.up()


def test_drawings_go_into_the_tray_are_multiplied_and_taken_out_by_a_click(page, server):
    page.goto(f"{server.url}/train?data=own")
    page.locator(CARD).get_by_text("Draw", exact=True).click()
    expect(page.locator(".st-key-own_pad canvas").first).to_be_visible()
    label = page.locator(".st-key-own_label input")
    label.fill("vee")
    label.press("Enter")
    tray = page.locator(".st-key-own_tray img")
    undo = page.locator(".st-key-own_pad [data-tool=undo]")
    for number in (1, 2):
        draw(page, (60, 50), (125, 200), (190, 50 + 10 * number))
        expect(undo).to_be_enabled()
        page.locator(".st-key-own_add button").click()
        expect(tray).to_have_count(number)
        expect(undo).to_be_disabled()  # the pad is empty again
    expect(page.locator(CARD)).to_contain_text("2 drawings × 50 = 100 images")
    tray.first.click()
    expect(tray).to_have_count(1)
    page.locator(".st-key-own_undo button").click()
    expect(tray).to_have_count(2)
