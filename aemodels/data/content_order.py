"""An order of images that depends on nothing but the images.

Two files can hold the same images in different orders (Fashion-MNIST is found in its original order and in
shuffled ones). What is stored beside a model, such as the latent codes of the test set, belongs to positions;
so image 17 of a split has to be the same image on every machine.
"""

import hashlib

import numpy as np


def content_order(values: np.ndarray, labels: np.ndarray, salt: bytes = b"") -> np.ndarray:
    """The positions, int64 (n,), that bring `values` (n, …) and `labels` (n,) into their canonical order.

    Sorted by a 64-bit BLAKE2b hash of each value's bytes, then by label; items that tie in both are equal,
    so their order does not show. A hash rather than the bytes themselves, because the beginning of a split
    then is a fair sample of it; unlike a shuffle by a random generator it cannot change with a NumPy
    version. `salt` (at most 16 bytes) chooses another order.
    """
    rows = np.ascontiguousarray(values).reshape(len(values), -1)
    digests = b"".join(hashlib.blake2b(row.data, digest_size=8, salt=salt).digest() for row in rows)
    return np.lexsort((labels, np.frombuffer(digests, dtype=">u8")))
