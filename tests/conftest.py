"""What every test shares: a home and a cache of its own for the session, and the data sets.

The environment is set while this file is imported, before anything reads it, and is inherited by the servers that
the browser tests start. Tests must pass without AEMODELS_DATA, without a network and without a GPU.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

_SCRATCH = tempfile.mkdtemp(prefix="aemodels-tests-")
os.environ["AEMODELS_HOME"] = os.path.join(_SCRATCH, "home")  # never the models of whoever runs the tests
os.environ["KERAS_HOME"] = os.path.join(_SCRATCH, "keras")  # nor their downloads or their keras.json
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # TensorFlow's remarks about the processor are not test output
os.environ["AEMODELS_WORKER_NICE"] = "0"  # no page comes first here: a test waits for the child
# Several processes test at once: threads that turn while they wait for each other take the cores from all of them.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

from aemodels.data import datasets  # noqa: E402

BROWSER = "tests/browser/"
OF_MAPS = tuple(
    f"{BROWSER}test_{name}"
    for name in ("explorer", "space", "plain_points", "generate", "compare", "details")
)
"""The half of the browser tests that looks at maps and grids."""
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_unconfigure() -> None:
    shutil.rmtree(_SCRATCH, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser tests first: they take longest, so the processes of `make test` end at about the same time."""
    items.sort(key=lambda item: not item.nodeid.startswith(BROWSER))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    return _BrowserInTwo(config, log)


class _BrowserInTwo(LoadFileScheduling):
    """File by file to whichever process is free; but the browser tests to two, for those of each share a server."""

    def _split_scope(self, nodeid: str) -> str:
        if not nodeid.startswith(BROWSER):
            return super()._split_scope(nodeid)
        return f"{BROWSER}{'maps' if nodeid.startswith(OF_MAPS) else 'others'}"


@pytest.fixture(scope="session")
def digits() -> datasets.Dataset:
    """The bundled digits: 1,438 to train with and 359 to test with, on every machine."""
    return datasets.load("digits")


@pytest.fixture(scope="session")
def mnist() -> datasets.Dataset:
    """Real MNIST. A test that asks for it needs a counterpart that does with the bundled `digits`."""
    return _real("mnist")


@pytest.fixture(scope="session")
def fashion_mnist() -> datasets.Dataset:
    """Real Fashion-MNIST, on the same terms as `mnist`."""
    return _real("fashion_mnist")


def _real(name: str) -> datasets.Dataset:
    if not datasets.find_local(name):
        pytest.skip(f"the folder of AEMODELS_DATA has no {name}; the same is tested on the bundled digits")
    return datasets.load(name, download=False)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium for the browser tests: the system's, else the one that Playwright fetched."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        fetched = playwright.chromium.executable_path
    if not Path(fetched).is_file():
        pytest.skip(
            "no Chromium: install the package chromium, or run .venv/bin/python -m playwright install chromium"
        )
    return fetched
