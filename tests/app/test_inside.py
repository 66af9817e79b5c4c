"""Inside a network and its posterior: the cards, and how layers become tiles."""

import base64
import io
import math

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from aemodels import inside
from aemodels.figures import activations
from aemodels.measure import metrics
from pages.ui import cache, inside_card, pictures, posterior_card, posterior_picture


def page(card, name, number):
    from pages.ui import cache, inside_card, posterior_card

    draw = {"inside": inside_card.inside_card, "posterior": posterior_card.posterior_card}[card]
    draw(name, cache.sample_dataset("digits").test.take(slice(number, number + 1)).x)


@pytest.fixture
def open_card():
    def open_(card, name):
        return AppTest.from_function(page, args=(card, name, 0), default_timeout=60).run()

    return open_


def pixels(uri):
    with Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))) as image:
        return np.asarray(image)


# --- layers ------------------------------------------------------------------------------------------------------


def test_a_model_of_points_is_not_looked_into(open_card, monkeypatch, tiny_models):
    asked = []
    monkeypatch.setattr(cache, "inside", lambda name: asked.append(name))
    monkeypatch.setattr(cache, "draws_images", lambda name: False)
    app = open_card("inside", tiny_models[0])
    assert not app.exception
    assert not asked
    assert not app.get("bidi_component")


@pytest.mark.parametrize("which", [0, 1])
def test_the_layers_stand_in_the_order_of_the_pipeline(open_card, component, tiny_models, digits, which):
    app = open_card("inside", tiny_models[which])
    assert not app.exception
    found = component(app, "layer_tiles")["stations"]
    assert [station["part"] for station in found] == ["input", "encoder", "code", "decoder", "output"]
    assert all(
        sheet["uri"].startswith("data:image/png;base64,") for each in found for sheet in each["sheets"]
    )
    model, x = cache.answering(tiny_models[which]), digits.test.x[:1]
    (code,) = found[2]["sheets"]
    np.testing.assert_allclose(code["peaks"], model.encode(x)[0], atol=1e-3)
    (output,) = found[4]["sheets"]
    y = model.reconstruct(x)[0, :, :, 0]
    np.testing.assert_allclose((pixels(output["uri"]) - 128.0) / 127, y / y.max(), atol=0.6 / 127)


def test_the_most_active_units_of_a_dense_layer_show_their_weights(tiny_models, digits):
    looked = cache.inside(tiny_models[0])
    layers = looked.layers(digits.test.x[:1])
    weights, answers = inside_card.stations(digits.test.x[0], layers, looked.filters)[1]["sheets"]
    order = np.argsort(-layers[0].values[0])
    assert weights["numbers"] == [int(unit) + 1 for unit in order[: inside_card.LOOKED_AT]]
    assert answers["numbers"] == list(range(1, 17))
    strongest = looked.filters[order[0]]
    peak = strongest.flat[np.abs(strongest).argmax()]
    assert weights["peaks"][0] == pytest.approx(peak, abs=1e-3)


def test_filters_of_a_convolution_stand_in_the_places_of_their_maps():
    rng = np.random.default_rng(0)
    maps, code, image = rng.random((1, 14, 14, 6)), rng.random((1, 3)), rng.random((1, 28, 28, 1))
    layers = (
        inside.Layer("encoder", "Convolution", "6 filters 3×3", maps),
        inside.Layer("encoder", "Dense", "3 numbers", code),
        inside.Layer("decoder", "Dense", "784 units", image),
    )
    found = inside_card.stations(image[0], layers, rng.standard_normal((6, 3, 3)))
    assert [station["part"] for station in found] == ["input", "encoder", "code", "output"]
    filters, answers = found[1]["sheets"]
    assert filters["columns"] == answers["columns"]
    assert filters["numbers"] == answers["numbers"] == [1, 2, 3, 4, 5, 6]
    assert (filters["tile"], answers["tile"]) == ((3, 3), (14, 14))


def test_a_large_network_stays_small_on_the_wire():
    rng = np.random.default_rng(0)
    shapes = [(28, 28, 32), (14, 14, 32), (14, 14, 32), (7, 7, 32), (7, 7, 32), (14, 14, 32), (28, 28, 32)]
    layers = [inside.Layer("encoder", "", "", rng.standard_normal((1, *shape))) for shape in shapes[:4]]
    layers += [inside.Layer("decoder", "", "", rng.standard_normal((1, *shape))) for shape in shapes[4:]]
    layers.append(inside.Layer("decoder", "", "", rng.random((1, 28, 28, 1))))
    found = inside_card.stations(rng.random((28, 28, 1)), tuple(layers), rng.standard_normal((32, 3, 3)))
    assert sum(len(sheet["uri"]) for station in found for sheet in station["sheets"]) < 300_000


# --- the posterior -----------------------------------------------------------------------------------------------


def test_the_posterior_says_its_bits(open_card, tiny_models, digits):
    app = open_card("posterior", tiny_models[0])
    assert not app.exception
    z_mean, z_log_var = cache.answering(tiny_models[0]).encode_distribution(digits.test.x[:1])
    nats = float(metrics.kl(z_mean, z_log_var)[0])
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Said by the code"] == f"{nats / math.log(2):.1f} bits"
    assert values["KL"] == f"{nats:.1f} nats"
    speaking = (0.5 * (z_mean**2 + np.exp(z_log_var) - 1 - z_log_var) > 0.05).sum()
    assert values["Numbers that speak"] == f"{speaking} of 2"


def test_fresh_samples_are_others_and_the_decoded_mean_stays(open_card, picture, tiny_models, digits):
    app = open_card("posterior", tiny_models[0])
    fixed, sample = (picture(app, alt) for alt in ("The decoded mean", "Sample 1 "))
    y = cache.answering(tiny_models[0]).reconstruct(digits.test.x[:1])
    assert fixed == pictures.data_uri(y[0], scale=posterior_card.SCALE)
    app.button(key="posterior_fresh").click().run()
    assert not app.exception
    assert picture(app, "The decoded mean") == fixed
    assert picture(app, "Sample 1 ") != sample
    assert picture(app, "Sample 16") is not None


def test_a_plain_autoencoder_leaves_nothing_open(open_card, tiny_models):
    app = open_card("posterior", tiny_models[1])
    assert not app.exception
    assert not [*app.markdown, *app.caption, *app.metric, *app.button, *app.get("image")]


def test_deviations_have_a_scale_of_their_own():
    full = posterior_card.FULL
    picture = posterior_card.deviation_picture(np.array([[[0.0], [full / 2], [full], [0.5]]]))
    amber = posterior_card.AMBER
    np.testing.assert_allclose(picture[0], [0 * amber, amber / 2, amber, amber], atol=0.5)


def test_each_number_is_a_bar_as_long_as_its_spread():
    svg = posterior_picture.gaussians(np.array([0.0, 1.0]), np.array([1.0, 0.25]))
    heights = [float(part.partition("'")[0]) for part in svg.split("height='")[2:]]
    prior, wide, narrow = heights[-3:]
    assert wide == pytest.approx(prior, abs=0.2)  # N(0, 1) covers the prior's band
    assert narrow == pytest.approx(wide / 4, abs=0.2)


def test_colours_of_the_parts_are_those_of_the_pipeline():
    assert inside_card.COLOURS["encoder"] == inside_card.COLOURS["code"] == activations.VIOLET
    assert inside_card.COLOURS["decoder"] == activations.TEAL
