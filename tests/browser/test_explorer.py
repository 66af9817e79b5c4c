"""The latent explorer under the mouse: hover, click, keep, undo, walk, switch layers."""

import io
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from aemodels.figures import film, latent_map
from aemodels.latent import neighbours
from aemodels.store import models
from tests.browser.conftest import FLAGS
from tests.browser.looking import draw_seven, expect_another, quiet, source


def click_map(page: Page, x: float, y: float) -> None:
    """Click at a share of the map's width and height, and wait until that place is decoded and kept."""
    expect(page).to_have_url(re.compile("z="))  # the page's own first place is there
    before = page.url
    area = page.locator(".st-key-latent_map .nsewdrag").first.bounding_box()
    page.mouse.click(area["x"] + x * area["width"], area["y"] + y * area["height"])
    page.wait_for_function(
        """before => {
            const query = new URLSearchParams(location.search);
            const kept = (query.get('kept') ?? '').split(';');
            return location.href !== before && kept.at(-1) === query.get('z');
        }""",
        arg=before,
    )
    quiet(page)


def in_address(page: Page, parameter: str) -> list[list[float]]:
    """The codes that the address holds."""
    text = parse_qs(urlsplit(page.url).query)[parameter][0]
    return [[float(number) for number in code.split(",")] for code in text.split(";")]


def test_a_click_on_a_point_of_the_map_decodes_it(page, server):
    page.goto(f"{server.url}/latent")
    before = source(page, "decoded")
    quiet(page)
    expect(page).to_have_url(re.compile("z="))
    address = page.url
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
    expect(page).not_to_have_url(address)
    ((x, y),) = in_address(page, "z")
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
    source(page, "decoded")
    quiet(page)
    figure = page.locator("[data-testid=stMetric]").filter(has_text="density")
    codes = models.codes("vae-mnist-2d").z
    crowding = neighbours.crowding(codes)
    shown = set()
    for place in ((0.5, 0.5), (0.4, 0.6), (0.62, 0.45)):
        click_map(page, *place)
        z = np.asarray(in_address(page, "z"), np.float32)
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


def test_what_is_clicked_is_kept_walked_taken_along_and_undone(page, server):
    page.goto(f"{server.url}/latent")
    source(page, "decoded")
    quiet(page)
    items = page.locator(".st-key-kept_tray .items li")
    expect(items).to_have_count(0)
    for count, place in enumerate(((0.45, 0.3), (0.6, 0.6), (0.4, 0.7)), 1):
        click_map(page, *place)
        expect(items).to_have_count(count)
    expect(page).to_have_url(re.compile(r"kept="))
    kept = in_address(page, "kept")
    assert len(kept) == 3
    expect(page.locator(".st-key-walk_strip img")).to_have_count(16)
    expect(page.locator(".st-key-latent_map svg polyline").last).to_be_attached()
    # It can be taken along, with the coordinates inside.
    page.get_by_role("button", name="Take it along").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="The walk as PNG").click()
    with open(download.value.path(), "rb") as file:
        codes = film.codes_in(file.read())
    np.testing.assert_allclose([codes[0], codes[-1]], [kept[0], kept[2]], atol=1e-3)
    with page.expect_download() as download:
        page.get_by_role("button", name="The walk as GIF").click()
    with open(download.value.path(), "rb") as file, Image.open(io.BytesIO(file.read())) as gif:
        assert gif.is_animated
    page.keyboard.press("Escape")
    # A kept place is decoded again by a click, and keeps its address.
    decoded = source(page, "decoded")
    page.locator(".st-key-kept_tray .go").first.click()
    expect_another(page, "decoded", decoded)
    expect(page.locator(".st-key-kept_tray .go").first).to_have_attribute("aria-current", "true")
    page.locator(".st-key-kept_tray .remove").nth(1).click(force=True)
    expect(items).to_have_count(2)
    for count in (3, 2, 1, 0):
        page.locator(".st-key-kept_tray .undo").click()
        expect(items).to_have_count(count)
    expect(page).not_to_have_url(re.compile(r"kept="))


def test_a_link_brings_the_kept_places_back(page, server):
    page.goto(f"{server.url}/latent?z=1,0.5&kept=1,0.5;-1,-0.5")
    expect(page.locator(".st-key-kept_tray .items li")).to_have_count(2)
    expect(page.locator(".st-key-kept_tray .go").first).to_have_attribute("aria-current", "true")
    expect(page.locator(".st-key-walk_strip img")).to_have_count(16)


def test_a_layer_is_fetched_once_and_then_switched_without_the_server(page, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{server.url}/latent")
    source(page, "decoded")
    quiet(page)
    density = page.locator(".st-key-latent_layers button[data-layer=density]")
    pictures = page.locator(".st-key-latent_map .js-plotly-plot > div > img")
    expect(pictures).to_have_count(0)
    density.click()
    expect(pictures).to_have_count(1)
    quiet(page)
    map_, layer = (
        locator.bounding_box()
        for locator in (page.locator(".st-key-latent_map .nsewdrag").first, pictures.first)
    )
    assert layer["width"] > 0.3 * map_["width"]
    assert abs(layer["width"] - layer["height"]) < 2  # equal axes
    sent.clear()
    density.click()
    expect(pictures).to_have_count(0)
    expect(density).to_have_attribute("aria-pressed", "false")
    density.click()
    expect(pictures).to_have_count(1)
    page.locator(".st-key-latent_layers button[data-layer=prior]").click()
    expect(page.locator(".st-key-latent_map .js-plotly-plot > div > svg polyline")).to_have_count(3)
    points = page.locator(".st-key-latent_map .gl-container canvas").first
    expect(points).to_be_visible()
    page.locator(".st-key-latent_layers button[data-layer=points]").click()
    expect(points).not_to_be_visible()
    assert sent == []


def test_a_lasso_selects_and_its_button_keeps_no_place(page, server):
    page.goto(f"{server.url}/latent")
    source(page, "decoded")
    quiet(page)
    area = page.locator(".st-key-latent_map .nsewdrag").first.bounding_box()
    expect(page).to_have_url(re.compile("z="))
    address = page.url
    page.mouse.move(area["x"] + 200, area["y"] + 200)
    page.locator('.st-key-latent_map .modebar-btn[data-val="lasso"]').click()
    corners = [(0.3, 0.3), (0.6, 0.3), (0.6, 0.6), (0.3, 0.6), (0.3, 0.3)]
    places = [(area["x"] + x * area["width"], area["y"] + y * area["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()
    card = page.locator(".st-key-group_card")
    expect(card.get_by_text(re.compile(r"[1-9][\d,]* test images"))).to_be_visible()
    expect(card.locator("[data-testid=stImage] img")).to_have_count(25)  # the mean and 24 of them
    assert page.url == address
    expect(page.locator(".st-key-kept_tray .items li")).to_have_count(0)
    page.get_by_role("button", name="Decode and keep their middle").click()
    expect(page.locator(".st-key-kept_tray .items li")).to_have_count(1)
    page.get_by_role("button", name="Forget the selection").click()
    expect(card).to_have_count(0)


def test_a_digit_drawn_beside_the_map_has_its_place_on_it(page, server):
    page.goto(f"{server.url}/latent")
    source(page, "decoded")
    quiet(page)
    page.locator(".st-key-own_on_map label").first.click()
    before = source(page, "own_decoded")
    draw_seven(page)
    expect_another(page, "own_decoded", before)
    expect(page.locator(".st-key-latent_map svg ellipse")).to_have_count(2)
    expect(page.locator(".st-key-own_place_card").get_by_text("test images")).to_be_visible()


def test_without_webgl_the_map_has_its_points_and_answers(browser, chromium, server):
    plain = browser.browser_type.launch(executable_path=chromium, args=[*FLAGS, "--disable-3d-apis"])
    page = plain.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{server.url}/latent")
    points = page.locator(".st-key-latent_map .plain-points")
    expect(points).to_be_visible()
    expect(page.locator(".st-key-latent_map .no-webgl").first).not_to_be_visible()
    coloured = points.evaluate(
        """canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
            .reduce((count, value, at) => count + (at % 4 === 3 && value > 0), 0)"""
    )
    assert coloured > 10_000  # pixels: ten thousand points of more than one each, some of them hidden
    source(page, "decoded")
    quiet(page)
    click_map(page, 0.4, 0.6)
    expect(page.locator(".st-key-kept_tray .items li")).to_have_count(1)
    plain.close()


def test_two_maps_are_linked_by_their_test_images(page, server):
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{server.url}/latent?beside=dense-mnist-2d")
    before = [source(page, key) for key in ("decoded", "beside_decoded")]
    quiet(page)
    expect(page).to_have_url(re.compile("z="))
    # The place of a real point on the second map, by the chart's own axes.
    place = page.evaluate(
        """() => {
            const chart = document.querySelector('.st-key-beside_map .js-plotly-plot');
            const area = chart.querySelector('.nsewdrag').getBoundingClientRect();
            const {xaxis, yaxis} = chart._fullLayout;
            const trace = chart._fullData[6];
            return [area.left + xaxis.d2p(trace.x[9]), area.top + yaxis.d2p(trace.y[9]), trace.customdata[9]];
        }"""
    )
    sent.clear()
    page.mouse.move(place[0] - 3, place[1])
    page.mouse.move(place[0], place[1])
    for hover in ("hover_preview", "beside_hover"):
        expect(page.locator(f".st-key-{hover} canvas").first).to_be_visible()
    assert sent == []
    page.mouse.click(place[0], place[1])
    for key, old in zip(("decoded", "beside_decoded"), before, strict=True):
        expect_another(page, key, old)
    # The nearest image is chosen: that one, or one whose code lies within the same few pixels.
    expect(page).to_have_url(re.compile("kept="))
    number = int(re.sub(r"\D", "", page.locator(".st-key-pair_image_card strong").inner_text()))
    beside = models.codes("dense-mnist-2d").z
    assert np.linalg.norm(beside[number] - beside[int(place[2])]) < 0.02 * np.ptp(beside[:, 0])
    (code,) = in_address(page, "z")
    np.testing.assert_allclose(code, models.codes("vae-mnist-2d").z[number], atol=1e-3)
    # One switch for both maps.
    page.locator(".st-key-latent_layers button[data-layer=density]").click()
    for chart in ("latent_map", "beside_map"):
        expect(page.locator(f".st-key-{chart} .js-plotly-plot > div > img")).to_have_count(1)


def test_a_kept_place_is_named_and_the_link_carries_the_name(page, server):
    page.goto(f"{server.url}/latent?z=1,0.5&kept=1,0.5;-1,-0.5")
    called = page.get_by_label("Name of the chosen place")
    expect(called).to_be_enabled()
    called.fill("<b>loop</b> eight")
    called.press("Enter")
    name = page.locator(".st-key-kept_tray li span.called").first
    expect(name).to_have_text("<b>loop</b> eight")
    expect(page).to_have_url(re.compile(r"kept=1%2C0\.5%7E|kept=1%2C0\.5~"))
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    expect(name).to_have_text("<b>loop</b> eight")
    # A frame of the walk is decoded and kept by a click.
    page.locator(".st-key-walk_strip button").nth(7).click()
    expect(page.locator(".st-key-kept_tray .items li")).to_have_count(3)
    expect(page.locator(".st-key-kept_tray .go").nth(2)).to_have_attribute("aria-current", "true")


def test_the_dot_of_ones_own_digit_is_dragged_and_put_back(page, server):
    page.goto(f"{server.url}/latent")
    source(page, "decoded")
    quiet(page)
    expect(page).to_have_url(re.compile("z="))
    page.locator(".st-key-own_on_map label").first.click()
    before = source(page, "own_decoded")
    quiet(page)
    address = page.url
    handle = page.locator(".latent-handle")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 70, middle[1] - 50, steps=8)
    expect(page.locator(".st-key-hover_preview canvas").first).to_be_visible()
    assert source(page, "own_decoded") == before  # the preview is the browser's alone
    page.mouse.up()
    after = expect_another(page, "own_decoded", before)
    quiet(page)
    assert page.url == address  # no click on the map, nothing kept
    handle.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect_another(page, "own_decoded", after)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator(".st-key-own_decoded img").first).to_have_attribute("src", before)


def test_codes_are_added_and_taken_away(page, server):
    page.goto(f"{server.url}/latent?z=1,0.5")
    source(page, "decoded")
    quiet(page)
    page.locator(".st-key-arithmetic label").first.click()
    result = source(page, "arithmetic_result")
    page.locator(".st-key-term_plus input").first.click()
    page.keyboard.type("class 0")
    expect(page.get_by_role("option")).to_have_text("all of class 0")
    page.keyboard.press("Enter")
    expect_another(page, "arithmetic_result", result)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator(".st-key-kept_tray .items li")).to_have_count(1)
    ((x, y),) = in_address(page, "z")
    assert (x, y) != (1.0, 0.5)


def test_the_map_is_seen_before_its_chart_can_draw_and_where_the_chart_draws_it(page, server):
    held = []
    page.route("**/PlotlyChart*.js", lambda route: held.append(route))
    page.goto(f"{server.url}/latent")
    picture = page.locator(".st-key-latent_map_opening img")
    expect(picture).to_be_visible()
    assert (
        picture.evaluate(
            "image => image.decode().then(() => Math.max(image.naturalWidth, image.naturalHeight))"
        )
        == 1000
    )
    assert held  # the chart's code has not come yet
    held[0].continue_()
    expect(page.locator(".st-key-latent_map .nsewdrag").first).to_be_attached()
    expect(picture).not_to_be_visible()
    ranges = [latent_map.middle_range(column) for column in models.codes("vae-mnist-2d").z.T]
    page.wait_for_function(  # the picture, hidden by now, is laid out once more, in the page as it is at last
        """([[left, right], [bottom, top]]) => {
            const chart = document.querySelector('.st-key-latent_map .js-plotly-plot');
            const image = document.querySelector('.st-key-latent_map_opening img');
            const opening = image.closest('.st-key-latent_map_opening');
            opening.style.setProperty('display', 'block', 'important');
            const [box, frame] = [image, chart].map((element) => element.getBoundingClientRect());
            opening.style.removeProperty('display');
            const scale = Math.min(box.width / image.naturalWidth, box.height / image.naturalHeight);
            const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
            const early = {  // what `object-fit: contain` makes of it
                x: box.x - frame.x + (box.width - width) / 2, y: box.y - frame.y + (box.height - height) / 2,
                width, height,
            };
            const {xaxis, yaxis} = chart._fullLayout;
            const late = {
                x: xaxis._offset + xaxis.d2p(left), y: yaxis._offset + yaxis.d2p(top),
                width: xaxis.d2p(right) - xaxis.d2p(left), height: yaxis.d2p(bottom) - yaxis.d2p(top),
            };
            return Object.keys(late).every((length) => Math.abs(late[length] - early[length]) < 3);
        }""",
        arg=ranges,
    )
