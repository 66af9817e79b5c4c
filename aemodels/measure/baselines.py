"""Principal component analysis: what the best *linear* code of the same size would keep.

A linear autoencoder with squared error learns the same subspace (Bourlard and Kamp, 1988; Baldi and
Hornik, 1989), so PCA is the comparison that says what depth and non-linearity are worth.
The subspace comes from the eigenvectors of the covariance matrix, which for 784 pixels is far cheaper
than a singular value decomposition of 60,000 images; no seed, no randomness.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError, ImageError

Floats = NDArray[np.float32]

CHUNK = 4096


@dataclass(frozen=True, eq=False)
class Pca:
    """Mean and orthonormal components, the one of largest variance first.

    mean (p,), components (k, p), variances (k,), float32; `shape` is the shape of one example, such as
    (28, 28, 1), with p = its product.
    """

    mean: Floats
    components: Floats
    variances: Floats
    shape: tuple[int, ...]

    @classmethod
    def fit(cls, x: NDArray, k: int) -> "Pca":
        """The first k principal components of x (n, ...), n > 1 and k at most the values of one example.

        x of bytes is taken as images of 0 to 255, scaled to [0, 1] a chunk at a time: as floats, 60,000
        images would take four times as much memory.
        Fit once with the largest k that is needed and `truncate` it: the first components do not depend
        on k. The sign of each is fixed so that its entry of largest magnitude is positive. Raises
        ConfigError for a k out of range, ImageError for fewer than two examples.
        """
        shape = tuple(int(size) for size in x.shape[1:])
        values = math.prod(shape)
        if len(x) < 2:
            raise ImageError(f"PCA needs at least two examples; received {len(x)}.")
        if not 1 <= k <= values:
            raise ConfigError(
                f"A PCA of examples with {values} values has a code of 1 to {values}; received {k}."
            )
        flat = x.reshape(len(x), values)
        scale = 1 / 255 if flat.dtype == np.uint8 else 1.0
        mean = flat.mean(axis=0, dtype=np.float64) * scale
        covariance = np.zeros((values, values))
        for at in range(0, len(flat), CHUNK):  # a chunk at a time: 60,000 images in double are 376 MB
            centred = flat[at : at + CHUNK] * scale - mean
            covariance += centred.T @ centred
        variances, vectors = np.linalg.eigh(covariance / (len(flat) - 1))  # smallest first
        components = vectors[:, ::-1][:, :k].T
        peak = np.argmax(np.abs(components), axis=1)
        components = components * np.sign(components[np.arange(k), peak])[:, None]
        return cls(
            mean=mean.astype(np.float32),
            components=np.ascontiguousarray(components, dtype=np.float32),
            variances=np.maximum(variances[::-1][:k], 0.0).astype(np.float32),
            shape=shape,
        )

    @property
    def latent_dim(self) -> int:
        return len(self.components)

    def truncate(self, k: int) -> "Pca":
        """The PCA of a smaller code, 1 <= k <= latent_dim, sharing this one's memory."""
        if not 1 <= k <= self.latent_dim:
            raise ConfigError(f"This PCA holds codes of 1 to {self.latent_dim} numbers; received {k}.")
        return Pca(self.mean, self.components[:k], self.variances[:k], self.shape)

    def encode(self, x: NDArray) -> Floats:
        """Examples (n, ...) -> codes (n, k) float32, zero at the mean example."""
        return (x.reshape(len(x), len(self.mean)) - self.mean) @ self.components.T

    def decode(self, z: NDArray, *, clip: bool = True) -> Floats:
        """Codes (n, k) -> examples (n, ...) float32.

        Images (examples of three axes) are clipped to [0, 1], as anything that is shown must be; points
        are not. `clip=False` gives the plain linear map for images, too.
        """
        x = (z.astype(np.float32) @ self.components + self.mean).reshape(len(z), *self.shape)
        return np.clip(x, 0.0, 1.0) if clip and len(self.shape) == 3 else x

    def reconstruct(self, x: NDArray, *, clip: bool = True) -> Floats:
        """`decode(encode(x))`, the same shape as x."""
        return self.decode(self.encode(x), clip=clip)

    def to_arrays(self) -> dict[str, NDArray]:
        """For `np.savez`; `from_arrays` is the way back."""
        return {
            "mean": self.mean,
            "components": self.components,
            "variances": self.variances,
            "shape": np.array(self.shape, dtype=np.int64),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray]) -> "Pca":
        mean, components, variances = (
            np.asarray(arrays[name], dtype=np.float32) for name in ("mean", "components", "variances")
        )
        return cls(mean, components, variances, tuple(int(size) for size in arrays["shape"]))
