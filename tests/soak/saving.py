"""Kill -9 at random moments of saving and deleting: every model stays readable, and no earlier version is lost.

A child saves, deletes and measures models in a loop, by the store's own functions and without TensorFlow, and says
after each step that it is done; it is killed at a moment drawn at random. Whoever looks at the store next, as a
server does that starts, must find each model whole: the version that was said to be there, or the one after it.

    python -m tests.soak.saving FOLDER COUNT SEED

prints the tally as JSON: a process of its own, because a process with threads must not be forked.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import numpy as np

ROOT: Final = Path(__file__).parents[2]
CODE: Final = 2
SHAPES: Final = {
    "encoder.00.kernel": (784, 4),
    "encoder.01.bias": (4,),
    "encoder.02.kernel": (4, CODE),
    "encoder.03.bias": (CODE,),
    "decoder.00.kernel": (CODE, 4),
    "decoder.01.bias": (4,),
    "decoder.02.kernel": (4, 784),
    "decoder.03.bias": (784,),
}
KEPT, MINE, PASSING = "kept", "mine", "passing"


@dataclasses.dataclass
class Tally:
    """What was found after the kills; all but `kills` and `inside` should stay 0."""

    kills: int = 0
    inside: int = 0  # kills after which the store had something half done in it
    unreadable: int = 0
    lost: int = 0  # versions that were there and are not any more
    leftovers: int = 0  # files and folders that nobody sweeps
    damaged: int = 0  # folders that the store calls damaged


def run(folder: Path, count: int, seed: int) -> Tally:
    """The tally of `count` kills, from a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.saving", str(folder), str(count), str(seed)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Tally(**json.loads(done.stdout))


# --- the process of its own ----------------------------------------------------------------------------------


def kill_often(count: int, seed: int) -> Tally:
    """Kill `count` children that save into AEMODELS_HOME, and look at the store after each."""
    from aemodels.store import folders

    chance, tally = random.Random(seed), Tally()
    save(KEPT, 0)  # what is imported for the first one is not counted
    begun = time.monotonic()
    for version in range(3):
        save(KEPT, version)
        save(MINE, version)
    typical = (time.monotonic() - begun) / 6  # seconds of a save on this disk
    newest = 2
    for _ in range(count):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _save_for_ever(newest + 1, writing)
        os.close(writing)
        os.read(reading, 1)  # it has begun
        time.sleep(chance.uniform(0.0, 3 * typical))  # the moment is what is drawn at random
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        newest += len(os.read(reading, 1 << 16))
        os.close(reading)
        tally.kills += 1
        tally.inside += any(path.name.startswith(".") for path in folders.saved().iterdir())
        newest = _look(newest, tally)
        if tally.kills % 100 == 0:
            print(f"  {tally}", file=sys.stderr, flush=True)
    return tally


def save(name: str, version: int) -> None:
    """Save a model whose numbers are all `version`."""
    from aemodels.architectures.dense import DenseConfig
    from aemodels.data.datasets import Split
    from aemodels.store import models
    from aemodels.training.history import Epoch, History

    models._versions = dict  # type: ignore[assignment]  # they would import TensorFlow
    models.save(
        _Stub(DenseConfig(latent_dim=CODE, hidden=(4,)), version),  # type: ignore[arg-type]
        name,
        recipe="default",
        dataset="digits",
        fingerprint="0" * 16,
        test=Split(np.zeros((12, 28, 28), np.uint8), np.zeros(12, np.uint8)),
        training={},
        seed=version,
        history=History((Epoch(1, 2.0, 1.5, 0.5, 2.1, 1.6, 0.5, 1e-3, 0.1),), 1, stopped=False),
        overwrite=True,
    )


class _Stub:
    """As much of a model as saving asks for, in NumPy."""

    def __init__(self, config: Any, version: int) -> None:
        self.config, self.latent_dim = config, CODE
        self._version = version
        self.parameters = sum(int(np.prod(shape)) for shape in SHAPES.values())
        named = {part: [name for name in SHAPES if name.startswith(part)] for part in ("encoder", "decoder")}
        self.encoder, self.decoder = (
            SimpleNamespace(weights=[SimpleNamespace(name=name.rpartition(".")[2]) for name in names])
            for names in named.values()
        )

    def get_weights(self) -> list[np.ndarray]:
        return [np.full(shape, self._version, np.float32) for shape in SHAPES.values()]

    def encode(self, x: np.ndarray) -> np.ndarray:
        return np.full((len(x), CODE), self._version, np.float32)

    def decode(self, z: np.ndarray) -> np.ndarray:
        return np.zeros((len(z), 28, 28, 1), np.float32)


def _save_for_ever(version: int, writing: int) -> None:
    """Save one version after another, and tell each that is there; a model that passes is saved and deleted."""
    from aemodels.store import models

    os.write(writing, b"b")
    while True:
        save(MINE, version)
        os.write(writing, b".")
        models.update_metrics(MINE, {"mse": version / 2**20})
        save(PASSING, version)
        models.delete(PASSING)
        version += 1


def _look(newest: int, tally: Tally) -> int:
    """Look at the store as one does that starts; the version of MINE that is there."""
    from aemodels.store import folders, models

    names = {card.name for card in models.list_models() if not card.shipped}
    tally.damaged += len(models.damaged_models())
    found = {name: _version(name) for name in names}
    tally.unreadable += sum(version is None for version in found.values())
    tally.lost += found.get(KEPT) != 2
    there = found.get(MINE)
    tally.lost += there is None or not newest <= there <= newest + 1
    tally.leftovers += sum(path.name not in names for path in folders.saved().iterdir())
    return newest if there is None else there


def _version(name: str) -> int | None:
    """The version of a model, if all of its files are of the same one."""
    from aemodels.errors import StoreError
    from aemodels.store import folders, models, weights

    try:
        card = models.read_card(name)
        values = weights.read(folders.find(name) / "weights.npz", SHAPES)
        codes, history, atlas = models.codes(name), models.history(name), models.atlas_path(name)
    except StoreError:
        return None
    numbers = {float(number) for array in (*values.values(), codes.z) for number in np.unique(array)}
    whole = numbers == {float(card.seed)} and history["epoch"] == [1.0] and atlas is not None
    return card.seed if whole else None


if __name__ == "__main__":
    home, count, seed = sys.argv[1:]
    os.environ["AEMODELS_HOME"] = home
    print(json.dumps(dataclasses.asdict(kill_often(int(count), int(seed)))))
