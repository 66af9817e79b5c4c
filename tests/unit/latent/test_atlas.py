"""The atlas: where its tiles lie, what the blend is, and the way to a PNG and back."""

import functools
import io

import numpy as np
import pytest
from PIL import Image
from scipy.interpolate import RegularGridInterpolator
from scipy.stats import norm

from aemodels.errors import ConfigError, StoreError
from aemodels.latent import atlas as atlases
from aemodels.latent.atlas import Atlas, make_atlas

BOUNDS = ((-2.0, 4.0), (-1.0, 3.0))


def planes(z):
    """A decoder whose every pixel is a plane over code space: bilinear blending is exact on it."""
    weights = np.linspace(0, 1, 784)
    x, y = (z[:, 0] + 2) / 6, (z[:, 1] + 1) / 4
    return (x[:, None] * weights + y[:, None] * (1 - weights)).reshape(-1, 28, 28, 1)


@pytest.fixture(scope="module")
def made() -> Atlas:
    return make_atlas(planes, BOUNDS, columns=7, rows=5)


def test_tiles_lie_on_the_bounds_and_the_first_row_has_the_largest_y(made):
    corners = {(0, 0): (-2, 3), (0, 6): (4, 3), (4, 0): (-2, -1), (4, 6): (4, -1), (2, 3): (1, 1)}
    for (row, column), place in corners.items():
        expected = np.rint(planes(np.array([place]))[0, ..., 0] * 255)
        np.testing.assert_array_equal(made.tile(row, column), expected)
        np.testing.assert_allclose(made.sample(*place)[..., 0] * 255, expected, atol=1e-4)
        assert made.tile_at(*place) == (row, column)


def test_the_blend_of_planes_is_the_decoded_image_itself(made):
    for place in np.random.default_rng(0).uniform((-2, -1), (4, 3), (50, 2)):
        np.testing.assert_allclose(made.sample(*place), planes(place[None])[0], atol=0.51 / 255)


def test_the_blend_is_that_of_scipy():
    rng = np.random.default_rng(1)
    random = make_atlas(lambda z: rng.random((len(z), 28, 28, 1)), BOUNDS, columns=4, rows=6)
    tiles = random.image.reshape(6, 28, 4, 28).transpose(0, 2, 1, 3) / 255
    oracle = RegularGridInterpolator((np.linspace(-1, 3, 6), np.linspace(-2, 4, 4)), tiles[::-1])
    for x, y in rng.uniform((-2, -1), (4, 3), (30, 2)):
        np.testing.assert_allclose(random.sample(x, y)[..., 0], oracle((y, x)), atol=1e-6)


def test_lines_are_closer_together_where_the_values_are():
    values = np.random.default_rng(4).normal(3.0, 0.5, 5000)
    lines = np.asarray(atlases.lines(values, (-10.0, 10.0), 48))
    assert (lines[0], lines[-1], len(lines)) == (-10.0, 10.0, 48)
    steps = np.diff(lines)
    assert steps.min() > 0
    assert steps.max() <= 2 * 20 / 47 * 1.01  # no coarser than twice the even step
    among = steps[np.searchsorted(lines, 3.0) - 1]
    assert among < steps.max() / 5
    # Without values, and with all of them at one place, the lines are still in order.
    for few in (np.zeros(0), np.full(10, 3.0), np.full(10, 99.0)):
        assert (np.diff(atlases.lines(few, (-10.0, 10.0), 48)) > 0).all()
    np.testing.assert_allclose(atlases.lines(np.zeros(0), (0.0, 1.0), 11), np.linspace(0, 1, 11), atol=1e-3)


def test_the_blend_on_uneven_lines_is_that_of_scipy():
    rng = np.random.default_rng(1)
    around = rng.normal((0.0, 2.0), 0.4, (500, 2))
    uneven = make_atlas(lambda z: rng.random((len(z), 28, 28, 1)), BOUNDS, columns=9, rows=7, around=around)
    tiles = uneven.image.reshape(7, 28, 9, 28).transpose(0, 2, 1, 3) / 255
    oracle = RegularGridInterpolator((uneven.down[::-1], uneven.across), tiles[::-1])
    for x, y in rng.uniform((-2, -1), (4, 3), (60, 2)):
        np.testing.assert_allclose(uneven.sample(x, y)[..., 0], oracle((y, x)), atol=1e-6)
    again = Atlas.from_png(uneven.to_png(), **uneven.lattice)
    np.testing.assert_array_equal(again.sample(0.3, 1.9), uneven.sample(0.3, 1.9))


@pytest.mark.parametrize(
    "change", [{1: 9.0}, {1: -2.0}, {1: float("nan")}, {0: -2.5}, {6: 4.5}, {1: "1"}, {1: None}]
)
def test_lines_that_turn_back_or_end_elsewhere_are_refused(made, change):
    across = [*np.linspace(-2.0, 4.0, 7).tolist()]
    for index, value in change.items():
        across[index] = value
    with pytest.raises(ConfigError, match="lines of an atlas"):
        Atlas.from_png(made.to_png(), **(made.lattice | {"across": across}))


def test_there_is_no_preview_outside_the_bounds(made):
    for place in ((-2.01, 0), (4.01, 0), (0, 3.01), (0, -1.01), (float("nan"), 0), (float("inf"), 0)):
        assert made.sample(*place) is None
        assert made.tile_at(*place) is None


def test_a_png_brings_it_back(made):
    data = made.to_png()
    with Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "L", (7 * 28, 5 * 28))
    again = Atlas.from_png(data, columns=7, rows=5, x=made.x, y=made.y)
    np.testing.assert_array_equal(again.image, made.image)
    assert (again.columns, again.rows, again.x, again.y) == (7, 5, *BOUNDS)


def test_a_picture_that_is_not_the_atlas_is_refused(made):
    data = made.to_png()
    where = {"x": made.x, "y": made.y}
    colour = io.BytesIO()
    Image.new("RGB", (7 * 28, 5 * 28)).save(colour, format="PNG")
    with pytest.raises(StoreError, match="grey PNG"):
        Atlas.from_png(colour.getvalue(), columns=7, rows=5, **where)
    with pytest.raises(StoreError, match="6 x 5 tiles"):
        Atlas.from_png(data, columns=6, rows=5, **where)
    for broken in (b"", b"GIF89a", data[:100], data[: len(data) // 2]):
        with pytest.raises(StoreError, match="not a PNG that can be read"):
            Atlas.from_png(broken, columns=7, rows=5, **where)
    with pytest.raises(ConfigError, match="2 to 128"):
        Atlas.from_png(data, columns=100_000, rows=5, **where)
    with pytest.raises(ConfigError, match="low < high"):
        Atlas.from_png(data, columns=7, rows=5, x=(1.0, 1.0), y=made.y)


def test_the_extent_is_a_square_around_nearly_all_codes():
    rng = np.random.default_rng(2)
    codes = rng.standard_normal((10_000, 2)).astype(np.float32) * [3, 1] + [10, -5]
    codes[0] = (1000, 1000)  # an outlier changes nothing
    (x_low, x_high), (y_low, y_high) = atlases.extent(codes)
    assert x_high - x_low == pytest.approx(y_high - y_low)
    inside = (codes > (x_low, y_low)) & (codes < (x_high, y_high))
    assert inside.all(axis=1).mean() > 0.999
    width = 2 * norm.ppf(0.999) * 3 * 1.16  # 0.1 % off each end, 8 % of margin on each side
    assert x_high - x_low == pytest.approx(width, rel=0.05)
    assert (x_low + x_high) / 2 == pytest.approx(10, abs=0.5)
    assert (y_low + y_high) / 2 == pytest.approx(-5, abs=0.2)


def test_codes_that_are_all_alike_have_a_surrounding():
    (x_low, x_high), (y_low, y_high) = atlases.extent(np.ones((5, 2), np.float32))
    assert x_low < 1 < x_high
    assert y_low < 1 < y_high


@pytest.mark.parametrize("shape", [(5, 3), (0, 2), (5,)])
def test_only_codes_of_two_numbers_have_an_extent(shape):
    with pytest.raises(ConfigError, match="two numbers"):
        atlases.extent(np.zeros(shape))


def test_a_diverged_model_has_no_extent():
    with pytest.raises(ConfigError, match="diverged"):
        atlases.extent(np.array([[0.0, np.nan]]))


def test_a_decoder_of_anything_but_images_is_refused():
    with pytest.raises(ConfigError, match="28, 28, 1"):
        make_atlas(lambda z: np.zeros((len(z), 3)), BOUNDS)


def test_values_out_of_range_are_clipped_and_the_atlas_is_made_in_chunks(monkeypatch):
    monkeypatch.setattr(atlases, "CHUNK", 3)
    calls = []

    def decode(z):
        calls.append(len(z))
        return np.where(z[:, :1, None, None] > 0, 7.0, -7.0) * np.ones((1, 28, 28, 1))

    wild = make_atlas(decode, ((-1, 1), (-1, 1)), columns=2, rows=4)
    assert calls == [3, 3, 2]
    assert set(np.unique(wild.image)) == {0, 255}
    assert wild.tile(3, 1).min() == 255


def test_a_manifold_goes_from_corner_to_corner_in_even_steps(made):
    images = atlases.manifold(made, 3)
    assert images.shape == (9, 28, 28)
    np.testing.assert_array_equal(images[0], made.tile(0, 0))
    np.testing.assert_array_equal(images[5], made.tile(2, 6))
    np.testing.assert_array_equal(images[8], made.tile(4, 6))
    with pytest.raises(ConfigError, match="2 to 5"):
        atlases.manifold(made, 6)


def test_the_prior_lattice_has_equal_probability_between_its_lines():
    codes = atlases.prior_lattice(4).reshape(4, 4, 2)
    np.testing.assert_allclose(norm.cdf(codes[0, :, 0]), [0.125, 0.375, 0.625, 0.875], atol=1e-6)
    np.testing.assert_allclose(norm.cdf(codes[:, 0, 1]), [0.875, 0.625, 0.375, 0.125], atol=1e-6)


def _waves(codes, frequency):
    """Images whose every pixel is a wave of the code's first number."""
    level = (1 + np.sin(frequency * codes[:, 0])) / 2
    return np.broadcast_to(level[:, None, None, None], (len(codes), 28, 28, 1)).astype(np.float32)


def test_a_map_gets_more_tiles_where_its_blend_would_be_far_from_the_decoder():
    codes = np.random.default_rng(0).standard_normal((1200, 2)).astype(np.float32)
    smooth, sharp = (functools.partial(_waves, frequency=frequency) for frequency in (1.0, 12.0))
    assert atlases.make_fine_atlas(smooth, codes).columns == atlases.SIDES[0]
    made = atlases.make_fine_atlas(sharp, codes)
    assert (made.columns, made.rows) == (atlases.SIDES[-1], atlases.SIDES[-1])
    coarse = atlases.make_atlas(
        sharp, atlases.extent(codes), atlases.SIDES[0], atlases.SIDES[0], around=codes
    )
    assert atlases.error(made, sharp, codes) < atlases.error(coarse, sharp, codes)
    assert atlases.error(coarse, sharp, codes) > atlases.FINE


def test_the_error_is_the_99th_percentile_of_what_single_places_are_off():
    codes = np.random.default_rng(1).uniform(-1, 1, (300, 2)).astype(np.float32)
    decode = functools.partial(_waves, frequency=5.0)
    made = atlases.make_atlas(decode, ((-1.0, 1.0), (-1.0, 1.0)), 9, 9)
    off = [abs(float(decode(code[None])[0, 0, 0, 0]) - float(made.sample(*code)[0, 0, 0])) for code in codes]
    assert atlases.error(made, decode, codes) == pytest.approx(np.percentile(off, 99), abs=1e-6)
    assert atlases.error(made, decode, codes + 10) == 0.0  # nothing of it is on the map
