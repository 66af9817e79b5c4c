"""Which model a page that works on images shall use: the picked one, or a sentence and another."""

from __future__ import annotations

from aemodels.data.datasets import DATASETS, OWN
from aemodels.errors import StoreError
from pages.ui import cache, sidebar, theme


def image_model() -> tuple[str, str | None]:
    """The name of a model of images, and a remark (markdown) where it is not the one that was picked."""
    picked = sidebar.current_card()
    if of_images(picked.dataset):
        return picked.name, _without_its_data(picked.name, picked.dataset)
    names = [card.name for card in cache.cards() if of_images(card.dataset)]
    if not names:
        raise StoreError("No model of images is in the store yet. Train one on the page Train.")
    name = sidebar.default_model(names)
    return (
        name,
        f"{theme.escaped(cache.title(picked.name))} knows points, not images. What you see here is **{name}**.",
    )


def _without_its_data(name: str, dataset: str) -> str | None:
    """What to say of a saved model whose data were its owner's, and are kept nowhere."""
    if dataset != OWN:
        return None
    return (
        f"**{theme.escaped(cache.title(name))}** was trained on data of its owner, which nobody else "
        "sees. Samples and "
        f"comparisons here are of other data, {cache.sample_dataset(dataset).title}: draw or upload "
        "what it should know."
    )


def of_images(dataset: str) -> bool:
    """Whether a data set's examples are images of the contract."""
    return dataset not in DATASETS or DATASETS[dataset].kind == "images"
