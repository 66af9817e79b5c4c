"""The corpus of hostile models: each refused in time and with little memory; then each brought to a real server."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from aemodels.data.datasets import Split
from tests.soak.serving import serving
from tests.soak.visitor import Answer, Visitor
from tests.unit.store import refusals, test_arriving
from tests.unit.store.model_corpus import CORPUS

MOST_SECONDS: Final = 2.0  # of processor time, for one file
MOST_MEGABYTES: Final = 256


def soak() -> Sequence[str]:
    """Both."""
    with tempfile.TemporaryDirectory() as scratch:
        files = corpus(Path(scratch))
        found = refusals.answers(files, _made(Path(scratch) / "alone"))
    for name, one in found.files.items():
        assert CORPUS[name][1] in one.sentence, f"{name}: {one.sentence or 'taken in'}"
        assert one.seconds <= MOST_SECONDS, f"{name} took {one.seconds:.1f} s"
        assert one.megabytes <= MOST_MEGABYTES, f"{name} took {one.megabytes:.0f} MB"
    assert not found.built
    assert found.left == []
    slowest = max(one.seconds for one in found.files.values())
    largest = max(one.megabytes for one in found.files.values())
    return [
        f"{len(files)} hostile files refused with their reasons, nothing run, built or kept",
        f"slowest {slowest:.2f} s of processor time, {largest:.0f} MB more memory at most",
        *_served(files),
    ]


def corpus(scratch: Path) -> dict[str, bytes]:
    """Name → bytes of all hostile files."""
    values = np.random.default_rng(0).integers(0, 256, (12, 28, 28), np.uint8)
    images = Split(values, np.arange(12, dtype=np.uint8) % 10)
    test_arriving.saved(test_arriving.CONFIG, images, root=_made(scratch / "good"))
    folder = scratch / "good" / "mine"
    good = {f"mine/{path.name}": path.read_bytes() for path in folder.iterdir()}
    return {name: make(good) for name, (make, _) in CORPUS.items()}


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _served(files: dict[str, bytes]) -> Sequence[str]:
    """Every file through the page's field; the server is what it was, and nothing is in its store."""
    with serving() as server, Visitor(server.address) as visitor, Visitor(server.address) as other:
        before = _texts(other.open("reconstruct"))
        sent = 0
        for name, data in files.items():
            visitor.connect()  # another visitor: each may have uploaded so much
            answer = visitor.open("train")
            if not data or len(data) > visitor.largest_upload():
                continue
            (field,) = [widget for widget in answer.widgets() if widget.kind == "file_uploader"]
            answer = visitor.upload(field, "model.zip", data)
            assert not answer.exceptions(), f"{name}: {answer.exceptions()}"
            sentences = [
                element.alert.body
                for element, _ in answer.elements()
                if element.WhichOneof("type") == "alert"
            ]
            assert any("Bring a zip" in sentence for sentence in sentences), f"{name}: {sentences}"
            sent += 1
        assert _texts(other.open("reconstruct")) == before
        assert not list((server.home / "models").glob("*")), "something came into the store"
        assert not server.tracebacks(), server.tracebacks()[0]
    return [f"{sent} of them refused by a server, too, which went on as before"]


def _texts(answer: Answer) -> list[Any]:
    return [
        element.markdown.body for element, _ in answer.elements() if element.WhichOneof("type") == "markdown"
    ]
