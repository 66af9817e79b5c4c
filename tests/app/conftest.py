"""The pages under Streamlit's AppTest: the app at a page's address, and two small models in the store.

The models are dense ones with fixed random weights, made without TensorFlow and fitted to nothing: what a page
does with a model is tested here, not what a model has learned. The warm-up is switched off, so no test imports
TensorFlow unless it asks for a model that has no NumPy form.
"""

import dataclasses
import functools
import gc
import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from aemodels import architectures, preview
from aemodels.architectures.dense import DenseConfig
from aemodels.data import datasets
from aemodels.latent import atlas
from aemodels.store import folders, weights
from aemodels.store.card import Card
from aemodels.training.queue import JobQueue

ROOT = Path(__file__).resolve().parents[2]
PLANE, LONG = "tiny-plane", "tiny-long"  # codes of 2 and of 6 numbers
SECONDS = 60  # for one run of a page; a slow machine must not fail a test

OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def tiny_models(digits: datasets.Dataset) -> tuple[str, str]:
    """The names of the two models, saved in the session's own home."""
    _save(PLANE, 2, digits)
    _save(LONG, 6, digits)
    return PLANE, LONG


@pytest.fixture(scope="session")
def save_model(digits: datasets.Dataset) -> Callable[..., None]:
    """Saves another such model: `save_model(name, size of its code)`. Whoever does so deletes it again.

    A third argument is the data set that it claims to be of, instead of the bundled digits.
    """
    return lambda name, size, data=digits: _save(name, size, data)


@pytest.fixture(scope="session", autouse=True)
def _one_look_for_components() -> Iterator[None]:
    """For every AppTest, Streamlit reads what all installed packages say of themselves, in search of components:
    half a second that a server spends once. So do these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner,
            "scan_component_manifests",
            functools.cache(manifest_scanner.scan_component_manifests),
        )
        yield


@pytest.fixture(scope="module", autouse=True)
def _no_garbage() -> None:
    """What the tests of other files have left is freed."""
    gc.unfreeze()
    gc.collect()


@pytest.fixture(autouse=True)
def _no_looking_for_garbage(_no_garbage: None) -> None:
    """Streamlit looks for garbage after every run; among all that a process full of tests and TensorFlow holds,
    that takes four times as long as the run. What there is by now is left out, as a warm server leaves it out."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _fresh_app(monkeypatch: pytest.MonkeyPatch) -> None:
    from pages.ui import cache

    monkeypatch.setattr(cache, "warm_up", lambda: None)
    cache.forget_cards()


@pytest.fixture
def open_page() -> OpenPage:
    """Opens a page as a visitor would: `open_page("latent", z="0.3,-1.2")` is /latent?model=…&z=0.3,-1.2."""

    def open_(name: str, *, model: str | None = PLANE, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=SECONDS)
        for parameter, value in {"model": model, **query}.items():
            if value is not None:
                app.query_params[parameter] = value
        app.switch_page(f"pages/{name}.py")
        return app.run()

    return open_


@pytest.fixture
def picture() -> Callable[[AppTest, str], str | None]:
    """The address of the image whose alternative text begins so; None if the page shows none."""

    def find(app: AppTest, alt: str) -> str | None:
        for element in app.get("image"):
            for image in element.proto.imgs:
                if image.alt.startswith(alt):
                    return image.url
        return None

    return find


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    """A queue whose jobs wait, until the test ends, in the state that the test gives them."""
    from pages.ui import cache
    from pages.ui.cache import trainings

    ended = threading.Event()
    queue = JobQueue(run=lambda job: ended.wait())
    monkeypatch.setattr(cache, "jobs", lambda: queue)
    monkeypatch.setattr(trainings, "jobs", lambda: queue)
    yield queue
    ended.set()


@pytest.fixture
def component() -> Callable[[AppTest, str], dict[str, Any]]:
    """What a page gives to the browser component of this name."""

    def find(app: AppTest, name: str) -> dict[str, Any]:
        (element,) = [each for each in app.get("bidi_component") if each.proto.component_name == name]
        return json.loads(element.proto.json)

    return find


@pytest.fixture
def sentences() -> Callable[[AppTest], str]:
    """All that a page says in warnings and errors, as one text."""

    def read(app: AppTest) -> str:
        found: list[Any] = [*app.warning, *app.error]
        return "\n".join(element.value for element in found)

    return read


def _save(name: str, size: int, data: datasets.Dataset) -> None:
    folder = folders.saved() / name
    os.makedirs(folder)
    config = DenseConfig(latent_dim=size, variational=size == 2, hidden=(16,))
    rng = np.random.default_rng(size)
    values = {
        key: (rng.standard_normal(shape) * 2.0 / np.sqrt(shape[0])).astype(np.float32)
        for key, shape in preview.shapes(config).items()
    }
    weights.write(folder / "weights.npz", values)
    card = Card(
        name=name,
        recipe="default",
        dataset=data.name,
        fingerprint=data.fingerprint,
        model=architectures.to_json(config),
        training={},
        seed=0,
        created="2025-01-01T00:00:00+00:00",
        parameters=sum(value.size for value in values.values()),
        epochs=1,
        class_names=data.class_names if data.name == datasets.OWN else (),
        metrics={"nelbo": 150.0} if size == 2 else {"mse": 0.01},
    )
    (folder / "card.json").write_text(card.to_json(), encoding="utf-8")
    model = preview.load(name)
    z = model.encode(data.test.x)
    np.savez(folder / "codes.npz", z=z, labels=data.test.labels)
    if size == 2:
        made = atlas.make_atlas(model.decode, atlas.extent(z), columns=20, rows=20, around=z)
        (folder / "atlas.png").write_bytes(made.to_png())
        card = dataclasses.replace(card, atlas=made.lattice)
        (folder / "card.json").write_text(card.to_json(), encoding="utf-8")
