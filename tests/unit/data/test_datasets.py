"""Data sets: what each of the table keeps, where the published ones are looked for, and what is refused."""

import gc
import importlib.util
import os
import weakref
from pathlib import Path

import numpy as np
import pytest

from aemodels.data import datasets, published
from aemodels.data.content_order import content_order
from aemodels.data.datasets import DATASETS, find_local, load
from aemodels.errors import DatasetError
from tests.unit.data.made_up_files import small_set, write_idx

PUBLISHED = {"mnist": published.MNIST, "fashion_mnist": published.FASHION_MNIST}


# --- every data set that is at hand ------------------------------------------------------------------------


@pytest.fixture(params=DATASETS)
def dataset(request) -> datasets.Dataset:
    if not find_local(request.param):
        pytest.skip(f"{request.param} is not on this machine; digits, factors and points are")
    return load(request.param, download=False)


def test_a_data_set_keeps_what_its_record_promises(dataset):
    record = DATASETS[dataset.name]
    assert (dataset.title, dataset.class_names) == (record.title, record.class_names)
    assert record.description.endswith(".")
    assert record.licence
    assert record.citation
    assert dataset.source
    assert len(dataset.fingerprint) == 16
    assert len(dataset.train) > len(dataset.test) > 0
    for split in (dataset.train, dataset.test):
        assert split.labels.dtype == np.uint8
        assert split.labels.shape == (len(split),)
        assert set(np.unique(split.labels)) == set(range(len(record.class_names)))
        assert split.x.dtype == np.float32
        assert np.isfinite(split.x).all()
        if record.kind == "images":
            assert split.values.dtype == np.uint8
            assert split.values.shape == (len(split), 28, 28)
            assert split.x.shape == (len(split), 28, 28, 1)
            assert split.x.min() == 0
            assert split.x.max() == 1
        else:
            assert split.x.shape == split.values.shape == (len(split), 3)


def test_a_data_set_is_the_same_every_time(dataset):
    again = load(dataset.name, download=False)
    assert again.fingerprint == dataset.fingerprint
    assert np.array_equal(again.train.values, dataset.train.values)
    assert np.array_equal(again.train.labels, dataset.train.labels)


def test_nobody_can_write_into_what_everybody_shares(dataset):
    for array in (dataset.train.values, dataset.train.labels, dataset.test.values, dataset.test.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize(
    "name", ["digits", "factors", "points"]
)  # the published ones are taken as they were published
def test_nothing_is_in_both_splits(name):
    dataset = load(name)
    train = {item.tobytes() for item in dataset.train.values}
    assert not any(item.tobytes() in train for item in dataset.test.values)


def test_points_lie_near_a_plane():
    points = load("points").train.x
    spread = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    share = spread**2 / np.sum(spread**2)
    assert share[2] < 0.005
    assert share[1] > 0.2


# --- where the published ones are looked for ---------------------------------------------------------------


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_keras_layout_is_read_from_the_named_folder(name, data):
    arrays = small_set()
    assert not find_local(name)
    np.savez_compressed(data / f"{name}.npz", **arrays)
    assert find_local(name)
    loaded = load(name, download=False)
    assert sorted(map(bytes, loaded.train.values)) == sorted(map(bytes, arrays["x_train"]))
    assert "AEMODELS_DATA" in loaded.source


@pytest.mark.parametrize(("ending", "dot"), [(".gz", "-"), ("", "-"), ("", ".")])
@pytest.mark.parametrize("folder", [".", "mnist", "MNIST/raw"])
def test_the_original_idx_files_are_read_too(data, ending, dot, folder):
    arrays = small_set()
    write_idx(data / folder, arrays, ending, dot)
    loaded = load("mnist", download=False)
    assert np.array_equal(loaded.train.values, arrays["x_train"])
    assert np.array_equal(loaded.train.labels, arrays["y_train"])
    assert np.array_equal(loaded.test.values, arrays["x_test"])
    assert np.array_equal(loaded.test.labels, arrays["y_test"])


@pytest.mark.parametrize("name", PUBLISHED)
def test_idx_files_of_one_data_set_are_not_taken_for_the_other(name, data):
    write_idx(data, small_set(PUBLISHED[name].first_labels))
    other = next(iter(PUBLISHED.keys() - {name}))
    assert find_local(name)
    assert not find_local(other)


def test_three_of_four_idx_files_are_none(data):
    write_idx(data, small_set())
    (data / "t10k-labels-idx1-ubyte.gz").unlink()
    assert not find_local("mnist")


def test_the_named_folder_comes_before_the_cache_of_keras(data, tmp_path):
    cache = tmp_path / "keras" / "datasets"
    cache.mkdir(parents=True)
    np.savez(cache / "mnist.npz", **small_set(seed=1))
    assert load("mnist", download=False).source == "the cache of Keras"
    write_idx(cache / "fashion-mnist", small_set(seed=1))
    assert load("fashion_mnist", download=False).source == "the cache of Keras"
    np.savez(data / "mnist.npz", **small_set(seed=2))
    assert np.array_equal(load("mnist").test.values, small_set(seed=2)["x_test"])


def test_fashion_mnist_has_one_order_whatever_the_order_of_the_file(data):
    arrays = small_set()
    np.savez(data / "fashion_mnist.npz", **arrays)
    first = load("fashion_mnist")
    shuffled = np.random.default_rng(9).permutation(len(arrays["y_test"]))
    arrays |= {"x_test": arrays["x_test"][shuffled], "y_test": arrays["y_test"][shuffled]}
    np.savez(data / "fashion_mnist.npz", **arrays)
    second = load("fashion_mnist")
    assert np.array_equal(first.test.values, second.test.values)
    assert np.array_equal(first.test.labels, second.test.labels)
    assert first.fingerprint == second.fingerprint


def test_what_somebody_holds_is_handed_out_again_and_let_go_with_them(data):
    np.savez(data / "mnist.npz", **small_set())
    held = load("mnist")
    assert load("mnist") is held
    seen = weakref.ref(held)
    del held
    gc.collect()
    assert seen() is None


@pytest.mark.parametrize("part", ["x_train", "y_train", "x_test", "y_test"])
def test_a_file_that_has_become_another_is_read_anew(data, part):
    arrays = small_set()
    np.savez(data / "mnist.npz", **arrays)
    before = load("mnist")
    np.savez(data / "mnist.npz", **{**arrays, part: small_set(seed=1)[part]})
    after = load("mnist")
    assert after is not before
    assert load("mnist") is after


def test_mnist_keeps_its_order_and_the_fingerprint_sees_another(data):
    arrays = small_set()
    np.savez(data / "mnist.npz", **arrays)
    first = load("mnist")
    arrays |= {"x_test": arrays["x_test"][::-1], "y_test": arrays["y_test"][::-1]}
    np.savez(data / "mnist.npz", **arrays)
    assert first.fingerprint != load("mnist").fingerprint


def test_the_order_by_content_keeps_labels_with_their_images_and_breaks_ties_by_label():
    values = np.zeros((3, 28, 28), np.uint8)
    assert list(content_order(values, np.array([2, 0, 1], np.uint8))) == [1, 2, 0]
    values = small_set()["x_test"]
    order = content_order(values, np.zeros(len(values), np.uint8))
    assert sorted(order) == list(range(len(values)))
    assert list(order) != list(content_order(values, np.zeros(len(values), np.uint8), b"salt"))


def test_real_mnist_is_in_its_original_order(mnist):
    assert (len(mnist.train), len(mnist.test)) == (60_000, 10_000)
    assert tuple(mnist.train.labels[:10]) == published.MNIST.first_labels
    assert mnist.train.x.mean() == pytest.approx(0.1307, abs=1e-4)
    assert mnist.train.x.std() == pytest.approx(0.3081, abs=1e-4)


def test_real_fashion_mnist_has_its_published_figures(fashion_mnist):
    assert list(np.bincount(fashion_mnist.train.labels)) == [6000] * 10
    assert list(np.bincount(fashion_mnist.test.labels)) == [1000] * 10
    assert fashion_mnist.train.x.mean() == pytest.approx(0.2860, abs=1e-4)
    assert fashion_mnist.train.x.std() == pytest.approx(0.3530, abs=1e-4)


# --- downloads and refusals --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PUBLISHED)
def test_offline_with_nothing_at_hand_the_bundled_digits_are_offered(name, data):
    with pytest.raises(DatasetError, match=r"could not be downloaded.*'digits'.*bundled"):
        load(name)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_download_can_be_ruled_out(name, data, monkeypatch):
    monkeypatch.setattr(published, "fetch", lambda *_: pytest.fail("downloaded"))
    with pytest.raises(DatasetError, match=r"is not on this machine.*'digits'"):
        load(name, download=False)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_download_goes_to_the_cache_of_keras_and_reports_its_progress(name, data, tmp_path, monkeypatch):
    arrays, calls, fetched = small_set(), [], []

    def fetch(remote, folder, progress):
        folder.mkdir(parents=True, exist_ok=True)
        fetched.append(remote.name)
        if remote.name.endswith(".npz"):
            np.savez(folder / remote.name, **arrays)
        else:
            write_idx(tmp_path / "web", arrays)
            (folder / remote.name).write_bytes((tmp_path / "web" / remote.name).read_bytes())
        progress(remote.size // 2, remote.size)
        progress(remote.size, remote.size)

    monkeypatch.setattr(published, "fetch", fetch)
    loaded = load(name, progress=lambda done, total: calls.append((done, total)))
    assert loaded.source == "the cache of Keras"
    assert fetched == [remote.name for remote in PUBLISHED[name].remotes]
    total = sum(remote.size for remote in PUBLISHED[name].remotes)
    assert [call[0] for call in calls] == sorted(call[0] for call in calls)
    assert calls[-1] == (total, total)
    assert load(name, download=False).fingerprint == loaded.fingerprint


def test_addresses_and_checksums_are_well_formed():
    keras = Path(importlib.util.find_spec("keras").origin).parent  # read, not imported: that takes seconds
    assert published.MNIST.remotes[0].checksum in (keras / "src" / "datasets" / "mnist.py").read_text()
    for item in PUBLISHED.values():
        for remote in item.remotes:
            assert remote.url.startswith("https://")
            assert len(remote.checksum) == {"sha256": 64, "md5": 32}[remote.algorithm]
            assert remote.size > 1000


def test_an_unknown_name_is_refused_with_the_names_there_are():
    for ask in (load, find_local):
        with pytest.raises(DatasetError, match=r"'cifar'.*mnist, fashion_mnist, digits, factors, points"):
            ask("cifar")


def test_a_folder_that_does_not_exist_is_as_good_as_none(data, monkeypatch):
    monkeypatch.setenv("AEMODELS_DATA", os.path.join(data, "nowhere"))
    assert not find_local("mnist")
    with pytest.raises(DatasetError, match="nowhere"):
        load("mnist")


def test_some_examples_are_taken_with_their_labels(digits):
    rows = np.array([5, 2, 2])
    taken = digits.test.take(rows)
    np.testing.assert_array_equal(taken.x, digits.test.x[rows])
    np.testing.assert_array_equal(taken.labels, digits.test.labels[rows])
    assert len(digits.test.take(slice(3))) == 3
