"""The zip of a run: everything is in it, it can be read by others, and its model comes back."""

import csv
import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from aemodels import run_card
from aemodels.data import datasets
from aemodels.errors import ConfigError
from aemodels.script import script
from aemodels.store import arriving, models
from aemodels.training import recovery, run_folder
from aemodels.training import spec as specs
from aemodels.training.jobs import Job

SMALL = {"hidden": (16,), "epochs": 2, "limit": 200, "batch_size": 32}


@pytest.fixture(scope="module")
def job():
    """A run that has ended, on the bundled digits."""
    job = Job(specs.from_recipe("default", dataset="digits", seed=2, settings=SMALL), "somebody")
    job.run()
    assert job.error is None
    return job


@pytest.fixture(scope="module")
def packed(job):
    return run_card.pack(job, "my-run")


@pytest.fixture
def members(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_part_is_there_and_the_readme_says_what_each_is(members, job):
    readme = members["README.txt"].decode()
    for key in ("model/", "spec.json", "script.py", "digits.npz", "figures/map.png", "tensorboard/"):
        assert key in readme
        assert any(name.startswith(key) for name in members)
    told = {key for key in run_card.CONTENTS if f"\n{key}" in readme}
    for name in members:
        assert any(name.startswith(key) for key in told), f"the text says nothing of {name}"
    settings = json.loads(members["spec.json"])
    assert specs.TrainingSpec.from_json(settings["spec"]) == job.spec
    assert set(settings["versions"]) == {"python", "tensorflow", "keras", "numpy"}
    assert members["script.py"].decode() == script(job.spec)
    with np.load(io.BytesIO(members["digits.npz"])) as file:
        np.testing.assert_array_equal(file["x_train"], datasets.load("digits").train.values)


def test_the_figures_are_the_runs_own(members, job):
    rows = list(csv.DictReader(io.StringIO(members["figures/history.csv"].decode())))
    ours = [epoch.val_loss for epoch in job.progress.epochs]
    assert [float(row["val_loss"]) for row in rows] == pytest.approx(ours, rel=1e-5)
    for name in ("curves", "reconstructions", "map"):
        picture = Image.open(io.BytesIO(members[f"figures/{name}.png"]))
        assert picture.width > 400
        assert len(np.unique(np.asarray(picture))) > 3
    sheet = np.asarray(Image.open(io.BytesIO(members["figures/reconstructions.png"])))
    best = job.progress.looks[job.result.history.best_epoch]
    np.testing.assert_array_equal(sheet[1 : 28 * 3 : 3, 1 : 28 * 3 : 3], job.progress.inputs[0])
    np.testing.assert_array_equal(sheet[28 * 3 + 5 :: 3, 1 : 28 * 3 : 3], best.reconstructions[0])


def test_its_model_comes_back_into_the_store(packed, job, tmp_path, monkeypatch):
    monkeypatch.setenv("AEMODELS_HOME", str(tmp_path))
    card = arriving.receive(packed)
    assert (card.name, card.recipe, card.seed) == ("my-run", "default", 2)
    x = job.dataset.test.x[:5]
    np.testing.assert_array_equal(models.load("my-run").encode(x), job.result.model.encode(x))


def test_a_run_that_was_changed_on_its_way_says_so(job):
    first = job.progress.epochs
    assert run_card.notes(job) == []
    begun, job.rounds = job.progress, 1
    job.steering.set_rate(0.1)
    try:
        notes = " ".join(run_card.notes(job))
    finally:
        job.rounds = 0
        job.steering.set_rate(1.0)
    assert "trained on after it had ended" in notes
    assert "multiplied by 0.1" in notes
    assert job.progress is begun
    assert job.progress.epochs == first


def test_what_a_run_is_called_and_how_it_began_outlives_its_server(tmp_path, monkeypatch):
    monkeypatch.setenv("AEMODELS_HOME", str(tmp_path))
    begun = Job(specs.from_recipe("default", dataset="digits"), "somebody")
    recovery.keep(begun)
    begun.title = "<b>mine</b>"
    begun.spec = specs.from_recipe("default", dataset="digits", settings={"beta": 4.0})
    begun.note()
    begun.folder.release()
    (folder,) = run_folder.left_over()
    found = recovery.recovered(folder)
    assert (found.title, found.begun_as, found.spec) == (begun.title, begun.begun_as, begun.spec)
    folder.release()


def test_only_an_ended_run_can_be_taken_along():
    with pytest.raises(ConfigError, match="ended with a model"):
        run_card.pack(Job(specs.from_recipe("default", dataset="digits"), "somebody"), "mine")


def test_a_run_on_ones_own_data_takes_them_along(tmp_path, monkeypatch, digits):
    monkeypatch.setenv("AEMODELS_HOME", str(tmp_path))
    own = datasets.Dataset(
        datasets.OWN,
        '"""\nimport os  # <b>',
        digits.train.take(slice(0, 120)),
        digits.test.take(slice(0, 60)),
        (),
        "",
        "0" * 16,
    )
    spec = specs.from_recipe(
        "conv-2d", dataset=datasets.OWN, settings={"filters": (2, 2), "epochs": 1, "batch_size": 32}
    )
    job = Job(spec, "somebody", own)
    job.run()
    assert job.error is None
    packed = run_card.pack(job, "of-my-own")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert "import os" not in archive.read("script.py").decode()
        assert 'else "data.npz"' in archive.read("script.py").decode()
        with np.load(io.BytesIO(archive.read("data.npz"))) as file:
            np.testing.assert_array_equal(file["x_train"], own.train.values)
    assert arriving.receive(packed).dataset == datasets.OWN
