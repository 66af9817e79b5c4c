"""A training on data of somebody's own, from the files to the model in the store."""

import numpy as np
import pytest

from aemodels.data import datasets
from aemodels.data.own import bring, making
from aemodels.errors import ConfigError, StoreError
from aemodels.store import card as cards
from aemodels.store import models
from aemodels.training import spec as specs
from aemodels.training.jobs import Job, State
from tests.unit.data.own import samples

SETTINGS = {"hidden": "8", "epochs": 1, "batch_size": 8}


def test_one_epoch_on_few_images_ends_with_a_model_that_can_be_saved(tmp_path):
    own = making.make(
        bring.read([samples.npz(images=samples.images(), labels=samples.labels())]), making.Way.CONTRACT
    )
    job = Job(specs.from_recipe("default", dataset=datasets.OWN, settings=SETTINGS), "somebody", own)
    job.run()
    assert job.error is None
    assert job.state is State.DONE
    assert np.isfinite(job.result.metrics["mse"])
    card = models.save(
        job.result.model,
        "mine",
        recipe="default",
        dataset=job.spec.dataset,
        fingerprint=own.fingerprint,
        test=own.test,
        training=job.spec.training.to_json(),
        seed=0,
        history=job.result.history,
        class_names=own.class_names,
        root=tmp_path,
    )
    assert card.dataset == datasets.OWN
    text = (tmp_path / "mine" / "card.json").read_text(encoding="utf-8")
    assert cards.from_json(text).class_names == own.class_names == ("0", "1", "2")
    with pytest.raises(StoreError, match="class_names"):
        cards.from_json(text.replace('"2"\n', '"<b>"\n'))
    with pytest.raises(StoreError, match="class_names"):
        cards.from_json(text.replace('"2"\n', "2\n"))
    assert {path.name for path in (tmp_path / "mine").iterdir()} == {
        *("card.json", "weights.npz", "codes.npz", "atlas.png", "history.csv"),
    }  # no image of theirs


def test_a_training_of_ones_own_data_needs_them():
    with pytest.raises(ConfigError, match="not here any more"):
        Job(specs.from_recipe("default", dataset=datasets.OWN), "somebody")
