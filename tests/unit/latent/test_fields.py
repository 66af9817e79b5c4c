"""The fields over code space, each against an oracle of its own, and where their nodes lie."""

import inspect

import numpy as np
import pytest
from scipy.stats import gaussian_kde, multivariate_normal
from sklearn.neighbors import KNeighborsClassifier

from aemodels import preview
from aemodels.errors import ConfigError
from aemodels.latent import atlas, fields
from aemodels.store import models

EXTENT = ((-2.0, 4.0), (-1.0, 3.0))


def nodes(extent, columns, rows):
    """The places of the nodes, (rows, columns, 2), by hand: x grows to the right, y upwards."""
    across = [extent[0][0] + c * (extent[0][1] - extent[0][0]) / (columns - 1) for c in range(columns)]
    down = [extent[1][1] - r * (extent[1][1] - extent[1][0]) / (rows - 1) for r in range(rows)]
    return np.array([[(x, y) for x in across] for y in down])


def cell(extent, columns, rows):
    return (extent[0][1] - extent[0][0]) * (extent[1][1] - extent[1][0]) / (columns - 1) / (rows - 1)


def leaning(count, seed=0):
    """Codes whose two numbers depend on each other, in two crowds."""
    rng = np.random.default_rng(seed)
    codes = rng.standard_normal((count, 2)) @ np.array([[0.8, 0.4], [0.0, 0.3]]) + (1.0, 1.0)
    codes[: count // 3] += (1.5, -0.5)
    return codes.astype(np.float32)


def pixels(*values):
    """Images (n, 28, 28, 1) float32 whose first pixels are the given (n,), the others 0."""
    images = np.zeros((len(values[0]), 784), np.float32)
    images[:, : len(values)] = np.column_stack(values)
    return images.reshape(-1, 28, 28, 1)


def plain(z):
    return pixels(z[:, 0], z[:, 1])


# Density


def test_the_density_is_that_of_scipys_gaussian_kernels():
    codes = leaning(400)
    wide = ((-2.5, 5.0), (-2.0, 4.0))  # all codes lie within, so that SciPy's covariance is that of the field
    expected = gaussian_kde(codes.T, "scott")(nodes(wide, 64, 50).reshape(-1, 2).T).reshape(50, 64)
    field = fields.density(codes, wide, 64, 50)
    assert field.dtype == np.float32
    # The codes are counted in cells of a fifth of the kernel's narrow side: less than 0.1 % of the peak.
    np.testing.assert_allclose(field, expected, atol=0.001 * expected.max())


def test_codes_beyond_the_bounds_count_but_do_not_choose_the_kernel():
    codes = leaning(300)
    part = ((0.5, 1.5), (0.5, 2.0))
    inside = codes[((codes > (0.5, 0.5)) & (codes < (1.5, 2.0))).all(axis=1)]
    assert 30 < len(inside) < 150
    kernel = np.cov(inside.T) * len(inside) ** (-1 / 3)
    places = nodes(part, 12, 9)
    expected = np.mean([multivariate_normal(code, kernel).pdf(places) for code in codes], axis=0)
    field = fields.density(codes, part, 12, 9)
    np.testing.assert_allclose(field, expected, atol=0.001 * expected.max())


def test_one_code_far_out_takes_its_share_and_nothing_else():
    codes = leaning(300)
    wide = atlas.extent(codes, percent=100)
    alone = fields.density(codes, wide)
    for far in (1e3, 1e30):
        with_one = fields.density(np.vstack([codes, [[far, far]]]), wide)
        np.testing.assert_allclose(with_one, alone * 300 / 301, atol=1e-6)


def test_the_density_integrates_to_one_for_many_codes():
    codes = leaning(70_000)
    wide = ((-6.0, 9.0), (-5.0, 7.0))
    assert fields.density(codes, wide).sum() * cell(wide, 64, 64) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("count", [1, 50])
def test_codes_that_are_all_alike_are_a_blob_that_the_lattice_can_show(count):
    codes = np.tile([[1.0, 1.0]], (count, 1))
    field = fields.density(codes, EXTENT, 13, 9)
    assert field.sum() * cell(EXTENT, 13, 9) == pytest.approx(1, abs=0.03)
    assert np.unravel_index(field.argmax(), field.shape) == (4, 6)  # the node at (1, 1)


def test_codes_on_a_line_have_a_density_too():
    along = np.linspace(-1, 3, 200)
    field = fields.density(np.column_stack([along, 0.5 * along + 0.5]), EXTENT)
    assert field.sum() * cell(EXTENT, 64, 64) == pytest.approx(1, abs=0.03)


def test_where_no_code_is_near_the_density_is_nothing():
    assert fields.density(np.full((20, 2), 50.0), EXTENT).max() == 0


# Holes


def test_the_holes_of_a_linear_model_are_those_worked_out_by_hand():
    """encode(decode(z)) = (x, 0.3 x + 0.5 y), so that the code moves by 0.3 x - 0.5 y, up or down."""

    def encode(images):
        x, y = images[:, 0, 0, 0], images[:, 0, 1, 0]
        return np.column_stack([x, 0.3 * x + 0.5 * y])

    field = fields.holes(encode, plain, EXTENT, 11, 7)
    places = nodes(EXTENT, 11, 7)
    assert field.dtype == np.float32
    np.testing.assert_allclose(field, np.abs(0.3 * places[..., 0] - 0.5 * places[..., 1]), atol=1e-6)


def test_holes_are_distances_in_both_numbers():
    field = fields.holes(lambda images: np.zeros((len(images), 2)), plain, EXTENT, 11, 7)
    np.testing.assert_allclose(field, np.hypot(*np.moveaxis(nodes(EXTENT, 11, 7), -1, 0)), rtol=1e-6)


def test_a_model_that_gives_no_number_has_no_hole_there():
    def encode(images):
        x = images[:, 0, 0, 0]
        return np.column_stack([np.where(x > 0, np.nan, x), images[:, 0, 1, 0]])

    field = fields.holes(encode, plain, EXTENT, 7, 5)  # x = -2, -1, 0, 1, ...
    np.testing.assert_array_equal(np.isnan(field), np.tile([False] * 3 + [True] * 4, (5, 1)))
    np.testing.assert_array_equal(field[:, :3], 0)


# Stretch


def test_the_stretch_of_a_linear_decoder_is_the_norm_of_its_matrix_everywhere():
    matrix = np.random.default_rng(0).standard_normal((784, 2))

    def decode(z):
        return (z @ matrix.T + 0.5).astype(np.float32).reshape(-1, 28, 28, 1)

    field = fields.stretch(decode, EXTENT, 9, 6)
    assert field.dtype == np.float32
    assert field.shape == (6, 9)
    np.testing.assert_allclose(field, np.linalg.norm(matrix), rtol=2e-4)


@pytest.mark.parametrize("centre", [0.0, 200.0])
def test_the_stretch_of_a_curved_decoder_is_that_of_its_analytic_jacobian(centre):
    """Pixel i is the logistic function of w_i (z - centre): its gradient is p (1 - p) w_i."""
    weights = np.random.default_rng(1).standard_normal((784, 2)) * 2
    extent = tuple((low + centre, high + centre) for low, high in EXTENT)

    def probability(z):
        return 1 / (1 + np.exp(-(z.astype(np.float64) - centre) @ weights.T))

    def decode(z):
        return probability(z).astype(np.float32).reshape(-1, 28, 28, 1)

    p = probability(atlas.lattice(extent, 9, 6))
    expected = np.linalg.norm((p * (1 - p))[:, :, None] * weights, axis=(1, 2)).reshape(6, 9)
    assert expected.max() > 2 * expected.min()
    np.testing.assert_allclose(fields.stretch(decode, extent, 9, 6), expected, rtol=1e-3)


def test_where_float32_cannot_tell_codes_apart_there_is_no_stretch():
    field = fields.stretch(plain, ((1e6, 1e6 + 2e-3), (0.0, 1.0)), 3, 2)
    assert np.isnan(field).all()


def test_a_stretch_takes_four_images_a_node_and_a_hole_one_in_chunks(monkeypatch):
    monkeypatch.setattr(fields, "CHUNK", 25)
    sizes = []

    def decode(z):
        sizes.append(len(z))
        return plain(z)

    field = fields.stretch(decode, EXTENT, 9, 6)
    assert (sum(sizes), max(sizes)) == (4 * 54, 25)
    np.testing.assert_allclose(field, np.sqrt(2), rtol=1e-3)
    sizes.clear()
    fields.holes(lambda images: images[:, 0, :2, 0], decode, EXTENT, 9, 6)
    assert sizes == [25, 25, 4]


# Regions


def test_regions_are_those_of_sklearn_wherever_one_class_has_most_votes():
    codes = leaning(500)
    labels = np.array([0, 3, 7])[np.random.default_rng(2).integers(0, 3, 500)]
    labels[codes[:, 0] > 1.2] = 7
    oracle = KNeighborsClassifier(10).fit(codes, labels)
    shares = np.sort(oracle.predict_proba(nodes(EXTENT, 40, 30).reshape(-1, 2)))
    clear = (shares[:, -1] > shares[:, -2]).reshape(30, 40)
    expected = oracle.predict(nodes(EXTENT, 40, 30).reshape(-1, 2)).reshape(30, 40)
    assert clear.mean() > 0.8
    assert set(expected[clear]) == {0, 3, 7}
    field = fields.regions(codes, labels, EXTENT, 40, 30)
    assert np.issubdtype(field.dtype, np.integer)
    np.testing.assert_array_equal(field[clear], expected[clear])


def test_of_classes_with_equally_many_votes_the_nearest_one_wins():
    codes = np.array([[-2.0, 3.0], [-1.9, 3.0], [-1.8, 3.0], [-1.7, 3.0]])
    labels = np.array([6, 4, 4, 6], np.uint8)
    # The top left node lies on the first code, the top right one is nearest to the last.
    corner = [fields.regions(codes, labels, EXTENT, 2, 2, k)[0, 0] for k in (1, 2, 3, 4, 10)]
    assert corner == [6, 6, 4, 6, 6]
    mixed = np.array([4, 6, 6, 4], np.uint8)
    assert [fields.regions(codes, mixed, EXTENT, 2, 2, k)[0, 1] for k in (1, 3, 4)] == [4, 6, 4]


# What they share


def test_the_first_row_has_the_largest_y_and_the_bounds_lie_on_nodes():
    up, right = (fields.stretch(decode, EXTENT, 7, 5) for decode in (bent_upwards, bent_sideways))
    np.testing.assert_allclose(up, np.tile([[6], [4], [2], [0], [2]], 7), atol=0.01)
    np.testing.assert_allclose(right, np.tile([4, 2, 0, 2, 4, 6, 8], (5, 1)), atol=0.01)
    height = fields.holes(lambda images: images[:, 0, :2, 0] * (1, 0), plain, EXTENT, 7, 5)
    np.testing.assert_allclose(height, np.tile([[3], [2], [1], [0], [1]], 7), atol=1e-6)
    codes = np.array([[4.0, 3.0], [-2.0, 3.0], [4.0, -1.0], [-2.0, -1.0]])
    classes = fields.regions(codes, np.array([1, 0, 3, 2]), EXTENT, 7, 5, k=1)
    assert classes[[0, 0, -1, -1], [0, -1, 0, -1]].tolist() == [0, 1, 2, 3]
    crowd = fields.density(np.tile(codes[:1], (9, 1)), EXTENT, 7, 5)
    assert np.unravel_index(crowd.argmax(), crowd.shape) == (0, 6)


def bent_upwards(z):
    return pixels(z[:, 1] ** 2)


def bent_sideways(z):
    return pixels(z[:, 0] ** 2)


def test_the_contours_of_the_prior_are_circles_that_close():
    circles = fields.prior_circles()
    assert [circle.shape for circle in circles] == [(128, 2)] * 3
    for sigma, circle in zip((1, 2, 3), circles, strict=True):
        density = multivariate_normal(np.zeros(2), np.eye(2)).pdf(circle)
        np.testing.assert_allclose(density, np.exp(-(sigma**2) / 2) / (2 * np.pi))
        np.testing.assert_array_equal(circle[0], circle[-1])
        turned = np.unwrap(np.arctan2(circle[:, 1], circle[:, 0]))
        np.testing.assert_allclose(turned[1:-1], np.linspace(0, 2 * np.pi, 128)[1:-1])
    assert [circle.shape for circle in fields.prior_circles((0.5,), points=4)] == [(4, 2)]


def test_every_field_of_the_table_names_its_function_and_the_arguments_that_it_needs():
    assert list(fields.FIELDS) == ["density", "holes", "stretch", "regions"]
    for name, field in fields.FIELDS.items():
        function = getattr(fields, name)
        required = [
            parameter.name
            for parameter in inspect.signature(function).parameters.values()
            if parameter.default is parameter.empty and parameter.name != "extent"
        ]
        assert list(field.needs) == required, name
        assert 1 <= field.help.count(". ") + 1 <= 2, name
        assert field.help.endswith("."), name
        assert field.title.lower() == name
        assert field.unit


def test_the_shipped_vae_has_finite_fields_and_finds_its_way_back_where_its_codes_lie():
    model, stored = preview.load("vae-mnist-2d"), models.codes("vae-mnist-2d")
    extent = atlas.extent(stored.z)
    crowd = fields.density(stored.z, extent, 16, 16)
    gaps = fields.holes(model.encode, model.decode, extent, 16, 16)
    steep = fields.stretch(model.decode, extent, 16, 16)
    classes = fields.regions(stored.z, stored.labels, extent, 32, 32)  # the smallest island is a narrow one
    for field in (crowd, gaps, steep):
        assert field.shape == (16, 16)
        assert np.isfinite(field).all()
    assert steep.min() > 0
    assert set(np.unique(classes)) == set(range(10))
    among = gaps[crowd > np.median(crowd)]
    far = fields.holes(model.encode, model.decode, ((20.0, 40.0), (20.0, 40.0)), 16, 16)
    assert np.percentile(among, 95) < far.min()


# Sentences

CODES, LABELS = np.zeros((3, 2)), np.zeros(3, int)


@pytest.mark.parametrize(
    "measure",
    [
        lambda *where: fields.density(CODES, *where),
        lambda *where: fields.holes(lambda images: images[:, 0, :2, 0], plain, *where),
        lambda *where: fields.stretch(plain, *where),
        lambda *where: fields.regions(CODES, LABELS, *where),
    ],
)
def test_a_lattice_without_bounds_or_of_too_few_or_too_many_nodes_is_refused(measure):
    for columns, rows in ((1, 5), (5, 1), (129, 5), (5, 129)):
        with pytest.raises(ConfigError, match=f"2 to 128 nodes a side; received {columns} x {rows}"):
            measure(EXTENT, columns, rows)
    for bounds in ((1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0), (0.0, float("inf"))):
        for extent in ((bounds, (0.0, 1.0)), ((0.0, 1.0), bounds)):
            with pytest.raises(ConfigError, match="two finite bounds, low < high"):
                measure(extent, 5, 5)


@pytest.mark.parametrize("shape", [(5, 3), (0, 2), (5,)])
def test_only_codes_of_two_numbers_have_a_density_and_regions(shape):
    with pytest.raises(ConfigError, match="two numbers, shape"):
        fields.density(np.zeros(shape), EXTENT)
    with pytest.raises(ConfigError, match="two numbers, shape"):
        fields.regions(np.zeros(shape), np.zeros(shape[0], int), EXTENT)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_diverged_model_has_no_density_and_no_regions(value):
    with pytest.raises(ConfigError, match="diverged"):
        fields.density(np.array([[0.0, value]]), EXTENT)
    with pytest.raises(ConfigError, match="diverged"):
        fields.regions(np.array([[0.0, value]]), np.zeros(1, int), EXTENT)


@pytest.mark.parametrize("labels", [np.zeros(2, int), np.zeros((3, 1), int), np.zeros(3)])
def test_regions_need_one_whole_number_a_code(labels):
    with pytest.raises(ConfigError, match="label of each of the 3 codes"):
        fields.regions(CODES, labels, EXTENT)


def test_regions_need_at_least_one_neighbour():
    with pytest.raises(ConfigError, match="at least one nearest code; received 0"):
        fields.regions(CODES, LABELS, EXTENT, k=0)


def test_an_encoder_of_anything_but_two_numbers_has_no_holes():
    with pytest.raises(ConfigError, match=r"encoder gave \(1024, 3\)"):
        fields.holes(lambda images: np.zeros((len(images), 3)), plain, EXTENT)


def test_a_decoder_of_anything_but_images_has_no_holes_and_no_stretch():
    with pytest.raises(ConfigError, match=r"decoder gave \(1024, 784\)"):
        fields.holes(lambda images: np.zeros((len(images), 2)), lambda z: np.zeros((len(z), 784)), EXTENT)
    with pytest.raises(ConfigError, match=r"decoder gave \(1024, 784\)"):
        fields.stretch(lambda z: np.zeros((len(z), 784)), EXTENT)


def test_circles_need_a_radius_above_zero_and_four_points():
    for radius in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ConfigError, match="finite number above 0"):
            fields.prior_circles((1, radius))
    with pytest.raises(ConfigError, match="at least 4 points; received 3"):
        fields.prior_circles(points=3)
