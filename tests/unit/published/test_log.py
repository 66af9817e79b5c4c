"""R2's log: in the unit that the tutorial prints, of single steps, and slow for the reason that is given."""

import numpy as np
import pytest

from aemodels.autoencoder import build
from aemodels.data import datasets
from aemodels.published import log
from aemodels.training import fit, pipeline, spec

SMALL = {"hidden": "16", "latent_dim": "8", "epochs": 2, "steps_per_epoch": 3, "batch_size": 32}


def by_hand(epsilon, steps):
    """The same training in NumPy: a mean over pixels, and an RMSProp with ε under its root."""
    made = spec.from_recipe(log.RECIPE, dataset="digits", seed=3, settings=SMALL)
    data = datasets.load("digits")
    weights = [weight.astype(np.float64) for weight in build(made.model, seed=3).get_weights()]
    means = [np.zeros_like(weight) for weight in weights]
    stream = pipeline.batches(fit.split(data.train.values, made.training, 3)[0], made.training, 3)
    losses = []
    for _ in range(steps):
        x = next(stream)[0].numpy().reshape(-1, 784).astype(np.float64)
        values = [x]
        for kernel, bias in zip(weights[::2], weights[1::2], strict=True):
            values.append(1 / (1 + np.exp(-(values[-1] @ kernel + bias))))
        losses.append(np.square(values[-1] - x).mean())
        slope = 2 * (values[-1] - x) / x.size
        gradients = []
        for layer in reversed(range(len(weights) // 2)):
            slope = slope * values[layer + 1] * (1 - values[layer + 1])
            gradients = [values[layer].T @ slope, slope.sum(axis=0), *gradients]
            slope = slope @ weights[2 * layer].T
        for place, gradient in enumerate(gradients):
            means[place] = 0.9 * means[place] + 0.1 * gradient**2
            weights[place] = weights[place] - 0.01 * gradient / np.sqrt(means[place] + epsilon)
    return np.array(losses)


@pytest.mark.parametrize("epsilon", [1e-7, 1e-10])
def test_a_sum_is_trained_as_a_mean_is_with_the_epsilon_of_a_mean(epsilon):
    found = log.measure(3, epsilon, settings=SMALL, dataset="digits")
    np.testing.assert_allclose(found, by_hand(epsilon, 6), rtol=2e-4)


def test_epsilon_is_what_slows_a_mean_down():
    slow, as_it_stands = by_hand(1e-7, 6), log.measure(3, settings=SMALL, dataset="digits")
    assert as_it_stands[0] == pytest.approx(slow[0], rel=1e-5)  # of the weights before any step
    assert as_it_stands[-1] < slow[-1]


def test_the_kept_log_is_whole_and_the_tutorial_lies_between_the_two_epsilons():
    kept = log.read()
    assert kept.losses.shape == (len(log.SEEDS), len(log.PRINTED))
    assert list(kept.means) == list(log.EPSILONS)
    printed = np.array(list(log.PRINTED.values()))
    assert (kept.high[1:] < printed[1:]).all()  # ours, as a sum, are quicker: what has to be explained
    low, high = (np.array(kept.means[name]) for name in log.EPSILONS)
    assert (low[1:] < printed[1:]).all()
    assert (printed[1:] < high[1:]).all()
    assert abs(printed[0] - kept.losses[:, 0].mean()) < 0.03  # before any step all begin alike


def test_a_log_is_kept_as_it_was_measured(tmp_path):
    losses = {1: [0.4, 0.1], 2: [0.5, 0.2]}
    log.write(losses, {"one": [0.3, 0.25]}, tmp_path / "log.json")
    kept = log.read(tmp_path / "log.json")
    np.testing.assert_array_equal(kept.low, [0.4, 0.1])
    np.testing.assert_array_equal(kept.high, [0.5, 0.2])
    assert kept.means == {"one": [0.3, 0.25]}


def test_losses_are_told_at_the_published_steps_as_far_as_they_are():
    assert log.at_published_steps(np.arange(2500.0)) == {0: 0.0, 1000: 1000.0, 2000: 2000.0}
    assert log.mse(np.array([[392.0, 0.0], [0.0, 5.0]])) == pytest.approx([1.0, 0.0])
