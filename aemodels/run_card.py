"""The card of a run: all that an ended training leaves, in one zip to take along.

`store.arriving` reads the model in it again; everything else is for people and other programs.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aemodels import recipes
from aemodels.errors import ConfigError
from aemodels.figures import run_pictures
from aemodels.script import data as script_data
from aemodels.script import head, needs_file, script
from aemodels.store import models
from aemodels.training import tensorboard
from aemodels.training.jobs import Job, Result, State
from aemodels.training.progress import Look

if TYPE_CHECKING:
    from aemodels.store.card import Card

MODEL: Final = "model"
"""The folder of the model in the zip."""
MOST_DATA: Final = 32 * 2**20
"""Bytes of a training set that still comes along, where the script cannot get it otherwise."""

CONTENTS: Final[Mapping[str, str]] = {
    "README.txt": "this text",
    "model/": "the network: card.json (what it is), weights.npz, codes.npz and atlas.png (its map), history.csv",
    "spec.json": "all settings of the training, and the versions it was made with",
    "script.py": "the same training as a Keras script of its own; needs tensorflow, keras and numpy",
    "data.npz": "the data set that the script reads: run it in this folder",
    "digits.npz": "the data set that the script reads (Alpaydin and Kaynak, CC BY 4.0): run it in this folder",
    "figures/history.csv": "the losses of each epoch, in nats per image",
    "figures/curves.png": "these as curves",
    "figures/reconstructions.png": "ten test images above, what the network makes of them below",
    "figures/map.png": "the codes of test images, coloured by class",
    "tensorboard/": "a log folder: tensorboard --logdir tensorboard",
}


def pack(job: Job, name: str) -> bytes:
    """The zip of an ended training whose model is called `name`. Raises ConfigError where there is no model."""
    result, dataset = job.result, job.dataset
    if result is None or dataset is None:
        raise ConfigError("Only a training that has ended with a model can be taken along.")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        card = save(job, result, MODEL, root=folder)
        written = {path.name: path.read_bytes() for path in (folder / MODEL).iterdir()}
        named = card.to_json().replace(f'"name": "{MODEL}"', f'"name": "{name}"', 1)
        members = {f"{MODEL}/{key}": data for key, data in written.items()}
        members[f"{MODEL}/card.json"] = named.encode()
        members["spec.json"] = _settings(job).encode()
        members["script.py"] = script_of(job).encode()
        if needs_file(job.begun_as) and dataset.train.values.nbytes <= MOST_DATA:
            members[script_data.file_name(job.begun_as.dataset)] = script_data.write(dataset)
        members |= _figures(job, written["history.csv"])
        log = folder / "log"
        tensorboard.write(log, result.history.epochs, job.progress.looks, job.progress.inputs)
        for path in log.rglob("events*"):
            members[f"tensorboard/{path.parent.name}/{path.name}"] = path.read_bytes()
    members = {"README.txt": _readme(job, name, members).encode(), **members}
    return _zipped(members)


def save(job: Job, result: Result, name: str, *, root: Path | None = None) -> Card:
    """Save the model of an ended training, in the store or below `root`; errors are those of `models.save`."""
    if job.dataset is None:
        raise ConfigError("The data set of this training is not here any more. Bring it again.")
    return models.save(
        result.model,
        name,
        recipe=job.spec.recipe,
        dataset=job.spec.dataset,
        fingerprint=job.dataset.fingerprint,
        test=job.dataset.test,
        training=job.spec.training.to_json(),
        seed=job.spec.seed,
        history=result.history,
        metrics=result.metrics,
        class_names=() if job.own is None else job.own.class_names,
        root=root,
    )


def script_of(job: Job) -> str:
    """The script of a run, as it was begun."""
    return script(job.begun_as, notes=notes(job))


def notes(job: Job) -> list[str]:
    """What was done with a run that no script repeats."""
    found = []
    epochs = job.progress.epochs
    betas = dict.fromkeys(epoch.beta for epoch in epochs)
    if job.rounds:
        found.append("The run was trained on after it had ended; this is its first part.")
    if len(betas) > 1:
        found.append(f"β was changed while it ran: {', then '.join(f'{beta:g}' for beta in betas)}.")
    if job.steering.rate != 1.0:
        found.append(f"The learning rate was multiplied by {job.steering.rate:g} while it ran.")
    if job.state is State.STOPPED and not job.rounds:
        found.append(f"The run was stopped after epoch {len(epochs)}; this goes on to the end.")
    return found


def kept_look(job: Job) -> Look | None:
    """What was seen of the network that stays; of the newest epoch where that is not known, or was not kept."""
    looks = job.progress.looks
    best = job.result.history.best_epoch if job.result is not None else None
    return next((look for look in looks if look.epoch == best), looks[-1] if looks else None)


def _settings(job: Job) -> str:
    known = {
        "spec": job.begun_as.to_json(),
        "epochs": len(job.progress.epochs),
        "versions": head.versions(),
        "not_in_the_script": notes(job),
        "metrics": job.result.metrics if job.result is not None else {},
    }
    return json.dumps(known, indent=2, ensure_ascii=False) + "\n"


def _figures(job: Job, history: bytes) -> dict[str, bytes]:
    epochs = job.progress.epochs
    columns = {name: [getattr(epoch, name) for epoch in epochs] for name in ("loss", "val_loss")}
    found = {"figures/history.csv": history}
    if epochs:
        found["figures/curves.png"] = run_pictures.curves(columns)
    look = kept_look(job)
    if look is not None and look.reconstructions is not None and job.progress.inputs is not None:
        found["figures/reconstructions.png"] = run_pictures.sheet(job.progress.inputs, look.reconstructions)
    if look is not None and look.codes is not None and job.progress.labels is not None:
        found["figures/map.png"] = run_pictures.code_map(look.codes, job.progress.labels)
    return found


def _readme(job: Job, name: str, members: Mapping[str, bytes]) -> str:
    there = {
        key: words
        for key, words in CONTENTS.items()
        if key == "README.txt" or any(member.startswith(key) for member in members)
    }
    width = max(map(len, there))
    lines = [
        f"{name}: {recipes.get(job.spec.recipe).title}, a training of the autoencoder playground.",
        "",
        *(f"{key:{width}}  {words}" for key, words in there.items()),
        "",
        "Load it again: the page Train, Your models, Load a zip. Nothing in it is executed then.",
    ]
    if needs_file(job.begun_as) and script_data.file_name(job.begun_as.dataset) not in there:
        lines.append("The data set is too large to come along; the script reads your own copy, data.npz.")
    return "\n".join(lines) + "\n"


def _zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            packed = name.endswith((".npz", ".png"))  # these do not shrink
            archive.writestr(name, data, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
