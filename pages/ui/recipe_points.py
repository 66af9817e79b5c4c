"""Recipe R1a: points in space, their codes on a plane, the points lifted again, and how a PCA does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from aemodels.data.datasets import Dataset
from aemodels.figures import point_clouds
from aemodels.measure import flat
from aemodels.measure.baselines import Pca
from pages.ui import cache, state, theme
from pages.ui.components.turned_together import turned_together
from pages.ui.recipe_case import Case

HEIGHT: Final = 260  # pixels
COLOURS: Final = {"place": "Place along the arc", "error": "Error"}
WITHOUT_WEBGL: Final = "This browser has no WebGL, which the 3-D view needs. The codes are flat, beside it."


@dataclass(frozen=True, eq=False)
class Lifted:
    """Codes (n, 2) of the test points, the points (n, 3) that they are lifted to, and the error of each (n,)."""

    codes: np.ndarray
    points: np.ndarray
    errors: np.ndarray

    @property
    def mse(self) -> float:
        """The mean squared error over the three numbers of a point."""
        return float(np.square(self.errors).mean() / 3)


def three_to_two(own: Case | None, better: Case | None) -> bool:
    """The three figures, of the network once there is one, of a PCA before; and both in numbers."""
    data = cache.local_dataset("points") if own is None or own.dataset is None else own.dataset
    if data is None:
        return True
    points, labels = data.test.values, data.test.labels
    by_pca, pca = flattened(data)
    network, complete = (None, True) if own is None else lifted(own, data)
    if network is None:
        st.caption("Nobody has trained it here yet: this is the PCA, the best plane there is.")
    shown = network or by_pca
    by_error = (
        st.segmented_control(
            "Colour",
            list(COLOURS),
            format_func=COLOURS.__getitem__,
            key=state.POINT_COLOUR.name,
            default="place",
            required=True,
        )
        == "error"
    )
    _figures(points, labels, shown, by_error, plane=pca)
    _numbers(data, by_pca, network, pca)
    if better is not None and better.job is not None and (found := lifted(better, data))[0] is not None:
        st.caption(f"The better choice ({theme.escaped(better.title)}): test MSE {found[0].mse:.6f}")
        complete = complete and found[1]
    return complete


def flattened(data: Dataset) -> tuple[Lifted, Pca]:
    """The test points through the PCA of the training points."""
    pca = Pca.fit(data.train.values, 2)
    codes = pca.encode(data.test.values)
    points = pca.decode(codes)
    return Lifted(codes, points, flat.distances(data.test.values, points)), pca


def lifted(case: Case, data: Dataset) -> tuple[Lifted | None, bool]:
    """The test points through the network of a case, as far as it is made, and whether it is the newest."""
    job = case.job
    if job is None or not case.epoch:
        return None, True

    def make() -> Lifted:
        with cache.network_of(job) as network:
            codes = network.encode(data.test.values)
            points = network.decode(codes)
        return Lifted(codes, points, flat.distances(data.test.values, points))

    return cache.latest().ask((job.token, "points"), case.epoch, make, learning=job.state.active)


def _figures(points: np.ndarray, labels: np.ndarray, shown: Lifted, by_error: bool, *, plane: Pca) -> None:
    corners = flat.corners(points, plane.mean, plane.components)
    config = {"displayModeBar": False}
    parts = st.columns(3, gap="small")
    look = theme.shown()
    with parts[0]:
        st.caption("The points, and the plane of the PCA")
        st.plotly_chart(
            point_clouds.cloud(
                points, labels, shown.errors, around=points, by_error=by_error, plane=corners, theme=look
            ),
            key="points_before",
            theme=None,
            height=HEIGHT,
            config=config,
            alt=f"{len(points)} test points in space along an arc near a tilted plane. The arrow keys turn them.",
        )
    with parts[1]:
        st.caption("Their codes, two numbers each")
        st.plotly_chart(
            point_clouds.flat_codes(shown.codes, labels, shown.errors, by_error=by_error, theme=look),
            key="points_codes",
            height=HEIGHT,
            config=config,
            alt="The codes of the same points on a plane, coloured alike: the arc lies flat",
        )
    with parts[2]:
        st.caption("Lifted again")
        st.plotly_chart(
            point_clouds.cloud(
                shown.points, labels, shown.errors, around=points, by_error=by_error, theme=look
            ),
            key="points_after",
            theme=None,
            height=HEIGHT,
            config=config,
            alt="What the decoder makes of the codes: all points lie on one plane. The arrow keys turn them.",
        )
    turned_together(
        key=state.POINT_CLOUDS.name, charts=("points_before", "points_after"), without_webgl=WITHOUT_WEBGL
    )


def _numbers(data: Dataset, by_pca: Lifted, network: Lifted | None, pca: Pca) -> None:
    columns = st.columns(3, gap="small")
    with columns[0]:
        st.metric(
            "MSE of the PCA",
            f"{by_pca.mse:.6f}",
            help="Test points, the mean over their three numbers; on the training points no plane does better.",
        )
    if network is None:
        return
    with columns[1]:
        st.metric(
            "MSE of the network",
            f"{network.mse:.6f}",
            f"{network.mse / by_pca.mse - 1:+.1%} against the PCA",
            delta_color="inverse",
            help="Of the same test points; lower is better.",
        )
    with columns[2]:
        _, directions = flat.plane(network.points)
        st.metric(
            "Tilt between the planes",
            f"{flat.tilt(directions, pca.components):.2f}°",
            help="Between the plane that the decoder lifts to and that of the PCA; 0 where they are the same.",
        )
    far = np.argmax(network.errors)
    st.caption(
        f"Errors are distances in units of the data: {np.median(network.errors):.4f} in the middle, "
        f"{network.errors[far]:.4f} at most. The noise off the plane has a standard deviation of 0.03."
    )
