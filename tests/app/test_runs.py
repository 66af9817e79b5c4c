"""The table of a visitor's trainings: whose they are, what differs, one shown, several compared, some forgotten."""

import pytest

from aemodels.training import spec as specs
from aemodels.training.history import Epoch
from aemodels.training.jobs import State
from aemodels.training.progress import Progress
from pages.ui import runs, state


def epochs(*losses: float) -> tuple[Epoch, ...]:
    return tuple(
        Epoch(number, loss, loss, 0.0, loss, loss, 0.0, 1e-3, 0.1, 1.0)
        for number, loss in enumerate(losses, 1)
    )


@pytest.fixture
def two(open_page, queue):
    """The page of a visitor with two ended runs, and another visitor's that is not theirs."""
    app = open_page("train", model=None)
    app.button(key="train_start").click().run()
    (first,) = queue._jobs.values()
    first.state, first.progress = State.DONE, Progress(epochs=epochs(180.0, 160.0))
    app.number_input(key="set_default_beta").set_value(4.0).run()
    app.button(key="train_start").click().run()
    second = queue.of(first.visitor)[1]
    second.state, second.progress = State.STOPPED, Progress(epochs=epochs(200.0, 170.0, 165.0))
    queue.submit(specs.from_recipe("default", dataset="digits"), "somebody else")
    return app.run(), first, second


def table(app):
    (frame,) = app.dataframe
    return frame.value


def test_one_run_needs_no_table(open_page, queue):
    app = open_page("train", model=None)
    app.button(key="train_start").click().run()
    assert not app.exception
    assert not app.dataframe


def test_the_table_has_this_visitors_runs_and_what_differs(two):
    app, _, _ = two
    assert not app.exception
    shown = table(app)
    assert list(shown["Run"]) == ["1 · Quick map of digits", "2 · Quick map of digits"]
    assert list(shown["Changed"]) == ["nothing", "β 4.0"]
    assert list(shown["Epochs"]) == [2, 3]
    assert list(shown["Validation loss"]) == [160.0, 165.0]
    assert list(shown["State"]) == ["done", "stopped"]
    assert list(shown["Curve"][1]) == [200.0, 170.0, 165.0]


@pytest.mark.parametrize(
    ("claimed", "expected"),
    [([0, 1], 2), ([0, 7, -1, "x", None, 1.5], 1), ([], 0), ([99], 0)],
)
def test_rows_that_a_browser_claims_are_checked(two, monkeypatch, claimed, expected):
    _, first, second = two
    monkeypatch.setattr(runs.st, "session_state", {"runs_0": {"selection": {"rows": claimed}}})
    assert len(runs._picked([first, second])) == expected


def test_a_single_row_is_the_run_that_is_shown(two, monkeypatch):
    _, first, second = two
    held = {"runs_0": {"selection": {"rows": [0]}}, state.JOB.name: second.token}
    monkeypatch.setattr(runs.st, "session_state", held)
    runs._select([first, second])
    assert held[state.JOB.name] == first.token


def test_forgotten_runs_are_gone_and_the_table_begins_anew(two, queue, monkeypatch):
    _, first, second = two
    held = {state.JOB.name: first.token}
    monkeypatch.setattr(runs.st, "session_state", held)
    runs._forget([first])
    assert queue.of(first.visitor) == (second,)
    assert held[state.JOB.name] is None
    assert runs._table() == "runs_1"
