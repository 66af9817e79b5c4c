"""What a visitor does with hand and eye: draw, upload, add noise, click the map, train, stop, save."""

import io
import re

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from aemodels import preview
from aemodels.data import datasets
from aemodels.measure import fitted_pca
from pages.ui.navigation import PAGES
from tests.browser.conftest import PATIENCE
from tests.browser.looking import choose, draw_seven, expect_another, quiet, source


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
    test = data.test.x[:60]
    linear = fitted_pca.read("mnist").truncate(2)  # of the model's data set, whatever the digits shown are of
    errors = ((linear.reconstruct(test) - test) ** 2).mean(axis=(1, 2, 3))
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


@pytest.mark.parametrize("address", [record.url_path for record in PAGES])
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
    draw_seven(page)
    expect_another(page, "input_image", seen)
    expect_another(page, "reconstruction", drawn)
    expect(page.locator(".st-key-input_strip img")).to_have_count(
        1
    )  # the stroke has ended, and all is answered
    quiet(page)
    drawn = source(page, "reconstruction")
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
    machine = page.locator(".st-key-time_machine")
    expect(machine.locator(".row canvas")).to_have_count(3)
    expect(machine.locator(".words")).to_contain_text("epoch 3")
    machine.locator(".slider").focus()
    page.keyboard.press("Home")
    expect(machine.locator(".words")).to_have_text("before training")
    machine.locator(".play").click()
    expect(machine.locator(".words")).to_contain_text("epoch 3")
    _save_as(page, "trained-here")
    choose(page, "model_picker", "trained-here")
    expect(page).to_have_url(re.compile("model=trained-here"))
    expect(page.locator(".st-key-saved_models").get_by_text("trained-here")).to_be_visible()
    page.goto(f"{server.url}/latent?model=trained-here")
    assert source(page, "decoded").startswith("data:image/png")


def test_a_training_that_is_stopped_keeps_what_there_is_and_a_bad_name_loses_nothing(page, server):
    _prepare_training(page, server, 1000)
    expect(page.locator(".st-key-time_machine .words")).to_contain_text("epoch")  # there is something to keep
    page.locator(".st-key-train_stop button").click()
    expect(page.locator(".st-key-training_card").get_by_text("stopped", exact=True)).to_be_visible()
    field = page.locator(".st-key-save_name input")
    field.fill("../../etc/x")
    field.press("Enter")
    quiet(page)
    page.locator(".st-key-train_save button").click()
    expect(page.get_by_text("cannot be a model's name")).to_be_visible()
    _save_as(page, "stopped-here")
    expect(page.locator(".st-key-saved_models").get_by_text("stopped-here")).to_be_visible(timeout=PATIENCE)


def test_a_training_is_paused_found_again_by_its_address_and_goes_on_after_its_end(page, server):
    _prepare_training(page, server, 1000)
    pause = page.locator(".st-key-train_pause button").first
    go_on = page.locator(".st-key-train_resume button").first
    words = page.locator(".st-key-time_machine .words")
    expect(words).to_contain_text("epoch")  # it has begun
    pause.click()
    expect(go_on).to_be_visible()
    expect(page.locator(".st-key-train_progress")).to_contain_text("Paused")
    expect(page).to_have_url(re.compile("run="))
    page.reload()  # another session, as after a lost connection
    go_on.click()
    expect(pause).to_be_visible()
    page.locator(".st-key-train_stop button").click()
    more = page.locator(".st-key-train_more button").first
    expect(more).to_be_visible()
    ended = int(words.inner_text().split()[1])
    more.click()
    expect(words).to_contain_text(f"epoch {ended + 4}")
    expect(more).to_be_visible()


def test_no_message_says_that_the_browser_has_it_already(page, server):
    frames = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)))
    page.goto(server.url)
    for name, only_there in (("Latent space", "decoded"), ("Home", "map_card"), ("Latent space", "decoded")):
        page.get_by_role(
            "link", name=name, exact=True
        ).first.click()  # the same large figures again and again
        expect(page.locator(f".st-key-{only_there}")).to_be_visible()
        expect(page.locator(".st-key-latent_map .nsewdrag").first).to_be_visible()
        quiet(page)
    messages = [ForwardMsg.FromString(frame) for frame in frames if isinstance(frame, bytes)]
    assert sum(message.ByteSize() > 100_000 for message in messages) >= 3
    assert [message for message in messages if message.WhichOneof("type") == "ref_hash"] == []
