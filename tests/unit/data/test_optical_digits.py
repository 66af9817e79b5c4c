"""The bundled digits: scikit-learn's, and alike enough to MNIST that its models know what to do with them."""

import subprocess
import sys

import numpy as np
import pytest


def test_bundled_digits_are_scikit_learns_with_a_fifth_for_the_test(digits):
    from sklearn.datasets import load_digits

    original = load_digits()
    assert len(digits.train) + len(digits.test) == len(original.target) == 1797
    for digit in range(10):
        every = np.sum(original.target == digit)
        assert np.sum(digits.test.labels == digit) == pytest.approx(every / 5, abs=0.5)


def test_bundled_digits_shrink_back_to_what_they_were_made_from(digits):
    # each image, its ink averaged over the 8×8 cells of its 20×20 box, must look most like its own original
    from sklearn.datasets import load_digits

    original = load_digits()
    flat = original.data / np.linalg.norm(original.data, axis=1, keepdims=True)
    hits = 0
    for image, label in zip(digits.test.values[:100], digits.test.labels[:100], strict=True):
        rows, columns = np.nonzero(image)
        best = 0.0, -1
        for top in range(max(0, rows.max() - 19), min(8, rows.min()) + 1):
            for left in range(max(0, columns.max() - 19), min(8, columns.min()) + 1):
                box = image[top : top + 20, left : left + 20].astype(float)
                cells = box.repeat(2, 0).repeat(2, 1).reshape(8, 5, 8, 5).mean(axis=(1, 3)).ravel()
                similarity = flat @ cells / np.linalg.norm(cells)
                best = max(best, (float(similarity.max()), int(similarity.argmax())))
        assert best[0] > 0.9
        hits += original.target[best[1]] == label
    assert hits >= 98


def test_bundled_digits_look_as_mnist_does(digits):
    images = digits.train.x[..., 0]
    assert images.mean() == pytest.approx(0.1307, abs=0.02)  # MNIST's mean, published
    grid = np.arange(28)
    mass = images.sum(axis=(1, 2))
    for axis in (1, 2):
        centre = (images.sum(axis=3 - axis) * grid).sum(axis=1) / mass
        assert np.all(np.abs(centre - 13.5) <= 0.51)
    assert np.all((images > 0).any(axis=2).sum(axis=1) <= 20)
    assert np.all((images > 0).any(axis=1).sum(axis=1) <= 20)


def test_fingerprints_of_what_is_bundled_do_not_change(digits):
    assert digits.fingerprint == "98fe065fad9b9bc4"  # codes stored beside models rely on it


def test_neither_scikit_learn_nor_tensorflow_is_imported_for_the_bundled_digits():
    code = (
        "import sys; from aemodels.data import datasets; datasets.load('digits'); "
        "print(sorted({'sklearn', 'scipy', 'requests', 'tensorflow', 'keras'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
