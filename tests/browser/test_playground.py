"""What a visitor does with hand and eye: draw, upload, add noise, click the map, train, stop, save."""

import io
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect
from sklearn.decomposition import PCA

from aemodels import preview
from aemodels.data import datasets
from aemodels.latent import neighbours
from aemodels.store import models
from tests.browser.conftest import PATIENCE

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


def a_seven(ground: str = "white", ink: str = "black") -> bytes:
    picture = Image.new("RGB", (300, 400), ground)
    ImageDraw.Draw(picture).line([(70, 80), (220, 80), (130, 330)], fill=ink, width=22, joint="curve")
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG")
    return buffer.getvalue()


def test_home_is_alive_at_once_and_shows_another_digit(page, server):
    page.goto(server.url)
    expect(page.get_by_role("heading", name="What does a network keep of a digit?")).to_be_visible()
    expect(page.locator(".st-key-latent_map .nsewdrag").first).to_be_visible()
    first, drawn = source(page, "input_image"), source(page, "reconstruction")
    assert first.startswith("data:image/png")
    page.get_by_role("button", name="Another digit").click()
    expect_another(page, "input_image", first)
    expect_another(page, "reconstruction", drawn)


def test_homes_figures_are_those_of_the_digit_that_is_shown(page, server):
    page.goto(server.url)
    card = page.locator(".st-key-output_card")
    expect(card.get_by_text("by PCA")).to_be_visible()
    title = page.locator(".st-key-input_card p").first.inner_text()
    data = next(datasets.load(record.name) for record in datasets.DATASETS.values() if record.title in title)
    train, test = data.train.x.reshape(len(data.train), -1), data.test.x[:60].reshape(60, -1)
    oracle = PCA(2, svd_solver="full").fit(train)
    errors = ((oracle.inverse_transform(oracle.transform(test)).clip(0, 1) - test) ** 2).mean(axis=1)
    model = preview.load("vae-mnist-2d")
    own = ((model.reconstruct(data.test.x[:50]) - data.test.x[:50]) ** 2).mean(axis=(1, 2, 3))
    first = int(
        np.flatnonzero(own <= np.median(own))[0]
    )  # the first digit is one that is drawn as well as most
    assert (
        len({f"{error:.2f}" for error in errors[first : first + 4]}) > 1
    )  # otherwise an old figure passes for new
    for index in range(first, first + 4):
        figure = card.locator("[data-testid=stMetric]").filter(has_text="by PCA")
        expect(figure.locator("[data-testid=stMetricValue]")).to_have_text(
            re.compile("|".join(re.escape(f"{errors[index] + slack:.3f}") for slack in (-0.001, 0.0, 0.001)))
        )
        shown = source(page, "input_image")
        page.get_by_role("button", name="Another digit").click()
        expect_another(page, "input_image", shown)


@pytest.mark.parametrize("address", ["", "reconstruct", "denoise", "latent", "train"])
def test_every_page_opens_by_its_address_and_fits_a_phone(page, server, address):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/{address}")
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    quiet(page)
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390, "the page is wider than a phone"


def test_a_digit_drawn_with_the_mouse_is_reconstructed(page, server):
    page.goto(f"{server.url}/reconstruct")
    seen, drawn = source(page, "input_image"), source(page, "reconstruction")
    quiet(page)
    canvas = page.locator(".st-key-digit_canvas canvas").last
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    points = [(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=12)
    page.mouse.up()
    expect_another(page, "input_image", seen)
    drawn = expect_another(page, "reconstruction", drawn)
    # The drawing stays when the model changes, and another model draws it differently.
    seen = source(page, "input_image")
    choose(page, "model_picker", "dense-mnist")
    expect(page).to_have_url(re.compile(r"model=dense-mnist"))
    expect_another(page, "reconstruction", drawn)
    assert source(page, "input_image") == seen


def test_an_uploaded_photo_is_reconstructed_and_a_bad_file_is_a_sentence(page, server):
    page.goto(f"{server.url}/reconstruct")
    seen = source(page, "input_image")
    quiet(page)
    page.locator(".st-key-digit_source").get_by_text("Upload").click()
    upload = page.locator(".st-key-digit_upload input[type=file]")
    upload.wait_for(state="attached")
    upload.set_input_files({"name": "seven.jpg", "mimeType": "image/jpeg", "buffer": a_seven()})
    seen = expect_another(page, "input_image", seen)
    upload.set_input_files({"name": "fake.png", "mimeType": "image/png", "buffer": b"%PDF-1.4 not a picture"})
    expect(page.get_by_text(re.compile("PNG, JPEG")).last).to_be_visible()
    assert source(page, "input_image") == seen


def test_the_noise_slider_changes_the_noisy_and_the_denoised_image(page, server):
    page.goto(f"{server.url}/denoise")
    noisy, clean = source(page, "noisy_image"), source(page, "denoised")
    quiet(page)
    page.locator(".st-key-noise_level").get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    noisy = expect_another(page, "noisy_image", noisy)
    expect_another(page, "denoised", clean)
    choose(page, "noise_kind", "Salt and pepper")
    expect_another(page, "noisy_image", noisy)


def test_a_click_on_a_point_of_the_map_decodes_it(page, server):
    page.goto(f"{server.url}/latent")
    before = source(page, "decoded")
    quiet(page)
    # The place of a real point, by the chart's own axes.
    place = page.evaluate(
        """() => {
            const chart = document.querySelector('.st-key-latent_map .js-plotly-plot');
            const area = chart.querySelector('.nsewdrag').getBoundingClientRect();
            const {xaxis, yaxis} = chart._fullLayout;
            const trace = chart._fullData[3];
            return [area.left + xaxis.d2p(trace.x[5]), area.top + yaxis.d2p(trace.y[5]), trace.x[5], trace.y[5]];
        }"""
    )
    page.mouse.move(place[0], place[1])
    page.mouse.click(place[0], place[1])
    before = expect_another(page, "decoded", before)
    expect(page).to_have_url(re.compile(r"[?&]z="))
    x, y = (float(part) for part in re.search(r"z=([-0-9.e]+)(?:,|%2C)([-0-9.e]+)", page.url).groups())
    assert abs(x - place[2]) < 0.2
    assert abs(y - place[3]) < 0.2
    # Beside every point a click decodes, too.
    page.mouse.click(place[0] + 60, place[1] - 60)
    before = expect_another(page, "decoded", before)
    page.locator(".st-key-z1").get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    expect_another(page, "decoded", before)


def test_the_density_is_that_of_the_place_that_was_clicked(page, server):
    page.goto(f"{server.url}/latent")
    figure = page.locator("[data-testid=stMetric]").filter(has_text="density")
    codes = models.codes("vae-mnist-2d").z
    crowding = neighbours.crowding(codes)
    area = page.locator(".st-key-latent_map .nsewdrag").first.bounding_box()
    shown = set()
    for x, y in ((0.5, 0.5), (0.4, 0.6), (0.62, 0.45)):
        expect(figure).to_be_visible()
        quiet(page)
        before = page.url
        page.mouse.click(area["x"] + x * area["width"], area["y"] + y * area["height"])
        expect(page).not_to_have_url(before)
        z = np.asarray(
            [[float(part) for part in parse_qs(urlsplit(page.url).query)["z"][0].split(",")]], np.float32
        )
        at = np.abs(codes - z).max(axis=1)
        exclude = int(at.argmin()) if at.min() < 1e-3 else None
        share = neighbours.density_percentile(codes, z, crowding, exclude=exclude)
        # The address has three decimals of what may be a test image's exact code: a per cent of slack.
        near = "|".join(f"{share + slack:.0f}" for slack in (-1, 0, 1))
        expect(figure.locator("[data-testid=stMetricValue]")).to_have_text(re.compile(f"^({near}) %$"))
        shown.add(f"{share:.0f}")
    assert len(shown) == 3  # otherwise an old figure could pass for a new one


def test_hovering_over_the_map_shows_a_picture_without_the_server(page, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{server.url}/latent")
    source(page, "decoded")
    quiet(page)
    assert sent  # the page's own start: what is sent is seen here
    sent.clear()
    area = page.locator(".st-key-latent_map .nsewdrag").first.bounding_box()
    page.mouse.move(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2, steps=5)
    preview = page.locator(".st-key-hover_preview canvas").first
    expect(preview).to_be_visible()
    assert sent == []


@pytest.mark.parametrize(
    ("address", "sentence"),
    [("reconstruct?model=<script>alert(1)</script>", "There is no model"), ("latent?z=nan,1e300", "z")],
)
def test_a_hostile_address_is_answered_with_a_sentence(page, server, address, sentence):
    page.goto(f"{server.url}/{address}")
    expect(page.locator("[data-testid=stAlert]").filter(has_text=sentence).first).to_be_visible()


def _prepare_training(page: Page, server, epochs: int) -> None:
    page.goto(f"{server.url}/train")
    expect(page.locator(".st-key-train_loss").first).to_be_visible()
    choose(page, "dataset_picker", "Bundled digits")
    expect(page.get_by_text("They come with scikit-learn").first).to_be_visible()
    field = page.locator(".st-key-set_default_epochs input")
    field.fill(str(epochs))
    field.press("Enter")
    quiet(page)
    page.locator(".st-key-train_start button").click()


def _save_as(page: Page, name: str) -> None:
    field = page.locator(".st-key-save_name input")
    field.fill(name)
    field.press("Enter")
    quiet(page)
    page.locator(".st-key-train_save button").click()
    expect(page.get_by_text("Saved as").first).to_be_visible()


def test_a_training_runs_to_its_end_and_its_model_is_in_the_picker(page, server):
    _prepare_training(page, server, 3)
    expect(page.locator(".st-key-training_card").get_by_text("done", exact=True)).to_be_visible()
    expect(page.locator(".st-key-train_digits img")).to_have_count(20)
    _save_as(page, "trained-here")
    choose(page, "model_picker", "trained-here")
    expect(page).to_have_url(re.compile("model=trained-here"))
    expect(page.locator(".st-key-saved_models").get_by_text("trained-here")).to_be_visible()
    page.goto(f"{server.url}/latent?model=trained-here")
    assert source(page, "decoded").startswith("data:image/png")


def test_a_training_that_is_stopped_keeps_what_there_is(page, server):
    _prepare_training(page, server, 1000)
    expect(page.locator(".st-key-train_digits img").first).to_be_visible()
    page.locator(".st-key-train_stop button").click()
    expect(page.locator(".st-key-training_card").get_by_text("stopped", exact=True)).to_be_visible()
    _save_as(page, "stopped-here")
    expect(page.locator(".st-key-saved_models").get_by_text("stopped-here")).to_be_visible(timeout=PATIENCE)


def test_a_name_that_could_leave_the_store_is_refused_and_nothing_is_lost(page, server):
    _prepare_training(page, server, 1)
    expect(page.locator(".st-key-training_card").get_by_text("done", exact=True)).to_be_visible()
    field = page.locator(".st-key-save_name input")
    field.fill("../../etc/x")
    field.press("Enter")
    quiet(page)
    page.locator(".st-key-train_save button").click()
    expect(page.get_by_text("cannot be a model's name")).to_be_visible()
    _save_as(page, "after-all")
