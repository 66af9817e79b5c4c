"""A machine with no data set on it and no network."""

from pathlib import Path

import pytest

from aemodels.data import published
from aemodels.errors import DatasetError


@pytest.fixture
def data(monkeypatch, tmp_path) -> Path:
    """An empty folder of AEMODELS_DATA, with an empty cache of Keras, and no network."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("AEMODELS_DATA", str(folder))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))

    def offline(remote, _folder, _progress):
        raise DatasetError(f"{remote.url} cannot be reached.")

    monkeypatch.setattr(published, "fetch", offline)
    return folder
