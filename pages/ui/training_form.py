"""The settings of a training: a recipe first, then the few that one plays with, all others behind "More"."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aemodels import architectures, recipes
from aemodels.architectures.base import ModelConfig
from aemodels.data import datasets
from aemodels.errors import AemodelsError
from aemodels.training import spec as specs
from aemodels.training.config import TrainingConfig
from aemodels.training.spec import TrainingSpec
from pages.ui import experiment_address, forms, own_sets, state, theme
from pages.ui.experiment_address import Prepared

BESIDE_THE_PLAYFUL: Final = {"keep_best", "latent_dim", "beta", "epochs", *experiment_address.FIXED}
"""Settings that "More" leaves out: they stand above it, or they are the recipe itself."""
IDLE: Final = {True: {"code_activation"}, False: {"beta_warmup"}}
"""Settings that do nothing in a variational network, and in one that is not."""
IDLE_FOR_POINTS: Final = {"noise", "noise_level", "augment", "augment_until"}


def training_form() -> TrainingSpec | None:
    """Draw the form, as an address may have prepared it.

    Returns what is to be trained, or None where the settings contradict each other.
    """
    experiment_address.obey()
    name = st.selectbox(
        "Recipe",
        list(recipes.RECIPES),
        key=state.RECIPE_PICKER.name,
        format_func=lambda key: recipes.RECIPES[key].title,
        help="A network with its training: published ones as published, and our own.",
    )
    recipe = recipes.get(name)
    prepared: Prepared | None = state.PREPARED.get()
    begins, prefix = (recipe, f"set_{name}")  # where the widgets begin, and how their keys do
    if prepared is not None and prepared.spec.recipe == name:
        begins, prefix = prepared.spec, f"set_{name}_{prepared.tag}"
    st.caption(recipe.look_for)
    dataset = _dataset_picker(recipe)
    playful = st.container()  # above what is chosen below: of another architecture these are other widgets
    with st.expander("More settings"):
        architecture = _architecture_picker(begins.model, recipe, prefix)
        model = architectures.converted(begins.model, architecture)
        settings = _fields(playful, model, _training(begins, recipe, dataset, prefix), prefix)
        seed = st.number_input(
            "Seed",
            0,
            specs.MOST_SEED,
            getattr(begins, "seed", 0),
            key=f"{prefix}_seed",
            help="The same seed gives the same weights.",
        )
        st.caption(f"Source: {recipe.source}. {recipe.ours}")
        st.caption("The address of this page carries these settings: send it, and it opens this very form.")
    changed = _parsed(settings, specs.from_recipe(name, dataset=dataset), architecture)
    experiment_address.write(name, dataset, changed, int(seed))
    try:
        return specs.from_recipe(name, dataset=dataset, seed=int(seed), settings=changed)
    except AemodelsError as error:
        st.error(theme.escaped(str(error)), icon=":material/info:")
        return None


def _architecture_picker(model: ModelConfig, recipe: recipes.Recipe, prefix: str) -> str:
    """Which kind of network it is to be; points have no choice."""
    names = list(architectures.ARCHITECTURES)
    begins = architectures.architecture_of(model)
    if recipe.model.linear_output:
        return begins
    chosen = st.selectbox(
        "Architecture",
        names,
        names.index(begins),
        key=f"{prefix}_{specs.ARCHITECTURE}",
        format_func=lambda name: architectures.ARCHITECTURES[name].title,
        help="The kind of network. Settings that both kinds have stay; the others begin at their defaults.",
    )
    st.caption(architectures.ARCHITECTURES[chosen].description)
    return str(chosen)


def _training(
    begins: recipes.Recipe | TrainingSpec, recipe: recipes.Recipe, dataset: str, prefix: str
) -> TrainingConfig:
    """Where the settings of the training begin. The epochs follow the data set until somebody says how many."""
    training = begins.training
    said = training.epochs != specs.epochs(recipe, begins.dataset)  # by an address, for any data set
    if not said:
        epochs = specs.epochs(recipe, dataset, own_sets.images() if dataset == datasets.OWN else 0)
        training = training.replace(epochs=epochs)
    field = state.Key[int](f"{prefix}_epochs", 0)
    before, now = state.EPOCHS_BEGUN.get(), (field.name, training.epochs)
    if before != now and before == (field.name, field.get()):
        field.set(training.epochs)
    state.EPOCHS_BEGUN.set(now)
    return training


def _fields(
    playful: DeltaGenerator, model: ModelConfig, training: TrainingConfig, prefix: str
) -> dict[str, Any]:
    """Widgets for all settings: three of them in `playful`, the others here."""
    settings: dict[str, Any] = {}
    left, middle, right = playful.columns(3, gap="small")
    with left:
        settings |= forms.fields(training, ["epochs"], prefix=prefix, in_session=True)
    with middle:
        if model.latent_dim is not None:
            settings |= forms.fields(model, ["latent_dim"], prefix=prefix)
    with right:
        if model.variational:
            settings |= forms.fields(model, ["beta"], prefix=prefix)
    left_out = BESIDE_THE_PLAYFUL | IDLE[model.variational]
    if model.linear_output:
        left_out |= IDLE_FOR_POINTS
    for config in (model, training):
        rest = [field.name for field in dataclasses.fields(config) if field.name not in left_out]
        settings |= forms.fields(config, rest, prefix=prefix)
    return settings


def _dataset_picker(recipe: recipes.Recipe) -> str:
    kind = datasets.DATASETS[recipe.dataset].kind
    fitting = [name for name, record in datasets.DATASETS.items() if record.kind == kind]
    fitting += [datasets.OWN] * (kind == "images")
    chosen = state.DATASET_PICKER.get()
    another = state.RECIPE_SHOWN.get() != recipe.title  # data of one's own stay, whatever is tried on them
    if chosen not in fitting or (another and chosen != datasets.OWN):
        state.DATASET_PICKER.set(recipe.dataset)
    if another:
        state.RECIPE_SHOWN.set(recipe.title)
    chosen = st.selectbox(
        "Data set",
        fitting,
        key=state.DATASET_PICKER.name,
        format_func=lambda key: own_sets.TITLE if key == datasets.OWN else datasets.title_of(key),
        help="What is not on this machine yet is downloaded when the training starts.",
        persist_state="session",
    )
    if chosen == datasets.OWN:
        st.caption(own_sets.summary())
        return datasets.OWN
    record = datasets.DATASETS[chosen]
    missing = "" if record.is_local() else " It is not on this machine yet: the start downloads it."
    st.caption(record.description + missing)
    return str(chosen)


def _parsed(settings: dict[str, Any], plain: TrainingSpec, architecture: str) -> dict[str, Any]:
    """Leave out what was not touched, so that a recipe stays exactly itself until someone changes it."""
    model = architectures.converted(plain.model, architecture)
    changed: dict[str, Any] = {} if model == plain.model else {specs.ARCHITECTURE: architecture}
    for name, value in settings.items():
        owner = model if hasattr(model, name) else plain.training
        present = getattr(owner, name)
        if isinstance(present, tuple) and isinstance(value, list):
            same = value == list(dict.fromkeys(present))
        elif isinstance(value, str) and (present is None or isinstance(present, tuple)):
            same = value == (", ".join(map(str, present)) if present else "none" if present is None else "")
        else:
            same = value == present
        if not same:
            changed[name] = value
    return changed
