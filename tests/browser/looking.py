"""How a browser test looks at a page and waits for it: by the stable addresses, never by the clock."""

from playwright.sync_api import Page, expect

IMAGE = ".st-key-{} img"


def source(page: Page, key: str) -> str:
    """The picture that the element `key` shows, as the browser has it."""
    image = page.locator(IMAGE.format(key)).first
    expect(image).to_be_visible()
    return image.get_attribute("src") or ""


def expect_another(page: Page, key: str, before: str) -> str:
    """Wait until the element `key` shows another picture than `before`; returns it."""
    image = page.locator(IMAGE.format(key)).first
    expect(image).not_to_have_attribute("src", before)
    return image.get_attribute("src") or ""


def quiet(page: Page) -> None:
    """Wait until no script run is under way."""
    expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0)
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0)


def choose(page: Page, key: str, option: str) -> None:
    """Pick `option` in the selectbox `key`."""
    page.locator(f".st-key-{key} [role=combobox]").first.click()
    page.get_by_role("option", name=option, exact=True).click()


def draw_seven(page: Page) -> None:
    """Draw a 7 on the canvas with the mouse, in one stroke."""
    canvas = page.locator(".st-key-digit_canvas canvas").last
    expect(canvas).to_be_visible()
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    corners = [(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=12)
    page.mouse.up()
