"""Runs beside each other: pictures, maps and figures in the table's card, names that visitors give, own data."""

import numpy as np
import pytest

from aemodels.data import datasets
from aemodels.training import spec as specs
from aemodels.training.history import Epoch
from aemodels.training.jobs import State
from aemodels.training.progress import Look, Progress
from pages.ui import run_look, runs, state

NAMES = [
    "<b>x</b><script>alert(1)</script>",
    "$\\LaTeX$ [a](javascript:b)",
    "a\u202eb\0\n\n c",
    "  ",
    "ä" * 200,
]


def images(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (10, 28, 28), np.uint8)


def epochs(*losses: float) -> tuple[Epoch, ...]:
    return tuple(
        Epoch(number, loss, loss, 0.0, loss, loss, 0.0, 1e-3, 0.1, 1.0)
        for number, loss in enumerate(losses, 1)
    )


def learned(seed: int, *, inputs: int = 0, map_: bool = True) -> Progress:
    """What is known of a run after two epochs."""
    codes = np.random.default_rng(seed).standard_normal((50, 2)).astype(np.float32)
    looks = tuple(
        Look(epoch, images(seed + epoch), None, codes + epoch if map_ else None) for epoch in (0, 1, 2)
    )
    return Progress(
        epochs=epochs(180.0, 160.0), inputs=images(inputs), labels=np.arange(50) % 10, looks=looks
    )


@pytest.fixture
def page(open_page, queue):
    """A function that ticks rows on the page of three ended runs, the third on the visitor's own data; the runs."""
    app = open_page("train", model=None)
    app.button(key="train_start").click().run()
    (first,) = queue._jobs.values()
    first.state, first.progress = State.DONE, learned(1)
    second = queue.submit(specs.from_recipe("default", dataset="digits"), first.visitor)
    second.state, second.progress = State.DONE, learned(2)
    digits = datasets.load("digits")
    own = datasets.Dataset(datasets.OWN, "mine", digits.train, digits.test, (), "", "0" * 16)
    spec = specs.from_recipe("conv-2d", dataset=datasets.OWN, settings={"latent_dim": 8})
    third = queue.submit(spec, first.visitor, own)
    third.state, third.progress = State.STOPPED, learned(3, inputs=9, map_=False)

    def tick(*rows: int):
        app.session_state["runs_0"] = {"selection": {"rows": list(rows), "columns": []}}
        return app.run()

    return tick, (first, second, third)


def pictures(app, beginning: str) -> list:
    found = [image for element in app.get("image") for image in element.proto.imgs]
    return [image for image in found if image.alt.startswith(beginning)]


def test_each_row_has_a_picture_the_map_or_the_newest_images(page):
    tick, _ = page
    app = tick()
    assert not app.exception
    shown = app.dataframe[0].value
    assert [picture[:22] for picture in shown["Picture"]] == ["data:image/png;base64,"] * 3
    assert len(set(shown["Picture"])) == 3
    assert "your own data" in shown["Changed"][2]


def test_runs_on_the_same_images_share_their_inputs_and_others_begin_a_new_block(page):
    tick, _ = page
    app = tick(0, 1, 2)
    assert not app.exception
    assert len(pictures(app, "Ten test images")) == 2
    assert len(pictures(app, "The same, drawn by the run")) == 3
    assert len(pictures(app, "Codes of 50 test images of the run")) == 2


def test_what_is_compared_is_the_network_that_stays(page):
    _, (first, _, _) = page
    assert run_look.kept_look(first).epoch == 2


def test_no_more_than_four_maps_stand_beside_each_other(page, queue):
    tick, (first, _, _) = page
    for seed in range(4, 7):
        job = queue.submit(specs.from_recipe("default", dataset="digits"), first.visitor)
        job.state, job.progress = State.DONE, learned(seed)
    app = tick(0, 1, 3, 4, 5)
    assert not app.exception
    assert len(pictures(app, "Codes of")) == 4
    assert any("first 4" in caption.value for caption in app.caption)


@pytest.mark.parametrize("typed", NAMES)
def test_a_name_that_a_visitor_gives_is_text_and_nothing_else(page, typed):
    tick, (first, _, _) = page
    app = tick(0)
    app.text_input(key=state.run_name(first.token).name).set_value(typed).run()
    app = tick(0, 1)
    assert not app.exception
    assert first.title == runs.plain_name(typed)
    assert len(first.title) <= runs.LONGEST_NAME
    assert first.title == "" or first.title.isprintable()
    expected = f"1 · {first.title}" if first.title else "1 · Quick map of digits"
    assert app.dataframe[0].value["Run"][0] == expected
    (chart,) = [each for each in app.get("plotly_chart") if "validation loss, nats" in each.proto.spec]
    assert "<script" not in chart.proto.spec
    assert "<b>x" not in chart.proto.spec
    assert not any("](javascript" in caption.value for caption in app.caption)


def test_test_figures_come_once_a_run_has_ended(page):
    tick, (first, second, _) = page
    assert "mse" not in tick().dataframe[0].value

    class Ended:
        metrics = {"mse": 0.04, "knn_accuracy": 0.9, "nelbo": 150.0, "classical_name": "median"}  # noqa: RUF012

    assert runs.figure(first, "mse") is None
    first.result = Ended()
    assert (runs.figure(first, "mse"), runs.figure(first, "classical_name")) == (0.04, None)
    assert runs.figure(second, "mse") is None
