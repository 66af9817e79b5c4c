"""UMAP in a process of its own: `python umap_worker.py CODES.npy PLACES.npy`.

The optional package umap-learn compiles itself anew in every process, holds Python's lock for seconds at a time and
keeps some hundred megabytes. Here that stands in nobody's way, and ends with the process.
`aemodels.latent.planes` starts it.

UMAP: McInnes, Healy and Melville, "UMAP: Uniform Manifold Approximation and Projection", 2018.
"""

import os
import sys
import warnings

import numpy as np

NEIGHBOURS = 15  # UMAP's own choice: near enough to see classes, far enough to see how they lie to each other
EPOCHS = (
    200  # what UMAP takes for large sets; 500, its choice for small ones, takes longer and looks the same
)
SEED = 0
NICE = 10  # whoever is on the page now comes first


def main(source: str, target: str) -> None:
    """Read codes (n, d) and write their places (n, 2) float32; n at least 5."""
    nice = os.environ.get("AEMODELS_WORKER_NICE", "")
    if hasattr(os, "nice"):
        os.nice(min(19, int(nice)) if nice.isdecimal() else NICE)
    # umap-learn imports TensorFlow for a part that is not used here: seconds, and memory.
    sys.modules["tensorflow"] = None  # type: ignore[assignment]
    warnings.simplefilter("ignore")  # about what is wanted here: one thread, and no placing of other codes
    import umap
    from sklearn.neighbors import NearestNeighbors

    codes = np.load(source, allow_pickle=False)
    count = min(NEIGHBOURS, len(codes) - 1)
    # Exact neighbours in two seconds; UMAP's own search takes a minute to compile.
    search = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(codes)
    distance, index = search.kneighbors(codes)
    reducer = umap.UMAP(
        n_components=2,
        n_neighbors=count,
        n_epochs=EPOCHS,
        random_state=SEED,
        n_jobs=1,
        precomputed_knn=(index.astype(np.int32), distance.astype(np.float32)),
    )
    np.save(target, reducer.fit_transform(codes).astype(np.float32))


if __name__ == "__main__":
    main(*sys.argv[1:])
