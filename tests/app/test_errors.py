"""What is said of errors: the sentence of one of ours, as text; of any other one sentence, and no more."""

import pytest

from aemodels.errors import StoreError
from pages.ui import errors, theme


@pytest.fixture
def said(monkeypatch):
    """What is shown."""
    found = []
    monkeypatch.setattr("streamlit.error", lambda text, icon: found.append(text))
    return found


def test_a_sentence_that_repeats_what_somebody_sent_is_not_read_as_markdown(said):
    text = "**[x](javascript:y)** cannot be a model's name."
    with errors.as_sentences():
        raise StoreError(text)
    assert errors.unforeseen(StoreError(text))
    assert said == [theme.escaped(text)] * 2
    assert "](" not in said[0].replace("\\]", "").replace("\\(", "")


def test_of_an_error_that_nobody_foresaw_nothing_is_told(said):
    assert errors.unforeseen(ZeroDivisionError("the secret of the house"))
    assert said == [errors.UNFORESEEN]
