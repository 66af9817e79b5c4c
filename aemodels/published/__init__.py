"""What the published tutorials show, print and get wrong, and what does better: a line of `TUTORIALS` for each
recipe.

The settings themselves stand in `aemodels.recipes`. A counterpart is one of our own recipes, with settings,
that has the same code size and the same data, and takes a fraction of the time; it was chosen by validation
images.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from aemodels.training.spec import TrainingSpec


@dataclasses.dataclass(frozen=True)
class Figure:
    """What two trainings are compared by: `key` is one of `evaluate`, or of a history's columns (`of_history`).

    It is divided by `divisor` before it is shown with `digits` after the point; lower is better for all of them.
    """

    key: str
    title: str
    help: str
    divisor: float = 1.0
    digits: int = 4
    of_history: bool = False


@dataclasses.dataclass(frozen=True)
class Counterpart:
    """Settings to prepare: a recipe, a data set where it is not the recipe's own, settings as texts."""

    recipe: str
    words: str
    settings: Mapping[str, str]
    dataset: str | None = None

    def spec(self, dataset: str | None = None) -> TrainingSpec:
        """The training that it stands for, of another `dataset` where one is given."""
        from aemodels.training import spec

        return spec.from_recipe(self.recipe, dataset=dataset or self.dataset, settings=self.settings)


@dataclasses.dataclass(frozen=True)
class Tutorial:
    """One of them. `look_for`: two or three sentences; `wrong`: what we do otherwise, and why.

    `shipped`: the model of the program that stands for the recipe before anybody has trained it, if there is
    one of its kind; `better`: the one of the same code size that stands for the counterpart. `also`: another
    training that its section shows.
    """

    look_for: str
    figure: Figure
    counterpart: Counterpart
    wrong: tuple[str, ...] = ()
    shipped: str | None = None
    better: str | None = None
    also: Counterpart | None = None


PIXELS: Final = 784
MSE: Final = Figure(
    "mse", "Test MSE", "Mean squared error over the pixels of the test images; lower is better."
)
BCE_PIXEL: Final = Figure(
    "bce",
    "Test loss a pixel",
    "Binary cross-entropy, the mean over the pixels of the test images, as Keras prints it; lower is better.",
    divisor=PIXELS,
)
KERAS_BLOG: Final = 0.093
"""Test loss a pixel that the Keras blog reports for one layer each way and a code of 32 (Chollet, 2016)."""
TUTORIAL_BETA: Final = 500.0
"""What R4b multiplies the mean over its pixels by; the KL stands beside it with the weight 1."""
TUTORIAL_PIXELS: Final = 32 * 32
"""Pixels of R4's padded images, over which it takes that mean."""

CONVOLUTIONAL: Final = Counterpart(
    "conv-mnist",
    "Two convolutions, the same 32 numbers",
    {
        "filters": "8,16",
        "dense": "",
        "loss": "cross_entropy",
        "batch_size": "64",
        "learning_rate": "0.004",
        "epochs": "1",
    },
    dataset="fashion_mnist",
)
"""What R1c's tutorial says would keep more: not quicker, but better."""


def _quick(**settings: str) -> dict[str, str]:
    """One epoch of one layer each way: cross-entropy and a schedule make up for what depth there is."""
    return {
        "code_activation": "linear",
        "epochs": "1",
        "batch_size": "64",
        "learning_rate": "0.02",
        "schedule": "warmup_cosine",
        **settings,
    }


_BEST: Final = (
    "The best epoch is chosen by images held back from the training set. The test set chooses nothing; it "
    "only gives the final figures."
)

TUTORIALS: Final[Mapping[str, Tutorial]] = {
    "subclassed-dense": Tutorial(
        look_for=(
            "The upper row are test images, the lower what the network makes of them: good, but blurry, as "
            "the tutorial says. The loss is logged at each step: see how fast it falls at first, and how "
            "far it then jumps from batch to batch. Then train the better choice: "
            "with the same 64 numbers, loss and learning rate matter more than layers do."
        ),
        figure=MSE,
        counterpart=Counterpart(
            "simple-mnist",
            "One layer each way, cross-entropy instead of squared error, and a learning rate that rises and falls",
            _quick(latent_dim="64", batch_size="128"),
        ),
        wrong=(
            "It shows mini-batches of the training. Here you see test images, which the network has never "
            "learned from.",
        ),
        shipped="dense-mnist",
        better="dense-mnist",
    ),
    "three-to-two": Tutorial(
        look_for=(
            "Drag one of the clouds: both turn together. The points lie near a tilted plane, and two "
            "numbers say where on that plane; what sticks out of it is lost, and that is the error. The "
            "best plane is known without any training, it is that of a PCA: see how near the network comes "
            "to it."
        ),
        figure=dataclasses.replace(
            MSE,
            help="Mean squared error over the three numbers of the test points; lower is better.",
            digits=6,
        ),
        counterpart=Counterpart(
            "three-to-two",
            "The same network, nearly as good in a tenth of the epochs: smaller batches, larger steps",
            {"epochs": "4", "learning_rate": "0.1", "batch_size": "16"},
        ),
        wrong=(
            "It does not show that a network without a nonlinearity can do no better than a PCA (Baldi and "
            "Hornik, 1989).",
        ),
    ),
    "simple-mnist": Tutorial(
        look_for=(
            "A single layer each way: every digit can be read, every edge is soft. Compare the test loss "
            "with what the Keras blog reports for this very network, about 0.093 a pixel."
        ),
        figure=BCE_PIXEL,
        counterpart=Counterpart(
            "simple-mnist",
            "The same network, its code without ReLU, and a learning rate that rises and falls",
            _quick(batch_size="128", learning_rate="0.04"),
        ),
        shipped="dense-mnist",
        better="dense-mnist",
    ),
    "deep-fashion": Tutorial(
        look_for=(
            "Shapes survive; prints, seams and patterns do not. The third row is the difference, orange "
            "where ink is too much and blue where it is missing: the detail that 32 numbers could not "
            "carry. A convolutional network keeps more of it with the same 32 numbers: train one, and compare."
        ),
        figure=MSE,
        counterpart=Counterpart(
            "simple-mnist",
            "One layer each way, its code without ReLU, and a learning rate that rises and falls",
            _quick(),
            dataset="fashion_mnist",
        ),
        also=CONVOLUTIONAL,
    ),
    "tf-examples-dense": Tutorial(
        look_for=(
            "Sixteen test images, and what the network makes of them. Below, the loss at each thousandth "
            "step beside what the tutorial prints. It falls slowly: with first weights from a standard "
            "normal nearly every sigmoid is at 0 or 1, where it has almost no slope."
        ),
        figure=MSE,
        counterpart=Counterpart(
            "simple-mnist",
            "One layer each way, weights that begin small (Glorot), cross-entropy, and Adam instead of RMSProp",
            _quick(latent_dim="128"),
        ),
        shipped="dense-mnist",
        better="dense-mnist",
    ),
    "denoising-conv": Tutorial(
        look_for=(
            "Three rows: the noisy image that goes in, the original, and what comes out. The loss still "
            "falls when the 25 epochs are over: a learning rate of 0.00001 is the reason, not the network. "
            "Switch between ReLU and leaky ReLU, train both, and see what it changes."
        ),
        figure=Figure(
            "val_loss",
            "Validation loss a pixel",
            "Cross-entropy of what comes out against the clean image, noisy images in; lower is better.",
            divisor=PIXELS,
            of_history=True,
        ),
        counterpart=Counterpart(
            "denoising-conv",
            "The same network and code: only the learning rate is another",
            {"epochs": "1", "learning_rate": "0.002", "schedule": "warmup_cosine"},
        ),
        wrong=(
            "Its code of 1,568 numbers is twice as large as the image of 784 pixels: it removes noise, and "
            "compresses nothing.",
            "The noise is drawn anew in every epoch, and test images are noisy, too: a network that is fed "
            "clean ones is not tested.",
        ),
        shipped="denoising-mnist",
    ),
    "conv-2d": Tutorial(
        look_for=(
            "The tutorial names three faults of a plain autoencoder, and here each is measured: classes "
            "take areas of very different size, nothing says where to pick a point, and between the classes "
            "are holes that decode to nothing. Then train the counterpart, or R4b, and see which of them a "
            "prior mends."
        ),
        figure=Figure(
            "bce", "Test loss, nats", "Cross-entropy summed over the pixels; lower is better.", digits=1
        ),
        counterpart=Counterpart(
            "dense-mnist-2d",
            "Dense layers, and a learning rate that rises and falls",
            {"epochs": "3", "learning_rate": "0.004"},
            dataset="fashion_mnist",
        ),
        wrong=(_BEST,),
        shipped="dense-mnist-2d",
        better="vae-fashion-2d",
    ),
    "conv-vae-2d": Tutorial(
        look_for=(
            "The three losses that the tutorial keeps: total, reconstruction and KL. Move β: a small one "
            "lets the map spread until its holes come back, a large one draws it together until the images "
            "blur. Ten places drawn from the prior decode to clothes, because the map now lies where the "
            "prior says."
        ),
        figure=Figure(
            "nelbo",
            "Test −ELBO, nats",
            "Reconstruction plus KL with β = 1, in nats an image, whatever β was trained with; lower is "
            "better.",
            digits=1,
        ),
        counterpart=Counterpart(
            "vae-fashion-2d",
            "Dense layers, and a learning rate that rises and falls",
            {"epochs": "5", "learning_rate": "0.004"},
        ),
        wrong=(
            "Its printed KL has the wrong sign at the constant. It is −½ Σ (1 + log σ² − μ² − σ²), which "
            "is 0 where μ = 0 and σ = 1.",
            "Its BETA of 500 multiplies the mean over 1,024 pixels. Here the reconstruction is the sum "
            "over pixels and β multiplies the KL (Higgins et al., 2017), so that β = 1 is the ELBO: 500 "
            "there is β = 1024/500 = 2.048.",
            _BEST,
        ),
        shipped="vae-fashion-2d",
        better="vae-fashion-2d",
    ),
}


def belongs(name: str, spec: TrainingSpec, dataset: str | None = None) -> bool:
    """Whether `spec` is a training that the section of recipe `name` shows beside those of the recipe itself."""
    also = TUTORIALS[name].also
    return is_counterpart(name, spec, dataset) or (also is not None and _alike(spec, also.spec(dataset)))


def is_counterpart(name: str, spec: TrainingSpec, dataset: str | None = None) -> bool:
    """Whether `spec` is what the table has as the counterpart of recipe `name`, or a change of it with its code.

    `dataset`: where the recipe itself was trained on another data set than its own.
    """
    wanted = TUTORIALS[name].counterpart.spec(dataset)
    if spec.recipe == name:  # the same recipe with other settings: only the very settings are meant
        return _settings(spec) == _settings(wanted)
    return _alike(spec, wanted)


def _alike(spec: TrainingSpec, wanted: TrainingSpec) -> bool:
    """Whether recipe, data and code size are the same."""
    first, second = ((each.recipe, each.dataset, each.model.code_size) for each in (spec, wanted))
    return first == second


def _settings(spec: TrainingSpec) -> tuple[Any, ...]:
    return spec.dataset, spec.model.replace(beta=1.0), spec.training
