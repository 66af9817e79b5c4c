"""The beginning of a script: what it is, what it was made with, and its imports."""

from __future__ import annotations

import platform
import textwrap
from collections.abc import Sequence
from importlib import metadata

from aemodels import recipes
from aemodels.training.spec import TrainingSpec

EXTRA = {"blur": "SciPy", "rotation": "SciPy", "jpeg": "Pillow"}
"""What a kind of noise needs besides NumPy."""
WIDTH = 110


def head(spec: TrainingSpec, notes: Sequence[str]) -> str:
    """Docstring and imports."""
    return f'"""{_docstring(spec, notes)}\n"""\n\n{_imports()}'


def versions() -> dict[str, str]:
    """Of Python and of the libraries that decide the weights."""
    found = {name: metadata.version(name) for name in ("tensorflow", "keras", "numpy")}
    return {"python": platform.python_version(), **found}


def _docstring(spec: TrainingSpec, notes: Sequence[str]) -> str:
    known = versions()
    recipe = recipes.get(spec.recipe)
    more = sorted({EXTRA[kind] for kind in spec.training.noise if kind in EXTRA})
    needs = ", ".join(["TensorFlow", "Keras", "NumPy", *more])
    paragraphs = [
        f"{recipe.title}: an autoencoder in one file, as the autoencoder playground trains it.",
        f"It needs {needs}, and prints a line an epoch. The seeds are those of the playground's run, and so are "
        "the network, the split, the batches and all randomness: with the same versions on the same kind of "
        "machine the losses are the same but for rounding, on others they differ a little after a few epochs.",
        f"Made for Python {known['python']}, TensorFlow {known['tensorflow']}, Keras {known['keras']}, "
        f"NumPy {known['numpy']}.",
        f"Recipe: {spec.recipe}. Source: {recipe.source}.",
    ]
    if notes:
        paragraphs.append("What this script leaves out: " + " ".join(notes))
    return "\n\n".join(textwrap.fill(paragraph, WIDTH) for paragraph in paragraphs)


def _imports() -> str:
    return "import sys\n\nimport keras\nimport numpy as np\nimport tensorflow as tf\nfrom keras import layers"
