"""What visitors share is loaded once, however many come at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import aemodels
from aemodels import preview
from aemodels.data import datasets
from aemodels.measure import fitted_pca
from aemodels.store import models
from aemodels.training.queue import JobQueue
from pages.ui import cache
from pages.ui.cache import data, maps, store, trainings

VISITORS = 50
WAIT = 60  # seconds: a bound for a hanging test, not something that is measured
MODEL = store.DEFAULT_MODEL

SHARED = {
    "cards": (lambda: cache.cards(), store._cards.cache_clear, models, "list_models"),
    "damaged folders": (lambda: cache.damaged(), store._damaged.cache_clear, models, "damaged_models"),
    "network": (lambda: cache.model(MODEL), store._model.clear, aemodels, "load"),
    "quick network": (lambda: cache.quick_model(MODEL), store._quick_model.clear, preview, "load"),
    "codes": (lambda: cache.codes(MODEL), store._codes.clear, models, "codes"),
    "history": (lambda: cache.history(MODEL), store._history.clear, models, "history"),
    "atlas": (lambda: cache.atlas_sheet(MODEL), maps._atlas_sheet.clear, maps, "AtlasSheet"),
    "data set": (lambda: data.dataset("digits"), data._dataset.clear, datasets, "load"),
    "PCA": (lambda: cache.pca("mnist", 2), data._shipped_pca.clear, fitted_pca, "read"),
    "queue of trainings": (lambda: trainings.jobs(), trainings.jobs.clear, JobQueue, "recover"),
}
"""What is asked for, how the cache of it is emptied, and the function that loads it."""


@pytest.mark.parametrize("what", SHARED)
def test_fifty_visitors_of_a_cold_server_share_one_load(what, monkeypatch):
    ask, forget, module, loader = SHARED[what]
    ask_before = getattr(module, loader)
    monkeypatch.setattr(
        store, "keep_kernels", lambda: None
    )  # it would import TensorFlow, and so would a network
    loads, here, all_here = [], threading.Semaphore(0), threading.Event()

    def counted(*arguments, **options):
        loads.append(arguments)
        assert all_here.wait(WAIT)  # the others ask while it is being loaded
        return "a network" if what == "network" else ask_before(*arguments, **options)

    def visit(_):
        here.release()
        return ask()

    forget()
    monkeypatch.setattr(module, loader, counted)
    try:
        with ThreadPoolExecutor(VISITORS) as visitors:
            answers = visitors.map(visit, range(VISITORS))
            for _ in range(VISITORS):
                assert here.acquire(timeout=WAIT)
            all_here.set()
            found = list(answers)
    finally:
        forget()
    assert len(loads) == 1
    assert all(each is found[0] or what == "PCA" for each in found)
