"""Evaluation of models whose figures are known beforehand: the identity, a PCA, the prior."""

import json

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, norm
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier

from aemodels.errors import ConfigError, ImageError
from aemodels.measure import evaluation
from aemodels.measure.baselines import Pca
from aemodels.measure.classical import CLASSICAL
from aemodels.measure.evaluation import evaluate


@pytest.fixture(scope="module")
def arrays() -> dict[str, np.ndarray]:
    digits = load_digits()
    x = (digits.images / 16).astype(np.float32)[..., None]  # 8x8: nothing here depends on the size
    return {
        "train_x": x[:600],
        "train_labels": digits.target[:600],
        "test_x": x[1700:],
        "test_labels": digits.target[1700:],
    }


def identity_encode(x):
    return x.reshape(len(x), -1)


def identity_decode(z):
    return z.reshape(-1, 8, 8, 1)


def gaussian_noise(x, rng):
    return np.clip(x + 0.5 * rng.standard_normal(x.shape), 0, 1).astype(np.float32)


@pytest.fixture
def few_to_tune_on(monkeypatch):
    monkeypatch.setattr(evaluation, "TUNING_IMAGES", 8)  # non-local means is slow


def test_a_pca_as_the_model_gets_the_figures_of_scikit_learn(arrays):
    pca = Pca.fit(arrays["train_x"], 5)
    figures = evaluate(encode=pca.encode, decode=pca.decode, **arrays)

    oracle = PCA(5, svd_solver="full").fit(arrays["train_x"].reshape(600, -1).astype(float))
    train_z = oracle.transform(arrays["train_x"].reshape(600, -1))
    flat = arrays["test_x"].reshape(97, -1)
    plain = oracle.inverse_transform(oracle.transform(flat))
    clipped = plain.clip(0, 1)
    assert figures["pca_mse"] == pytest.approx(((plain - flat) ** 2).mean(), rel=1e-4)
    assert figures["mse"] == pytest.approx(((clipped - flat) ** 2).mean(), rel=1e-4)
    pairs = [(a.reshape(8, 8).astype(float), b.reshape(8, 8)) for a, b in zip(flat, clipped, strict=True)]
    assert figures["psnr"] == pytest.approx(
        np.mean([peak_signal_noise_ratio(a, b, data_range=1) for a, b in pairs]), rel=1e-4
    )
    assert figures["ssim"] == pytest.approx(
        np.mean([structural_similarity(a, b, data_range=1) for a, b in pairs]), rel=1e-4
    )
    neighbours = KNeighborsClassifier(10).fit(train_z, arrays["train_labels"])
    assert figures["knn_accuracy"] == neighbours.score(oracle.transform(flat), arrays["test_labels"])
    assert set(figures) == {"mse", "bce", "psnr", "ssim", "pca_mse", "knn_accuracy", "probe_accuracy"}


def test_a_fitted_pca_spares_the_fit_and_changes_nothing(arrays):
    pca = Pca.fit(arrays["train_x"], 20)
    small = pca.truncate(2)
    fitted = evaluate(encode=small.encode, decode=small.decode, **arrays)
    assert evaluate(encode=small.encode, decode=small.decode, pca=pca, **arrays) == pytest.approx(fitted)


def test_a_perfect_model_has_no_error_and_figures_are_json(arrays):
    figures = evaluate(encode=identity_encode, decode=identity_decode, **arrays)
    assert figures["mse"] == 0
    assert figures["psnr"] == 100
    assert figures["ssim"] == pytest.approx(1)
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures
    assert all(type(value) is float for value in figures.values())


def test_a_variational_model_that_ignores_its_input_pays_for_the_image_only(arrays):
    """q = prior and a constant image 1/2: KL 0, reconstruction 64 log 2."""

    def distribution(x):
        return np.zeros((len(x), 3), np.float32), np.zeros((len(x), 3), np.float32)

    def half(z):
        return np.full((len(z), 8, 8, 1), 0.5, np.float32)

    figures = evaluate(
        encode=lambda x: distribution(x)[0], decode=half, encode_distribution=distribution, **arrays
    )
    assert figures["kl"] == 0
    assert figures["reconstruction"] == pytest.approx(64 * np.log(2), rel=1e-6)
    assert figures["nelbo"] == figures["reconstruction"] + figures["kl"]


def test_the_sample_is_drawn_with_the_posterior_of_each_image_and_the_seed(arrays):
    seen = []

    def distribution(x):
        return np.full((len(x), 2), 3.0, np.float32), np.full((len(x), 2), -2.0, np.float32)

    def decode(z):
        seen.append(z)
        return np.full((len(z), 8, 8, 1), 0.5, np.float32)

    def run(seed):
        seen.clear()
        figures = evaluate(
            encode=lambda x: distribution(x)[0],
            decode=decode,
            encode_distribution=distribution,
            seed=seed,
            **arrays,
        )
        return figures, seen[-1]

    figures, z = run(0)
    assert figures["kl"] == pytest.approx(2 * 0.5 * (9 + np.exp(-2) - 1 + 2), rel=1e-6)
    assert z.mean() == pytest.approx(3, abs=5 * np.exp(-1) / np.sqrt(z.size))
    assert z.std() == pytest.approx(np.exp(-1), rel=0.25)
    np.testing.assert_array_equal(run(0)[1], z)
    assert not np.array_equal(run(1)[1], z)


def variational(arrays):
    """A PCA of four numbers as a VAE of five, the last of which says nothing."""
    pca = Pca.fit(arrays["train_x"], 4)
    spread = pca.encode(arrays["train_x"]).std(axis=0)

    def distribution(x):
        mean = np.column_stack([pca.encode(x) / spread, np.zeros(len(x), np.float32)])
        return mean, np.tile(np.float32([-2, -2, -2, -2, 0]), (len(x), 1))

    return {
        "encode": lambda x: distribution(x)[0],
        "decode": lambda z: pca.decode(z[:, :4] * spread),
        "encode_distribution": distribution,
    }


def test_the_kl_of_each_number_and_the_active_units_by_hand(arrays):
    model = variational(arrays)
    figures = evaluate(**model, **arrays)
    mean, log_var = (part.astype(float) for part in model["encode_distribution"](arrays["test_x"]))
    by_hand = (-0.5 * (1 + log_var - mean**2 - np.exp(log_var))).mean(axis=0)
    assert [figures[f"kl_{number}"] for number in range(1, 6)] == pytest.approx(list(by_hand), abs=1e-6)
    assert figures["kl_5"] == 0
    assert figures["kl"] == pytest.approx(by_hand.sum())
    assert figures["kl_bits"] == pytest.approx(by_hand.sum() / np.log(2))
    assert figures["active_units"] == 4
    assert "kl_6" not in figures


def test_thorough_adds_figures_and_changes_none(arrays, monkeypatch):
    monkeypatch.setattr(evaluation, "WEIGHTED_SAMPLES", 20)
    monkeypatch.setattr(evaluation, "WEIGHTED_IMAGES", 50)
    model = variational(arrays)
    quick, whole = evaluate(**model, **arrays), evaluate(**model, **arrays, thorough=True)
    assert {key: whole[key] for key in quick} == quick
    assert set(whole) - set(quick) >= {
        *("nelbo_many", "nelbo_se", "nelbo_many_se", "nelbo_images_se"),
        *("iwae", "iwae_nelbo", "iwae_se", "code_bits", "jpeg_bits", "png_bits"),
    }
    assert whole["iwae"] < whole["iwae_nelbo"]
    assert whole["iwae_images"] == 50
    assert abs(whole["nelbo"] - whole["nelbo_many"]) < 5 * whole["nelbo_se"]
    assert whole["nelbo_many_se"] == pytest.approx(whole["nelbo_se"] / 4)
    assert evaluate(**model, **arrays, thorough=True) == whole
    other = evaluate(**model, **arrays, thorough=True, seed=1)
    assert all(other[key] != whole[key] for key in ("nelbo", "nelbo_many", "iwae"))


def test_the_tighter_bound_of_a_test_set_is_the_mean_of_a_computation_by_hand(arrays, monkeypatch):
    """log p(x) of the first image drawn, by SciPy from other samples: the same to what 3,000 of them leave open."""
    monkeypatch.setattr(evaluation, "WEIGHTED_SAMPLES", 3000)
    monkeypatch.setattr(evaluation, "WEIGHTED_IMAGES", 3)
    model = variational(arrays)
    found = evaluation.variational_bounds(
        model["encode_distribution"], model["decode"], arrays["test_x"], thorough=True
    )
    rows = np.random.default_rng(0).choice(97, 3, replace=False)
    rng, expected = np.random.default_rng(99), []
    for x in arrays["test_x"][rows]:
        mean, log_var = (part[0].astype(float) for part in model["encode_distribution"](x[None]))
        sigma = np.exp(log_var / 2)
        z = mean + sigma * rng.standard_normal((20_000, 5))
        y = model["decode"](z.astype(np.float32)).reshape(len(z), 64).astype(float).clip(1e-7, 1 - 1e-7)
        score = np.log(y) @ x.ravel() + np.log1p(-y) @ (1 - x.ravel())
        weights = score + norm.logpdf(z).sum(axis=1) - norm.logpdf(z, mean, sigma).sum(axis=1)
        expected.append(logsumexp(weights) - np.log(len(z)))
    assert -found["iwae"] == pytest.approx(np.mean(expected), abs=0.35)
    assert -found["iwae_nelbo"] < np.mean(expected) - 0.5


def test_points_of_a_variational_model_are_scored_by_a_gaussian():
    """A linear-Gaussian model with its true posterior: -ELBO and bound are -log p(x), whatever is drawn."""
    loading = np.float32([[1.0], [0.5], [-2.0]])
    rng = np.random.default_rng(0)
    points = (rng.standard_normal((80, 1)) @ loading.T + rng.standard_normal((80, 3))).astype(np.float32)
    variance = 1 / (1 + float((loading**2).sum()))

    def distribution(x):
        return variance * x @ loading, np.full((len(x), 1), np.log(variance), np.float32)

    figures = evaluation.variational_bounds(distribution, lambda z: z @ loading.T, points, thorough=True)
    exact = multivariate_normal(np.zeros(3), loading @ loading.T + np.eye(3)).logpdf(points)
    assert figures["iwae"] == pytest.approx(-exact.mean(), abs=1e-4)
    assert figures["nelbo_many"] == pytest.approx(-exact.mean(), abs=6 * figures["nelbo_many_se"])
    assert figures["iwae_images"] == 80


def test_denoising_compares_the_model_with_the_filter_on_the_same_noisy_images(arrays, few_to_tune_on):
    """A model that *is* the best classical filter gets exactly its figure."""
    first = evaluate(encode=identity_encode, decode=identity_decode, corruption=gaussian_noise, **arrays)
    assert first["denoised_psnr"] == first["noisy_psnr"]  # the identity removes nothing
    assert first["classical_psnr"] > first["noisy_psnr"] + 0.5
    assert first["denoising_images"] == 97

    best = CLASSICAL[first["classical_name"]]

    def filter_model(x):
        return identity_encode(best.apply(x, first["classical_parameter"]))

    second = evaluate(encode=filter_model, decode=identity_decode, corruption=gaussian_noise, **arrays)
    assert second["classical_psnr"] == first["classical_psnr"]
    assert second["denoised_psnr"] == pytest.approx(second["classical_psnr"], rel=1e-6)


def test_noise_comes_from_the_seed_and_filters_never_see_the_test_set(arrays, few_to_tune_on):
    damaged = []

    def spy(x, rng):
        damaged.append(x)
        return gaussian_noise(x, rng)

    def run(seed):
        return evaluate(encode=identity_encode, decode=identity_decode, corruption=spy, seed=seed, **arrays)

    first, second = run(0), run(0)
    assert first == second
    assert run(1)["noisy_psnr"] != first["noisy_psnr"]
    np.testing.assert_array_equal(damaged[0], arrays["train_x"][-8:])  # tuned on these
    np.testing.assert_array_equal(damaged[1], arrays["test_x"])  # measured on these


def test_chunks_change_no_figure_and_progress_ends_at_its_total(arrays, few_to_tune_on, monkeypatch):
    pca = Pca.fit(arrays["train_x"], 3)

    def distribution(x):
        return pca.encode(x), np.full((len(x), 3), -1.0, np.float32)

    def run(**more):
        return evaluate(
            encode=pca.encode,
            decode=pca.decode,
            encode_distribution=distribution,
            corruption=gaussian_noise,
            **arrays,
            **more,
        )

    whole = run()
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(evaluation, "CHUNK", 40)
    parts = run(progress=lambda done, total: seen.append((done, total)))
    names = [name for name in whole if name != "classical_name"]
    assert [parts[name] for name in names] == pytest.approx([whole[name] for name in names], rel=1e-5)
    assert seen[-1] == (600 + 3 * 97, 600 + 3 * 97)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_points_have_figures_too():
    rng = np.random.default_rng(0)
    points = rng.standard_normal((300, 3)).astype(np.float32) * [4, 2, 0.1]
    labels = (points[:, 0] > 0).astype(np.uint8)
    figures = evaluate(
        encode=lambda x: x[:, :2],
        decode=lambda z: np.column_stack([z, np.zeros(len(z))]),
        train_x=points[:200],
        train_labels=labels[:200],
        test_x=points[200:],
        test_labels=labels[200:],
    )
    assert set(figures) == {"mse", "pca_mse", "knn_accuracy", "probe_accuracy"}
    assert figures["mse"] == pytest.approx((points[200:, 2] ** 2).mean() / 3, rel=1e-5)
    assert figures["knn_accuracy"] > 0.9


def test_a_code_larger_than_the_image_is_compared_with_a_pca_that_loses_nothing(arrays):
    figures = evaluate(
        encode=lambda x: np.tile(identity_encode(x), 2),
        decode=lambda z: identity_decode(z[:, :64]),
        **arrays,
    )
    assert figures["pca_mse"] < 1e-8


@pytest.mark.parametrize("thorough", [False, True])
def test_classes_of_a_code_of_feature_maps_are_told_apart_only_where_nobody_waits(
    arrays, thorough, monkeypatch
):
    monkeypatch.setattr(evaluation, "WIDE", 127)
    few = {key: values[:40] for key, values in arrays.items()}
    wide = {
        "encode": lambda x: np.tile(identity_encode(x), 2),
        "decode": lambda z: identity_decode(z[:, :64]),
    }
    figures = evaluate(**wide, **few, thorough=thorough)
    assert ("knn_accuracy" in figures) == thorough
    assert ("probe_accuracy" in figures) == thorough


def test_a_diverged_model_is_told_apart_with_a_sentence(arrays):
    with pytest.raises(ConfigError, match="diverged"):
        evaluate(encode=lambda x: np.full((len(x), 2), np.nan), decode=identity_decode, **arrays)


def test_images_of_one_class_have_no_probe(arrays):
    alike = {**arrays, "train_labels": np.zeros(600, int), "test_labels": np.zeros(97, int)}
    figures = evaluate(encode=identity_encode, decode=identity_decode, **alike)
    assert "probe_accuracy" not in figures
    assert figures["knn_accuracy"] == 1


@pytest.mark.parametrize("thorough", [False, True])
def test_very_few_images_have_figures(arrays, thorough, monkeypatch):
    monkeypatch.setattr(evaluation, "WEIGHTED_SAMPLES", 5)
    few = {key: values[:4] if key.startswith("train") else values[:1] for key, values in arrays.items()}
    figures = evaluate(**variational(arrays), **few, thorough=thorough)
    assert all(np.isfinite(value) for value in figures.values())


def test_an_empty_set_is_refused(arrays):
    with pytest.raises(ImageError, match="empty"):
        evaluate(encode=identity_encode, decode=identity_decode, **{**arrays, "test_x": arrays["test_x"][:0]})
