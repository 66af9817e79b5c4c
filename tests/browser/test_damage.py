"""A digit damaged with the mouse, and the parts below the pipeline that are drawn when they are opened."""

from playwright.sync_api import Page, expect

from tests.browser.looking import choose, expect_another, quiet, source

PAD = ".st-key-hand_pad canvas"


def open_pad(page: Page, server) -> str:
    """What the network makes of the digit before anything is damaged; the noise's card is drawn before that."""
    page.goto(f"{server.url}/denoise")
    source(page, "denoised")
    quiet(page)
    noisy = source(page, "denoised")
    choose(page, "noise_kind", "Damage it yourself")
    expect(page.locator(PAD).first).to_be_visible()
    expect(page.locator(".st-key-noise_card")).to_contain_text("no error")
    return expect_another(page, "denoised", noisy)


def scribble(page: Page) -> None:
    box = page.locator(PAD).first.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 180, steps=6)
    page.mouse.up()


def test_a_scribble_is_denoised_kept_and_taken_back(page, server):
    whole = open_pad(page, server)
    scribble(page)
    expect(page.locator(".st-key-noise_card")).to_contain_text(" dB")
    damaged = expect_another(page, "denoised", whole)
    quiet(page)
    choose(page, "noise_kind", "Blur")
    blurred = expect_another(page, "denoised", damaged)
    quiet(page)
    choose(page, "noise_kind", "Damage it yourself")
    expect_another(page, "denoised", blurred)
    expect(page.locator(".st-key-noise_card")).to_contain_text(" dB")
    page.locator(".st-key-hand_pad [data-tool=clear]").click()
    expect(page.locator(".st-key-noise_card")).to_contain_text("no error")
    expect(page.locator(".st-key-denoised img").first).to_have_attribute("src", whole)


def test_the_curves_and_the_rounds_open_in_their_tabs_and_a_round_is_picked(page, server):
    page.goto(f"{server.url}/denoise?model=denoising-mnist")
    source(page, "denoised")
    quiet(page)
    page.get_by_role("tab", name="Over the test set").click()
    expect(page.locator(".st-key-denoising_curves .main-svg").first).to_be_visible()
    page.get_by_role("tab", name="Again and again").click()
    expect(page.locator(".st-key-rounds_strip button")).to_have_count(13)
    page.locator(".st-key-rounds_strip button").nth(1).click()
    expect(page.locator(".st-key-again_and_again_card")).to_contain_text("after 1 round:")
