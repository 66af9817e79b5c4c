"""`python -m aemodels study`: what it makes, what it keeps, and one line for what it refuses.

The model is a dense one with random weights that answers by NumPy, so no test waits for TensorFlow.
"""

import json
import os

import numpy as np
import pytest

import aemodels.__main__ as command_line
from aemodels import architectures, held_out, preview, studies
from aemodels.architectures.dense import DenseConfig
from aemodels.measure import compression
from aemodels.measure.baselines import Pca
from aemodels.store import folders, models, weights
from aemodels.store import studies as kept
from aemodels.store.card import Card


@pytest.fixture(autouse=True)
def _tiny(tmp_path, monkeypatch, digits):
    monkeypatch.setenv("AEMODELS_HOME", str(tmp_path))
    monkeypatch.setattr(models, "load", preview.load)
    monkeypatch.setattr(compression, "TEST_IMAGES", 20)
    monkeypatch.setattr(studies, "OUTSIDERS", {})
    monkeypatch.setattr(studies, "DRAWN_OUTSIDERS", 30)
    for name, variational in (("tiny", False), ("tiny-vae", True)):
        config = DenseConfig(latent_dim=3, hidden=(8,), variational=variational)
        rng = np.random.default_rng(0)
        folder = folders.saved() / name
        os.makedirs(folder)
        values = {
            key: rng.normal(0, 0.3, shape).astype(np.float32) for key, shape in preview.shapes(config).items()
        }
        weights.write(folder / "weights.npz", values)
        card = Card(
            name=name,
            recipe="default",
            dataset="digits",
            fingerprint=digits.fingerprint,
            model=architectures.to_json(config),
            training={},
            seed=0,
            created="2025-01-01T00:00:00+00:00",
            parameters=1,
            epochs=1,
        )
        (folder / "card.json").write_text(card.to_json(), encoding="utf-8")


def run(capsys, *arguments):
    status = command_line.main(["study", *arguments])
    answer = capsys.readouterr()
    return status, answer.out, answer.err


@pytest.mark.parametrize("name", ["tiny", "tiny-vae"])
def test_a_study_is_reported_and_kept_only_when_asked(capsys, name):
    status, out, _ = run(capsys, name, "--only", "anomaly", "--json")
    assert status == 0
    report = json.loads(out)
    assert report["kept"] is False
    assert 0 <= report["studies"]["anomaly"]["mse/auc/shapes"] <= 1
    assert kept.read(name, "anomaly") is None
    assert run(capsys, name, "--only", "anomaly", "--write", "--json")[0] == 0
    arrays = kept.read(name, "anomaly")
    assert arrays is not None
    assert list(arrays["groups"]) == ["shapes"]
    assert (folders.saved() / name / "study-anomaly.npz").stat().st_size < 60_000


def test_the_compression_study_counts_the_decoder_and_fits_its_pca_to_training_images(capsys, digits):
    status, out, _ = run(capsys, "tiny", "--only", "compression", "--write")
    assert status == 0
    assert "kept beside it" in out
    arrays = kept.read("tiny", "compression")
    assert int(arrays["program_bytes"]) == 2 * (3 * 8 + 8 + 8 * 784 + 784)
    pca = Pca.fit(digits.train.values[..., None], 3)
    test = digits.test.take(slice(20)).x
    expected = compression.psnr_of(test, pca.reconstruct(test))
    assert float(arrays["pca/exact_psnr"]) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tiny", "--only", "nonsense"], "no study named 'nonsense'"),
        (["tiny-vae", "--only", "held_out"], "fits the model tiny-vae"),
        (["nobody"], "no model named 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_2(capsys, arguments, words):
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert out == ""
    assert words in err
    assert len(err.strip().splitlines()) == 1


def test_each_network_sees_all_classes_but_one_and_is_judged_on_images_it_never_saw(monkeypatch, digits):
    seen = []

    def nearest_mean(latent_dim, split, progress):
        """A network that knows one image a class, and draws the nearest."""
        seen.append(split)
        progress(1.0)
        x, labels = split.x.reshape(len(split), -1), split.labels
        means = np.stack([x[labels == label].mean(axis=0) for label in np.unique(labels)])

        def reconstruct(x):
            flat = x.reshape(len(x), -1)
            far = (flat**2).sum(axis=1)[:, None] - 2 * flat @ means.T + (means**2).sum(axis=1)
            return means[far.argmin(axis=1)].reshape(x.shape)

        return reconstruct

    monkeypatch.setattr(held_out, "_trained", nearest_mean)
    done = []
    arrays = held_out.study(3, digits, 200, done.append)
    assert [sorted(set(range(10)) - set(split.labels.tolist())) for split in seen] == [[c] for c in range(10)]
    assert sum(len(split) for split in seen) == 9 * (len(digits.train) - 200)
    assert arrays["auc"].shape == (10,)
    assert np.mean(arrays["auc"]) > 0.5
    assert np.median(arrays["held_out"][0]) > np.median(arrays["test"][0])
    assert done == sorted(done)
    assert done[-1] == 1.0
