"""What Streamlit does between two runs of a script leaves the models that all visitors share as they are."""

from streamlit.runtime.scriptrunner import script_runner

from pages.ui import cache
from pages.ui.cache import store


def test_streamlit_no_longer_clears_the_session_of_keras_after_a_run(monkeypatch):
    import keras
    from keras.src.backend.common import global_state

    monkeypatch.setattr(keras.backend, "clear_session", global_state.clear_session)  # as Streamlit finds it
    before = global_state.GLOBAL_STATE_TRACKER
    script_runner._clean_problem_modules()
    assert global_state.GLOBAL_STATE_TRACKER is not before  # this is what it does

    before = global_state.GLOBAL_STATE_TRACKER
    store._model.clear()
    cache.model(cache.DEFAULT_MODEL)
    script_runner._clean_problem_modules()
    assert global_state.GLOBAL_STATE_TRACKER is before
