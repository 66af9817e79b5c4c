"""Points in space that lie close to a plane: the data of recipe R1a, made from a seed.

Three numbers a point, but two would nearly do: the smallest case of what an autoencoder is for. The points
wind along a widening arc in a tilted plane, with a little noise off it, so that a two-number code has a
shape that one recognises. The class of a point is which tenth of the arc it lies in, for colour.
"""

import numpy as np

from aemodels.data.array_files import Arrays

ARC_SEED = 20
TRAIN, TEST = 2_000, 500
NOISE = 0.03  # standard deviation in every direction; the arc itself is about 2 across
# Two perpendicular unit vectors that span the plane.
PLANE = np.array([[2 / 3, 2 / 3, 1 / 3], [-2 / 3, 1 / 3, 2 / 3]])


def make_points(seed: int = ARC_SEED, train: int = TRAIN, test: int = TEST) -> Arrays:
    """x_train, y_train, x_test, y_test: points float32 (n, 3) around the origin, labels uint8 0 to 9."""
    rng = np.random.default_rng(seed)
    count = train + test
    along = rng.uniform(0.0, 1.0, count)  # how far along the arc
    angle = 1.6 * np.pi * along
    radius = 0.5 + 0.5 * along + rng.uniform(-0.12, 0.12, count)  # a band, not a line
    flat = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)  # (n, 2)
    points = (flat @ PLANE + NOISE * rng.standard_normal((count, 3))).astype(np.float32)
    labels = np.minimum(along * 10, 9).astype(np.uint8)
    return points[:train], labels[:train], points[train:], labels[train:]
