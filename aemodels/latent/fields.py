"""Fields: quantities that have a value at every place of a two-dimensional code space, measured on a lattice.

The nodes are those of `aemodels.latent.atlas.lattice`: row 0 has the largest y, and the outermost nodes lie
exactly **on** the bounds of the extent. Every field is an array (rows, columns).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError
from aemodels.latent.atlas import Extent, lattice

Encode = Callable[[NDArray], NDArray]
"""Images (n, 28, 28, 1) float32 in [0, 1] -> codes (n, 2)."""
Decode = Callable[[NDArray], NDArray]
"""Codes (n, 2) float32 -> images (n, 28, 28, 1) in [0, 1]."""

NODES = 64
"""Columns and rows unless told otherwise."""

MOST_NODES = 128
"""Columns or rows: a stretch of 128 x 128 nodes takes 65,536 decoded images."""

CHUNK = 1024
"""Codes that are decoded at a time: 3 MiB of images."""

NEIGHBOURS = 10
"""Codes that vote on a region; the help text of the regions says so too."""

STEP = 3e-4
"""The step of the stretch's central differences, as a share of the extent's side.

A longer step misses how the stretch itself changes, an error that grows with its square; a shorter one drowns
in the rounding of float32. The best lies near the cube root of the rounding (0.004) times the length over
which the decoder changes (a tenth of the side or so). Against the same decoders in double precision, VAEs of
digits and of clothes, 3e-4 was the best of nine steps from 3e-5 to 0.016 for 95 % of the nodes: at most
0.03 % off there, 0.2 % at the worst. With the neighbouring nodes themselves, 1/63 of the side away, 5 % of
the nodes were 15 % off or more.
"""

NARROWEST = 0.5
"""The least standard deviation of the density's kernel, in steps of the lattice: less falls between nodes."""

CELLS = 5
"""Cells of the density's histogram in one standard deviation of its kernel, the narrow way."""

REACH = 5
"""Standard deviations after which the density's kernel is taken for nothing: it is down to 4e-6 there."""


@dataclass(frozen=True)
class Field:
    """What a page says of a field, and the arguments that it needs besides the lattice.

    `unit` is the unit once codes are counted in their own standard deviation σ, and `power` how often the field has
    the unit of the code in it: see `relative`.
    """

    title: str
    help: str
    unit: str
    needs: tuple[str, ...]
    power: int = 0


FIELDS: dict[str, Field] = {
    "density": Field(
        title="Density",
        help="Where the codes crowd together. Look for the empty places between the crowds: the decoder has"
        " hardly practised there.",
        unit="of all codes per σ²",
        needs=("codes",),
        power=-2,
    ),
    "holes": Field(
        title="Holes",
        help="How far a code moves when its image is decoded and encoded again. Look for strong colour among"
        " the codes: there the encoder does not find its way back.",
        unit="σ of the codes",
        needs=("encode", "decode"),
        power=1,
    ),
    "stretch": Field(
        title="Stretch",
        help="How fast the image changes as the code moves. Look for ridges: they are the borders between one"
        " shape and the next.",
        unit="of image per σ of the codes",
        needs=("decode",),
        power=-1,
    ),
    "regions": Field(
        title="Regions",
        help="The class of most of the ten nearest codes. Look for classes in several pieces, and for which"
        " ones share a border.",
        unit="class",
        needs=("codes", "labels"),
    ),
}
"""Each key is the name of a function of this module, each of `needs` one of its arguments."""


def relative(name: str, values: NDArray, codes: NDArray) -> NDArray:
    """A field in units of the codes' standard deviation: codes (n, 2), values of any shape, the same shape back.

    One model spreads its codes over 3 units, another over 60: only so are their holes and stretches comparable.
    The deviation is the root of the mean variance of both numbers. Regions, which have no unit, stay as they are.
    """
    power = FIELDS[name].power
    spread = float(np.sqrt(_check_codes(codes).var(axis=0).mean()))
    return values if not power or spread == 0.0 else (values / spread**power).astype(np.float32)


def density(codes: NDArray, extent: Extent, columns: int = NODES, rows: int = NODES) -> NDArray[np.float32]:
    """Share of the codes per unit of area: codes (n, 2) -> (rows, columns), 0 or more.

    A Gaussian kernel estimate; over the whole plane it integrates to 1. The kernel's covariance is that of
    the codes times n^(-1/3): Scott's rule (Scott, "Multivariate Density Estimation", 1992) with the full
    covariance, as `scipy.stats.gaussian_kde` has it, but nowhere less than `NARROWEST`. Only codes within the
    extent have a say in the covariance: a few far outliers would blur everything. Raises ConfigError for no
    codes, codes of anything but two numbers, and codes that are not finite.
    """
    from scipy import fft

    _check_lattice(extent, columns, rows)
    codes = _check_codes(codes)
    (x_low, x_high), (y_low, y_high) = extent
    nodes = np.array([columns, rows])
    step = np.array([x_high - x_low, y_high - y_low]) / (nodes - 1)
    # From here on in steps of the lattice from its top left node: (across, down).
    places = (codes - (x_low, y_high)) / (step * (1, -1))
    covariance = _kernel(places[((places >= 0) & (places <= nodes - 1)).all(axis=1)])

    # A convolution of counts in fine cells, of which every `fineness`-th has its centre on a node.
    fineness = math.ceil(CELLS / math.sqrt(np.linalg.eigvalsh(covariance)[0]))
    # The Fourier transform repeats the plane: the edge is wide enough for no kernel to come in from beyond.
    edge = math.ceil(REACH * math.sqrt(covariance.diagonal().max()))
    near = places[((places > -edge) & (places < nodes - 1 + edge)).all(axis=1)]
    width, height = (fft.next_fast_len(int(n - 1 + 2 * edge) * fineness + 2, real=True) for n in nodes)
    counts = _counts((near + edge) * fineness, width, height)
    covariance -= np.eye(2) / (6 * fineness**2)  # what the counting has spread them already, on average
    wave_across = 2 * np.pi * fineness * fft.rfftfreq(width)[None, :]
    wave_down = 2 * np.pi * fineness * fft.fftfreq(height)[:, None]
    kernel = np.exp(
        -0.5 * covariance[0, 0] * wave_across**2
        - covariance[0, 1] * wave_across * wave_down
        - 0.5 * covariance[1, 1] * wave_down**2
    )
    smooth = fft.irfft2(fft.rfft2(counts) * kernel, s=(height, width))
    first = edge * fineness
    on_nodes = smooth[first::fineness, first::fineness][:rows, :columns]
    area = step.prod() / fineness**2
    return np.maximum(on_nodes / (len(codes) * area), 0.0).astype(np.float32)


def holes(
    encode: Encode, decode: Decode, extent: Extent, columns: int = NODES, rows: int = NODES
) -> NDArray[np.float32]:
    """Euclidean distance from z to encode(decode(z)), in units of the code: (rows, columns), 0 or more.

    Small where the encoder finds its way back to the code. A plain autoencoder has holes even among its
    codes, a VAE, which has practised on noisy codes, hardly any. Not a number where the model's answer is not
    one. Raises ConfigError for an encoder of anything but two numbers and a decoder of anything but images.
    """
    distances = []
    for codes in _chunks(extent, columns, rows):
        again = np.asarray(encode(_decoded(decode, codes)))
        if again.shape != codes.shape:
            raise ConfigError(
                "Holes are measured for codes of two numbers, shape (n, 2);"
                f" the encoder gave {again.shape} for {len(codes)} images."
            )
        distances.append(np.linalg.norm(again.astype(np.float64) - codes, axis=1))
    return _as_field(distances, columns, rows)


def stretch(decode: Decode, extent: Extent, columns: int = NODES, rows: int = NODES) -> NDArray[np.float32]:
    """How fast the image changes with the code: the norm of the decoder's Jacobian, (rows, columns).

    The Frobenius norm, in units of image (Euclidean norm over the 784 pixels) per unit of code. Its square is
    the trace of the metric J^T J that the decoder pulls back from the images (Arvanitidis et al., "Latent
    Space Oddity: on the Curvature of Deep Generative Models", 2018). Central differences: four decoded images
    a node, `STEP` away. Not a number where the model's answer is not one, and where the extent is so small
    and so far from 0 that float32 cannot tell neighbouring codes apart. Raises ConfigError for a decoder of
    anything but images.
    """
    norms = []
    for codes in _chunks(extent, columns, rows):
        squared = np.zeros(len(codes))
        for dimension, (low, high) in enumerate(extent):
            offset = np.zeros(2, np.float32)
            offset[dimension] = STEP * (high - low)
            ahead, behind = codes + offset, codes - offset
            change = _decoded(decode, ahead) - _decoded(decode, behind)
            # What was decoded are rounded codes, so the distance is that between those.
            distance = (ahead - behind)[:, dimension].astype(np.float64)
            with np.errstate(divide="ignore", invalid="ignore"):
                squared += (change.astype(np.float64) ** 2).sum(axis=(1, 2, 3)) / distance**2
        norms.append(np.sqrt(squared))
    return _as_field(norms, columns, rows)


def regions(
    codes: NDArray,
    labels: NDArray,
    extent: Extent,
    columns: int = NODES,
    rows: int = NODES,
    k: int = NEIGHBOURS,
) -> NDArray[np.int_]:
    """The class of most of the k nearest codes: codes (n, 2), labels (n,) -> labels (rows, columns).

    Of classes with equally many, the one that has the nearest code wins. Fewer than k codes are all asked.
    Raises ConfigError for codes as `density` does, for labels that do not fit them, and for k below 1.
    """
    from scipy.spatial import cKDTree

    _check_lattice(extent, columns, rows)
    codes = _check_codes(codes)
    classes = np.asarray(labels)
    if classes.shape != (len(codes),) or not np.issubdtype(classes.dtype, np.integer):
        raise ConfigError(
            f"Regions need one whole number as the label of each of the {len(codes)} codes;"
            f" received {classes.dtype} of shape {classes.shape}."
        )
    if k < 1:
        raise ConfigError(f"Regions ask at least one nearest code; received {k}.")
    ranks = range(1, min(k, len(codes)) + 1)  # given as a list, SciPy keeps the second axis even for one
    _, index = cKDTree(codes).query(lattice(extent, columns, rows), list(ranks))
    near = classes[index]
    votes = sum((near == near[:, [rank - 1]]).astype(np.intp) for rank in ranks)
    # `argmax` takes the first of equals, and the nearest comes first.
    winner = np.argmax(votes, axis=1)
    return near[np.arange(len(near)), winner].astype(np.int_).reshape(rows, columns)


def prior_circles(radii: Sequence[float] = (1, 2, 3), points: int = 128) -> list[NDArray[np.float64]]:
    """Contours of N(0, I), a VAE's prior, at so many standard deviations: a polyline (points, 2) a radius.

    Counter-clockwise from (radius, 0) and back to that same point. A share of 1 - exp(-radius^2 / 2) of the
    prior's codes lies inside: 39 %, 86 % and 99 % for 1, 2 and 3. Raises ConfigError for a radius that is not
    above 0 and for fewer than 4 points.
    """
    if not all(math.isfinite(radius) and radius > 0 for radius in radii):
        raise ConfigError(f"The radius of a circle is a finite number above 0; received {tuple(radii)}.")
    if points < 4:
        raise ConfigError(f"A circle is drawn through at least 4 points; received {points}.")
    angles = np.linspace(0.0, 2 * np.pi, points)
    angles[-1] = 0.0  # the sine of a rounded full turn is not quite 0, and the line would not close
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    return [radius * circle for radius in radii]


def _kernel(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scott's covariance (2, 2) of places (n, 2), nowhere narrower than `NARROWEST`."""
    if len(places) < 2:
        return NARROWEST**2 * np.eye(2)
    values, axes = np.linalg.eigh(np.cov(places.T) * len(places) ** (-1 / 3))
    return (axes * np.maximum(values, NARROWEST**2)) @ axes.T


def _counts(places: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
    """Places (n, 2), across and down in cells, counted in the four cells around each: (height, width).

    Shared in proportion to nearness, which errs by much less than counting in the nearest cell alone.
    """
    whole = np.floor(places).astype(np.intp)
    right, below = (places - whole).T
    cells = whole[:, 1] * width + whole[:, 0]
    total = np.zeros(width * height)
    for offset, share in (
        (0, (1 - right) * (1 - below)),
        (1, right * (1 - below)),
        (width, (1 - right) * below),
        (width + 1, right * below),
    ):
        total += np.bincount(cells + offset, share, minlength=width * height)
    return total.reshape(height, width)


def _chunks(extent: Extent, columns: int, rows: int) -> Iterator[NDArray[np.float32]]:
    _check_lattice(extent, columns, rows)
    codes = lattice(extent, columns, rows)
    return (codes[at : at + CHUNK] for at in range(0, len(codes), CHUNK))


def _decoded(decode: Decode, codes: NDArray[np.float32]) -> NDArray:
    images = np.asarray(decode(codes))
    if images.shape != (len(codes), 28, 28, 1):
        raise ConfigError(
            f"A field is measured on images of shape (n, 28, 28, 1); the decoder gave {images.shape}"
            f" for {len(codes)} codes."
        )
    return images


def _as_field(parts: list[NDArray], columns: int, rows: int) -> NDArray[np.float32]:
    return np.concatenate(parts).astype(np.float32).reshape(rows, columns)


def _check_lattice(extent: Extent, columns: int, rows: int) -> None:
    if not (2 <= columns <= MOST_NODES and 2 <= rows <= MOST_NODES):
        raise ConfigError(
            f"A field is measured on 2 to {MOST_NODES} nodes a side; received {columns} x {rows}."
        )
    for low, high in extent:
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise ConfigError(f"A field lies between two finite bounds, low < high; received {low}, {high}.")


def _check_codes(codes: NDArray) -> NDArray[np.float64]:
    places = np.asarray(codes, dtype=np.float64)
    if places.ndim != 2 or places.shape[1] != 2 or not len(places):
        raise ConfigError(
            f"A field is measured for codes of two numbers, shape (n, 2); received {places.shape}."
        )
    if not np.isfinite(places).all():
        raise ConfigError(
            "The codes are not finite numbers: the model's training has diverged. Train it again."
        )
    return places
