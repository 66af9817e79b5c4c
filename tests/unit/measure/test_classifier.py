"""The judge by NumPy against Keras, and what is known of the ones that come with the program."""

import numpy as np
import pytest

from aemodels.data import datasets
from aemodels.errors import DatasetError, ImageError
from aemodels.measure import classifier


def random_judge(seed=0):
    rng = np.random.default_rng(seed)
    shapes = ((3, 3, 1, 16), (3, 3, 16, 32), (1568, 48), (48, 10))
    kernels = tuple(
        (rng.standard_normal(shape) / np.sqrt(np.prod(shape[:-1]))).astype(np.float32) for shape in shapes
    )
    biases = tuple((0.1 * rng.standard_normal(shape[-1])).astype(np.float32) for shape in shapes)
    return classifier.Classifier(kernels, biases, "mnist", 0.5)


def test_it_computes_what_keras_computes():
    from aemodels import judge

    model = judge.build(seed=1)
    ours = judge.to_classifier(model, "mnist")
    x = np.random.default_rng(0).random((5, 28, 28, 1), dtype=np.float32)
    logits = np.asarray(model(x, training=False))
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    np.testing.assert_allclose(ours.probabilities(x), powers / powers.sum(axis=1, keepdims=True), atol=1e-4)


def test_chunks_change_nothing(monkeypatch):
    x = np.random.default_rng(0).random((9, 28, 28, 1), dtype=np.float32)
    whole = random_judge().probabilities(x)
    monkeypatch.setattr(classifier, "CHUNK", 4)
    np.testing.assert_allclose(random_judge().probabilities(x), whole, atol=1e-6)
    assert random_judge().probabilities(x[:0]).shape == (0, 10)


def test_the_class_is_the_likeliest_and_the_confidence_its_probability():
    x = np.random.default_rng(0).random((4, 28, 28, 1), dtype=np.float32)
    probabilities = random_judge().probabilities(x)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    said, sure = random_judge().judge(x)
    assert said.tolist() == probabilities.argmax(axis=1).tolist()
    np.testing.assert_allclose(sure, probabilities.max(axis=1))


def test_arrays_bring_it_back_with_sixteen_bits():
    x = np.random.default_rng(0).random((4, 28, 28, 1), dtype=np.float32)
    back = classifier.Classifier.from_arrays(random_judge().to_arrays())
    assert (back.trained_on, back.accuracy) == ("mnist", 0.5)
    np.testing.assert_allclose(back.probabilities(x), random_judge().probabilities(x), atol=0.01)


def test_images_of_another_shape_and_other_data_sets_are_refused():
    with pytest.raises(ImageError, match="28, 28, 1"):
        random_judge().probabilities(np.zeros((2, 32, 32, 1)))
    with pytest.raises(DatasetError, match="points"):
        classifier.load("points")


@pytest.mark.parametrize("name", sorted(set(classifier.JUDGES.values())))
def test_a_judge_that_comes_with_the_program_is_small(name):
    path = classifier.FOLDER / f"{name}.npz"
    assert path.stat().st_size < 200_000
    assert classifier.load(name).trained_on == name


def test_the_judge_of_digits_knows_digits_of_another_source(digits):
    said, sure = classifier.load("digits").judge(digits.test.x)
    assert np.mean(said == digits.test.labels) > 0.85
    assert sure.min() > 0.1


@pytest.mark.parametrize("name", sorted(set(classifier.JUDGES.values())))
def test_a_judge_has_the_accuracy_that_it_claims(name, request):
    dataset: datasets.Dataset = request.getfixturevalue(name)
    part = dataset.test.take(slice(0, 2_000))
    said, _ = classifier.load(name).judge(part.x)
    assert np.mean(said == part.labels) == pytest.approx(classifier.load(name).accuracy, abs=0.02)
