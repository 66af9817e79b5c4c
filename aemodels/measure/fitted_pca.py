"""PCAs that come with the program, so that a fair comparison needs neither the data set nor the seconds of a fit.

`python -m aemodels.measure.fitted_pca mnist fashion_mnist` makes them anew from the training images. They hold mean
images and components, no image of a data set. `Pca.fit` is the reference: a test compares the two.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import numpy as np

from aemodels.errors import ImageError
from aemodels.measure.baselines import Pca

COMPONENTS = 128  # as many as the longest code that a model has, apart from feature maps
FOLDER = Path(__file__).with_name("pcas")


def read(dataset: str) -> Pca | None:
    """The PCA of a data set's training images with `COMPONENTS` numbers; None where none comes with the program."""
    path = FOLDER / f"{dataset}.npz"
    if dataset not in names() or not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            return Pca.from_arrays(file)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ImageError(f"The PCA of {dataset} that comes with the program is damaged.") from error


def names() -> tuple[str, ...]:
    """The data sets whose PCA comes with the program."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.npz")))


def main(datasets: list[str]) -> None:
    """Fit and write the PCAs of these data sets."""
    from aemodels.data.datasets import load

    for name in datasets:
        pca = Pca.fit(load(name).train.values[..., None], COMPONENTS)
        FOLDER.mkdir(exist_ok=True)
        np.savez_compressed(FOLDER / f"{name}.npz", **pca.to_arrays())  # type: ignore[arg-type]
        print(f"{name}: {COMPONENTS} components of {pca.shape}.")


if __name__ == "__main__":
    main(sys.argv[1:])
