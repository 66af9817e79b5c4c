"""Training: the loss falls, the seed decides, a stop stops, noise is fresh, and the validation set stays out."""

import numpy as np
import pytest

from aemodels.architectures.conv import ConvConfig
from aemodels.architectures.dense import DenseConfig
from aemodels.autoencoder import build
from aemodels.data.datasets import Split
from aemodels.errors import ConfigError
from aemodels.training import engine, fit, optimizers, pipeline
from aemodels.training.config import TrainingConfig
from aemodels.training.engine import Engine
from aemodels.training.steering import Steering

SMALL = TrainingConfig(epochs=3, batch_size=16, learning_rate=5e-3, validation_images=20)
MODELS = {
    "dense": DenseConfig(latent_dim=4, hidden=(32,)),
    "variational": DenseConfig(latent_dim=2, hidden=(32,), variational=True),
    "conv": ConvConfig(latent_dim=4, filters=(4, 4)),
    "squared error": DenseConfig(latent_dim=4, hidden=(32,), loss="squared_error"),
}


@pytest.fixture(scope="module")
def images():
    """160 pictures of a bar at one of eight places: quick to learn, and not all alike."""
    rng = np.random.default_rng(0)
    values = np.zeros((160, 28, 28), np.uint8)
    for image, place in zip(values, rng.integers(4, 22, 160), strict=True):
        image[5:23, place : place + 3] = rng.integers(180, 256)
    return Split(values, np.zeros(160, np.uint8))


@pytest.mark.parametrize("name", MODELS)
def test_the_loss_falls_and_is_the_sum_of_its_terms(images, name):
    config = MODELS[name]
    history = fit.train(build(config, seed=1), images, SMALL, seed=1)
    first, last = history.epochs[0], history.epochs[-1]
    assert last.loss < first.loss
    assert last.val_loss < first.val_loss
    for epoch in history.epochs:
        assert epoch.loss == pytest.approx(epoch.reconstruction + config.beta * epoch.kl, rel=1e-5)
        assert (epoch.kl > 0) == config.variational
    assert not history.stopped


def test_what_each_step_finds_is_told_after_each_epoch_and_is_of_the_weights_before_the_step(images):
    told = []
    model = build(MODELS["squared error"], seed=1)
    first_batch = next(pipeline.batches(fit.split(images.values, SMALL, 1)[0], SMALL, 1))[0].numpy()
    drawn = model.reconstruct(first_batch).astype(np.float64)
    history = fit.train(model, images, SMALL, seed=1, on_losses=lambda *told_: told.append(told_))
    steps = SMALL.steps(len(images.values))
    assert [first for first, _ in told] == [0, steps, 2 * steps]
    for epoch, (_, terms) in zip(history.epochs, told, strict=True):
        assert terms.shape == (steps, 2)
        assert epoch.reconstruction == pytest.approx(terms[:, 0].mean(), rel=1e-5)
    by_hand = 0.5 * np.square(first_batch - drawn).sum(axis=(1, 2, 3)).mean()
    assert told[0][1][0, 0] == pytest.approx(by_hand, rel=1e-5)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(images):
    def weights(seed):
        model = build(MODELS["variational"], seed=seed)
        fit.train(model, images, SMALL, seed=seed)
        return model.get_weights()

    first, again, other = weights(1), weights(1), weights(2)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_the_validation_loss_of_a_plain_network_equals_numpy(images):
    model = build(MODELS["dense"], seed=1)
    history = fit.train(model, images, SMALL.replace(epochs=1), seed=1)
    _, held_back = fit.split(images.values, SMALL, seed=1)
    x = held_back[..., None] / 255.0
    y = np.clip(model.reconstruct(x).astype(np.float64), 1e-12, 1 - 1e-12)
    expected = -(x * np.log(y) + (1 - x) * np.log(1 - y)).sum((1, 2, 3)).mean()
    assert history.epochs[0].val_loss == pytest.approx(expected, rel=1e-3)


def test_training_and_validation_are_disjoint_and_together_everything(images):
    values = np.arange(100, dtype=np.float32)[:, None]
    fitted, held_back = fit.split(values, SMALL, seed=3)
    assert len(held_back) == 20
    assert sorted(np.concatenate([fitted, held_back]).ravel()) == list(range(100))
    assert len(fit.split(values, SMALL.replace(limit=50), seed=3)[1]) == 10


def test_a_stop_ends_within_a_batch_and_keeps_the_best_epoch(images):
    model = build(MODELS["dense"], seed=1)
    steps, steering = [], Steering()

    def on_batch(batch):
        steps.append(batch.step)
        if batch.step == 20:
            steering.stop()

    history = fit.train(model, images, SMALL.replace(epochs=50), on_batch=on_batch, steering=steering, seed=1)
    assert history.stopped
    assert steps == list(range(1, 21))
    assert len(history.epochs) == 20 // (140 // 16)
    assert history.best_epoch in {epoch.epoch for epoch in history.epochs}


def test_callbacks_see_every_epoch_in_order(images):
    seen = []
    history = fit.train(build(MODELS["dense"]), images, SMALL, on_epoch=seen.append)
    assert tuple(seen) == history.epochs
    assert [epoch.epoch for epoch in seen] == [1, 2, 3]


def test_the_best_weights_are_kept(images):
    model = build(MODELS["dense"], seed=1)
    after = []
    # A constant rate far too high for the end makes some later epoch worse than an earlier one.
    config = SMALL.replace(epochs=12, learning_rate=0.08, schedule="constant")
    history = fit.train(model, images, config, on_epoch=lambda _: after.append(model.get_weights()), seed=1)
    losses = [epoch.val_loss for epoch in history.epochs]
    assert history.best_epoch == 1 + int(np.argmin(losses))
    kept = after[history.best_epoch - 1]
    assert all(np.array_equal(a, b) for a, b in zip(kept, model.get_weights(), strict=True))


def test_patience_ends_a_training_that_no_longer_improves(images):
    config = SMALL.replace(epochs=60, learning_rate=0.3, schedule="constant", patience=2)
    history = fit.train(build(MODELS["dense"], seed=1), images, config, seed=1)
    assert len(history.epochs) < 60
    assert len(history.epochs) - history.best_epoch in (2, 0)


def test_patience_ends_it_as_well_where_the_last_weights_are_kept(images):
    config = SMALL.replace(epochs=60, learning_rate=0.3, schedule="constant", patience=2, keep_best=False)
    history = fit.train(build(MODELS["dense"], seed=1), images, config, seed=1)
    losses = [epoch.val_loss for epoch in history.epochs]
    assert len(losses) < 60
    assert int(np.argmin(losses)) == len(losses) - 3
    assert history.best_epoch == len(losses)


@pytest.fixture
def betas(monkeypatch):
    """The β of every step, in order; nothing is learned."""
    seen = []

    def make_step(*_, **__):
        import tensorflow as tf

        def step(totals, x, target, beta, rate, key):
            seen.append(float(beta))
            return totals + tf.constant([100.0, 10.0])

        return step

    monkeypatch.setattr(engine, "_step", make_step)
    return seen


def test_beta_rises_evenly_over_its_part_of_all_steps_and_stays(images, betas):
    config = SMALL.replace(epochs=5, steps_per_epoch=4, beta_warmup=0.5)
    history = fit.train(build(MODELS["variational"].replace(beta=2.0)), images, config)
    assert betas == pytest.approx([0.2 * step for step in range(1, 11)] + 10 * [2.0])
    assert [epoch.beta for epoch in history.epochs] == 5 * [2.0]


def test_losses_are_told_with_all_of_beta_from_the_first_epoch_on_so_that_epochs_compare(images, betas):
    config = SMALL.replace(epochs=2, steps_per_epoch=4, beta_warmup=1.0)
    for epoch in fit.train(build(MODELS["variational"].replace(beta=2.0)), images, config).epochs:
        assert epoch.loss == pytest.approx(100.0 + 2.0 * 10.0)
        assert epoch.val_loss == pytest.approx(epoch.val_reconstruction + 2.0 * epoch.val_kl)


def test_a_beta_that_somebody_sets_ends_the_warm_up(images, betas):
    config, steering = SMALL.replace(epochs=2, steps_per_epoch=4, beta_warmup=1.0), Steering()

    def on_batch(batch):
        if batch.step == 3:
            steering.set_beta(5.0)

    fit.train(build(MODELS["variational"]), images, config, steering=steering, on_batch=on_batch)
    assert betas == pytest.approx([1 / 8, 2 / 8, 3 / 8, 5.0, 5.0, 5.0, 5.0, 5.0])


def test_what_is_trained_on_has_had_its_warm_up(images, betas):
    config = SMALL.replace(epochs=1, steps_per_epoch=4, beta_warmup=0.5)
    fit.train(build(MODELS["variational"]), images, config, again=1)
    assert betas == [1.0] * 4


def test_noise_is_fresh_in_every_epoch_and_the_target_is_clean(images):
    config = SMALL.replace(noise=("gaussian",), noise_level=0.5, batch_size=160)
    stream = pipeline.batches(images.values, config, seed=1)
    (first, target), (second, _) = next(stream), next(stream)
    first, second, target = map(np.asarray, (first, second, target))
    clean = {image.tobytes() for image in images.x}
    assert all(image.tobytes() in clean for image in target)
    assert not any(image.tobytes() in clean for image in first)
    assert abs(first - target).mean() > 0.1
    # Each epoch shuffles anew, so the noise is compared by its values, not by its place.
    assert set(np.round(first[first > 0], 6)) != set(np.round(second[second > 0], 6))


def test_every_pass_takes_each_example_once_in_an_order_of_its_own():
    count, batch = 50, 16
    rows = pipeline.rows(count, batch, seed=3)
    taken = np.concatenate([rows(step) for step in range(25)])
    passes = taken[: 400 // count * count].reshape(-1, count)
    assert all(sorted(order) == list(range(count)) for order in passes)
    assert len({order.tobytes() for order in passes}) == len(passes)
    assert abs(np.corrcoef(passes[0], passes[1])[0, 1]) < 0.5
    np.testing.assert_array_equal(rows(3), np.concatenate([passes[0][48:], passes[1][:14]]))
    assert list(rows(0)) != list(pipeline.rows(count, batch, seed=4)(0))


def test_a_batch_depends_on_the_seed_and_the_step_alone(images):
    config = SMALL.replace(noise=("gaussian", "scribble"), augment=0.5)
    whole, later = (pipeline.batches(images.values, config, seed=1, first=first) for first in (0, 11))
    for _ in range(11):
        next(whole)
    for _ in range(3):
        for one, other in zip(next(whole), next(later), strict=True):
            np.testing.assert_array_equal(one, other)


def test_augmentation_ends_where_it_is_told_to(images):
    config = SMALL.replace(epochs=2, steps_per_epoch=5, augment=0.5, augment_until=0.3)
    plain = config.replace(augment=0.0)
    both = (pipeline.batches(images.values, each, seed=1) for each in (config, plain))
    alike = [np.array_equal(one[0], other[0]) for one, other, _ in zip(*both, range(10), strict=False)]
    assert alike == [False] * 3 + [True] * 7


def test_a_denoiser_learns_to_undo_noise(images):
    config = SMALL.replace(epochs=30, learning_rate=1e-2, noise=("gaussian",), noise_level=0.5)
    model = build(DenseConfig(latent_dim=16, hidden=(64,)), seed=1)
    fit.train(model, images, config, seed=1)
    noisy = pipeline.damage(images.x, config, np.random.default_rng(9))
    assert np.square(model.reconstruct(noisy) - images.x).mean() < 0.5 * np.square(noisy - images.x).mean()


def test_an_epoch_can_be_so_many_steps(images):
    steps = []
    config = SMALL.replace(epochs=2, steps_per_epoch=5)
    fit.train(build(MODELS["dense"]), images, config, on_batch=lambda batch: steps.append(batch))
    assert [batch.step for batch in steps] == list(range(1, 11))
    assert steps[-1].steps == 10


def test_the_learning_rate_warms_up_and_falls_to_nothing(images):
    rates = [epoch.learning_rate for epoch in fit.train(build(MODELS["dense"]), images, SMALL).epochs]
    assert rates[0] > rates[1] > rates[2]
    assert rates[2] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("warmup", "steps"), [(0.05, 200), (0.0, 7), (0.5, 40), (0.05, 1)])
def test_the_schedule_is_that_of_keras(warmup, steps):
    import keras

    ours = optimizers.rates(SMALL.replace(schedule="warmup_cosine", warmup=warmup), steps)
    first = max(1, round(warmup * steps))
    theirs = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - first), warmup_target=SMALL.learning_rate, warmup_steps=first
    )
    np.testing.assert_allclose(ours, [float(theirs(step)) for step in range(steps + 1)], rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "sgd"])
def test_a_network_that_was_trained_before_trains_as_a_new_one(images, optimizer):
    config = SMALL.replace(optimizer=optimizer)
    new, used = build(MODELS["variational"], seed=3), build(MODELS["variational"], seed=4)
    fit.train(used, images, config.replace(learning_rate=1e-2), seed=9)
    used.set_weights(new.get_weights())
    traced = used.engines
    histories = [fit.train(model, images, config, seed=1) for model in (new, used)]
    assert used.engines is traced
    assert [epoch.val_loss for epoch in histories[0].epochs] == [
        epoch.val_loss for epoch in histories[1].epochs
    ]
    for one, other in zip(new.get_weights(), used.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_data_that_do_not_fit_the_network_are_refused():
    points = Split(np.zeros((50, 3), np.float32), np.zeros(50, np.uint8))
    with pytest.raises(ConfigError, match="inputs of shape"):
        fit.train(build(MODELS["dense"]), points, SMALL)
    with pytest.raises(ConfigError, match="at least 10 examples"):
        fit.train(
            build(MODELS["dense"]), Split(np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.uint8)), SMALL
        )


def test_the_compiled_step_computes_what_the_plain_one_does(images):
    import tensorflow as tf

    x = tf.constant(images.x[:16])
    results = []
    for compiled in (False, True):
        model = build(MODELS["dense"], seed=2)
        step = Engine(model, "adam", compiled=compiled).step
        for _ in range(3):
            terms = step(tf.zeros(2), x, x, tf.constant(1.0), tf.constant(4e-3), tf.constant([1, 1]))
        results.append((np.asarray(terms), model.get_weights()))
    np.testing.assert_allclose(results[0][0], results[1][0], rtol=1e-4)
    for plain, compiled in zip(results[0][1], results[1][1], strict=True):
        np.testing.assert_allclose(plain, compiled, atol=1e-4)


def test_long_trainings_of_dense_networks_are_compiled_and_no_others():
    many, few = fit.WORTH_COMPILING, fit.WORTH_COMPILING - 1
    assert fit.worth_compiling(MODELS["dense"], many)
    assert not fit.worth_compiling(MODELS["dense"], few)
    assert not fit.worth_compiling(MODELS["conv"], 100 * many)
    assert not fit.worth_compiling(ConvConfig(latent_dim=None, filters=(4,), downsampling="pool"), many)


def test_augmentation_of_strength_zero_is_none_and_the_seed_decides(images):
    from aemodels.training.augmentation import augment

    x = images.x[:8]
    np.testing.assert_array_equal(np.asarray(augment(x, 0.0, [1, 1])), x)
    strong = np.asarray(augment(x, 1.0, [1, 1]))
    np.testing.assert_array_equal(strong, np.asarray(augment(x, 1.0, [1, 1])))
    assert (strong != np.asarray(augment(x, 1.0, [1, 2]))).any()
    assert strong.min() >= 0
    assert strong.max() <= 1
    # A digit stays where it was, by and large: shift, slant and scale together move its centre a few pixels.
    columns = np.arange(28)
    centres = [(a[..., 0].sum(1) @ columns) / a.sum((1, 2, 3)) for a in (x, strong)]
    assert np.abs(centres[0] - centres[1]).max() < 5
    assert np.abs(centres[0] - centres[1]).max() > 0.1
