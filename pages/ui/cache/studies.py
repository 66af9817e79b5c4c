"""Results of studies (`aemodels.studies`): stored ones read once, those of one's own models made once."""

from __future__ import annotations

import numpy as np
import streamlit as st

from aemodels import held_back, studies
from aemodels.data.datasets import is_own
from aemodels.errors import AemodelsError, DatasetError
from aemodels.store import studies as kept
from pages.ui.cache import data, store, trainings


@st.cache_resource(show_spinner=False, max_entries=64)
def _stored(name: str, version: str, study: str) -> dict[str, np.ndarray] | None:
    return kept.read(name, study)


def stored_study(name: str, study: str) -> dict[str, np.ndarray] | None:
    """The result of this study that lies beside the model; None where it was not made yet."""
    return None if trainings.is_one(name) else _stored(name, store.version(name), study)


@st.cache_resource(show_spinner=False, max_entries=16)
def _made(name: str, version: str, study: str, dataset: str) -> dict[str, np.ndarray]:
    held_back_last = held_back.last(data.sample_dataset(dataset), store.card(name))
    try:
        return studies.STUDIES[study].run(store.answering(name), held_back_last, lambda share: None)
    except (ValueError, LookupError, ArithmeticError) as error:
        if isinstance(error, AemodelsError) or not is_own(dataset):
            raise
        raise DatasetError(
            "These data of one's own are too few, or of too few classes, to measure that. Bring more "
            "of them, or look at "
            "another model."
        ) from error


def make_study(name: str, study: str) -> dict[str, np.ndarray]:
    """Make the study now, on the model's data set where that is at hand, on the bundled digits otherwise."""
    return _made(name, store.version(name), study, data.sample_dataset(store.card(name).dataset).name)
