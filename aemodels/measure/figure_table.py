"""Every figure of a model: what it is called, how it is written, which direction is good, and what it means.

One table for the pages, the command line and the README. `measure.evaluation` computes what stands here, and a
model's card keeps it by `key`; a card may lack any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from aemodels.measure.bounds import ACTIVE
from aemodels.measure.compression import LOST, TEST_IMAGES
from aemodels.measure.evaluation import NEIGHBOURS, SAMPLES, WEIGHTED_IMAGES, WEIGHTED_SAMPLES
from aemodels.measure.probe import CHOSEN_UP_TO

Better = Literal["lower", "higher", ""]
Metrics = Mapping[str, float | str]

UNKNOWN: Final = "–"
EACH: Final = "kl_"
"""Before the number of a number of the code: kl_1, kl_2, ... stand in a card for the figure `kl_by_number`."""


@dataclass(frozen=True)
class Figure:
    """One figure. `better` is empty for what is only compared with, `form` a format of Python's without the colon.

    `error`: the key of its standard error. `first`: one of those that say most, which are shown before the others.
    """

    key: str
    label: str
    help: str
    unit: str = ""
    better: Better = ""
    form: str = ".1f"
    error: str = ""
    first: bool = False

    @property
    def direction(self) -> str:
        """In words, for a column or the end of a help text."""
        return f"{self.better} is better" if self.better else ""

    @property
    def meaning(self) -> str:
        """The help text with the direction."""
        return f"{self.help} {self.direction.capitalize()}." if self.better else self.help

    @property
    def head(self) -> str:
        """The label with the unit, for the head of a column."""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    def value(self, metrics: Metrics) -> float | None:
        """The figure as a card has it; None where the card lacks it, or where it is no number."""
        value = metrics.get(self.key)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def text(self, metrics: Metrics, *, unit: bool = True, error: bool = True) -> str:
        """As one reads it, `133.5 ± 0.1 nats`, or `UNKNOWN`; without its unit or its standard error on request."""
        if self.key == "kl_by_number":
            found = [f"{nats:{self.form}}" for nats in kl_by_number(metrics)]
            words = ", ".join(found)
        elif isinstance(metrics.get(self.key), str):
            return str(metrics[self.key])
        else:
            number = self.value(metrics)
            words = "" if number is None else f"{number:{self.form}}"
        if not words:
            return UNKNOWN
        doubt = metrics.get(self.error)
        if error and isinstance(doubt, int | float):
            words += f" ± {doubt:.2g}"
        return f"{words} {self.unit}" if unit and self.unit else words


_ALL: Final = (
    Figure(
        "nelbo",
        "−ELBO",
        "The loss of a VAE: what the image costs given its code, plus what the code costs. It is never below "
        "−log p(x) on average. One sample of the code for each image.",
        unit="nats",
        better="lower",
        first=True,
        error="nelbo_se",
    ),
    Figure(
        "mse",
        "MSE",
        "Mean squared error over the pixels: 0 is perfect; an all-black image gets about 0.1 for a digit.",
        better="lower",
        form=".4f",
        first=True,
    ),
    Figure(
        "pca_mse",
        "MSE of a PCA",
        "The same of a PCA with as many numbers, the best linear code: what depth has to beat.",
        form=".4f",
    ),
    Figure(
        "psnr",
        "PSNR",
        "Peak signal-to-noise ratio, −10·log₁₀(MSE) of each image: +3 dB halves the squared error.",
        unit="dB",
        better="higher",
        first=True,
    ),
    Figure(
        "ssim",
        "SSIM",
        "Structural similarity (Wang et al., 2004): 1 is identical, 0 is unrelated.",
        better="higher",
        form=".3f",
        first=True,
    ),
    Figure(
        "bce",
        "Cross-entropy",
        "Of what is drawn from the deterministic code, summed over the pixels. For grey images the least possible "
        "value is not 0.",
        unit="nats",
        better="lower",
    ),
    Figure(
        "knn_accuracy",
        f"{NEIGHBOURS}-NN",
        f"Share of test images whose {NEIGHBOURS} nearest codes in the training set tell their class: whether the "
        "code keeps like with like.",
        better="higher",
        form=".3f",
        first=True,
    ),
    Figure(
        "probe_accuracy",
        "Linear probe",
        "Share of test images whose class a straight cut through the code tells, learnt from "
        f"{CHOSEN_UP_TO:,} labels (logistic regression; Alain and Bengio, 2016).",
        better="higher",
        form=".3f",
        first=True,
    ),
    Figure(
        "reconstruction",
        "Reconstruction",
        "The part of −ELBO that the image costs given a sample of its code.",
        unit="nats",
        better="lower",
    ),
    Figure(
        "kl",
        "KL",
        "The part of −ELBO that the code costs: how far the codes' Gaussians are from N(0, I). It is traded "
        "against the reconstruction, so neither direction is good alone; 0 is a code that says nothing.",
        unit="nats",
        form=".2f",
    ),
    Figure(
        "kl_by_number",
        "KL by number",
        "The same for each number of the code in turn. A number near 0 says nothing about any image.",
        unit="nats",
        form=".2f",
    ),
    Figure(
        "kl_bits",
        "KL",
        "What a VAE's code really says about an image: KL / ln 2 bits, the price of a sample of the code under the "
        "prior. The decimals beyond it say nothing, and other codes have no such figure. Fewer is cheaper.",
        unit="bits",
    ),
    Figure(
        "active_units",
        "Active units",
        f"Numbers of the code whose mean varies with the image, by more than {ACTIVE:g} in variance (Burda et al., "
        "2016). The others are left unused.",
        better="higher",
        form=".0f",
        first=True,
    ),
    Figure(
        "nelbo_many",
        f"−ELBO of {SAMPLES} samples",
        f"−ELBO from {SAMPLES} samples of the code for each image; ± is the standard error over other samples.",
        unit="nats",
        better="lower",
        form=".2f",
        error="nelbo_many_se",
    ),
    Figure(
        "nelbo_se",
        "Error of −ELBO, one sample",
        "Standard error of −ELBO from one sample: how far another sample for each image would move it.",
        unit="nats",
        form=".3f",
    ),
    Figure(
        "nelbo_many_se",
        f"Error of −ELBO, {SAMPLES} samples",
        f"Standard error of −ELBO from {SAMPLES} samples.",
        unit="nats",
        form=".3f",
    ),
    Figure(
        "nelbo_images_se",
        "Error of −ELBO, images",
        "Standard error of −ELBO over the test images: how far as many other images would move it.",
        unit="nats",
        form=".2f",
    ),
    Figure(
        "iwae",
        f"Tighter bound (k = {WEIGHTED_SAMPLES})",
        f"Importance-weighted bound on −log p(x) from {WEIGHTED_SAMPLES} samples of the code (Burda et al., 2016), "
        f"on up to {WEIGHTED_IMAGES:,} test images; ± is the standard error over other images. Closer to "
        "the truth than −ELBO.",
        unit="nats",
        better="lower",
        error="iwae_se",
        first=True,
    ),
    Figure(
        "iwae_nelbo",
        "−ELBO of the same images",
        "From the same samples as the tighter bound. The difference is what a Gaussian "
        "encoder loses at least.",
        unit="nats",
        better="lower",
    ),
    Figure(
        "iwae_se",
        "Error of the tighter bound",
        "Standard error of the tighter bound over other images of the same kind.",
        unit="nats",
        form=".2f",
    ),
    Figure(
        "iwae_images",
        "Images of the tighter bound",
        "Test images, drawn by the seed, on which it was computed.",
        form=",.0f",
    ),
    Figure(
        "code_bits",
        "Bits of the code",
        f"Of the code rounded so that it loses {LOST:g} dB at most, coded by how frequent its values are among "
        f"training images; mean over up to {TEST_IMAGES:,} test images. The network itself is not counted.",
        better="lower",
        form=",.0f",
    ),
    Figure(
        "code_rounding",
        "Bits a number",
        "Bits that each number of the code was rounded to for that.",
        form=".0f",
    ),
    Figure(
        "code_psnr",
        "PSNR of the rounded code",
        "Of the mean squared error over all pixels of those images, not the mean over images.",
        unit="dB",
        better="higher",
    ),
    Figure(
        "jpeg_bits",
        "Bits of JPEG",
        "What JPEG takes at that PSNR, without its container (what a black image takes): compare it with the code.",
        form=",.0f",
    ),
    Figure("jpeg_file_bits", "Bits of a JPEG file", "The same with the container.", form=",.0f"),
    Figure(
        "jpeg_psnr",
        "PSNR of that JPEG",
        "Above that of the rounded code where even JPEG's lowest quality is better: no fair comparison then.",
        unit="dB",
    ),
    Figure(
        "png_bits",
        "Bits of PNG",
        "What PNG takes without its container. It loses nothing, so this is the other end of the scale.",
        form=",.0f",
    ),
    Figure("png_file_bits", "Bits of a PNG file", "The same with the container.", form=",.0f"),
    Figure(
        "denoised_psnr",
        "PSNR denoised",
        "Of what the model makes of test images with Gaussian noise of σ = 0.5.",
        unit="dB",
        better="higher",
        first=True,
    ),
    Figure("noisy_psnr", "PSNR noisy", "Of the noisy images as they are: doing nothing.", unit="dB"),
    Figure(
        "classical_psnr", "PSNR by a filter", "Of the best classical filter on the same images.", unit="dB"
    ),
    Figure("classical_name", "The filter", "Which filter that is, chosen on training images."),
    Figure("classical_parameter", "Its setting", "Chosen likewise.", form="g"),
    Figure("denoising_images", "Images denoised", "Test images that were damaged for it.", form=",.0f"),
)

FIGURES: Final[Mapping[str, Figure]] = {figure.key: figure for figure in _ALL}

MAIN: Final = ("nelbo", "denoised_psnr", "mse")
"""The one figure that says most about a model: the first of these that its card has."""

_SHOWN_AS_ERRORS: Final = {figure.error for figure in _ALL if figure.error}


def kl_by_number(metrics: Metrics) -> list[float]:
    """The KL of each number of the code, nats, from kl_1, kl_2, ... of a card; none where it has none."""
    found: list[float] = []
    while isinstance(value := metrics.get(f"{EACH}{len(found) + 1}"), int | float):
        found.append(float(value))
    return found


def of(key: str) -> Figure | None:
    """The figure that a card's key belongs to; None for a key of another version of the program."""
    if key.removeprefix(EACH).isdigit():
        return FIGURES["kl_by_number"]
    return FIGURES.get(key)


def main(metrics: Metrics) -> Figure | None:
    """The figure that says most about a model with these."""
    known = (FIGURES[key] for key in MAIN)
    return next((figure for figure in known if figure.value(metrics) is not None), None)


def known(metrics: Metrics) -> Iterator[Figure]:
    """The figures that a card has, in the order of the table, but for standard errors, which stand behind a ±."""
    for figure in FIGURES.values():
        if figure.text(metrics) != UNKNOWN and figure.key not in _SHOWN_AS_ERRORS:
            yield figure
