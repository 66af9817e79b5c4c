"""Compare: one digit and every model, in one table; what it says, and whatever a hostile browser picks in it."""

import json
import math
import threading

import numpy as np
import pytest
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from aemodels import preview
from aemodels.data import datasets
from aemodels.errors import ConfigError, StoreError
from aemodels.measure.baselines import Pca
from aemodels.measure.contest import Result
from aemodels.training import spec as specs
from aemodels.training.progress import Progress, Snapshot
from pages.ui import cache, compare_board, compare_table, compare_words, own_training
from pages.ui.cache import background, contest, data


@pytest.fixture(scope="module")
def fitted_pca(digits) -> Pca:
    return Pca.fit(digits.train.x, 784)


@pytest.fixture(autouse=True)
def _tiny_store(monkeypatch, fitted_pca, tiny_models) -> None:
    """Only the two small models, which need no TensorFlow, and a PCA that is fitted once."""
    monkeypatch.setattr(data, "_pca", lambda dataset: fitted_pca)
    monkeypatch.setattr(cache, "ready_for_pictures", lambda: None)
    monkeypatch.setattr(cache, "models_of_images", lambda: tiny_models)


@pytest.fixture
def table(component):
    """The rows of the page's table, by their title."""
    return lambda app: {row["title"]: row for row in component(app, "model_table")["rows"]}


def said(app) -> str:
    return "\n".join(text.value for text in (*app.markdown, *app.caption)).replace("\\", "")


# --- this digit ----------------------------------------------------------------------------------------------


def test_every_model_a_pca_of_each_size_and_the_mean_image_are_in_the_table(open_page, table, sentences):
    app = open_page("compare")
    assert not app.exception
    assert not sentences(app)
    rows = table(app)
    assert set(rows) == {"tiny-plane", "tiny-long", "PCA 2", "PCA 6", "Mean image"}
    assert [title for title, row in rows.items() if row["pick"]] == ["tiny-plane", "tiny-long"]
    assert [title for title, row in rows.items() if row["picked"]] == ["tiny-plane"]
    assert all(len(row["pictures"]) == 2 for row in rows.values())
    assert all(
        picture["uri"].startswith("data:image/png") for row in rows.values() for picture in row["pictures"]
    )
    assert all(picture["alt"] for row in rows.values() for picture in row["pictures"])


def test_the_figures_are_those_of_scikit_image_and_the_bits_those_of_the_code(open_page, table, digits):
    rows = table(open_page("compare"))
    place = int(np.flatnonzero(digits.test.labels == 7)[0])  # the sample that a page begins with
    x = digits.test.x[place]
    for name, size in (("tiny-plane", 2), ("tiny-long", 6)):
        y = preview.load(name).reconstruct(x[None])[0]
        values = {key: value["sort"] for key, value in rows[name]["values"].items()}
        assert values["bits"] == 32 * size
        assert values["mse"] == pytest.approx(mean_squared_error(x, y), abs=1e-6)
        assert values["psnr"] == pytest.approx(peak_signal_noise_ratio(x, y, data_range=1), abs=1e-4)
        ssim = structural_similarity(x[..., 0].astype(float), y[..., 0].astype(float), data_range=1)
        assert values["ssim"] == pytest.approx(ssim, abs=1e-5)
    assert rows["Mean image"]["values"]["bits"]["text"] == "0"


def test_a_vae_says_its_divergence_in_bits_and_another_code_has_no_such_figure(open_page, table, digits):
    rows = table(open_page("compare"))
    x = digits.test.x[int(np.flatnonzero(digits.test.labels == 7)[0])][None]
    mean, log_var = (part[0].astype(float) for part in preview.load("tiny-plane").encode_distribution(x))
    nats = sum((m * m + math.exp(v) - 1 - v) / 2 for m, v in zip(mean, log_var, strict=True))
    assert rows["tiny-plane"]["values"]["said"]["sort"] == pytest.approx(nats / math.log(2), rel=1e-5)
    assert rows["tiny-long"]["values"]["said"] == {"sort": None, "text": "–", "best": False}


def test_every_head_says_what_it_means_and_one_value_of_each_column_is_the_best(open_page, component):
    given = component(open_page("compare"), "model_table")
    assert given["first"] in {column["key"] for column in given["columns"]}
    for column in given["columns"]:
        assert column["help"].endswith(".")
        cells = [row["values"][column["key"]] for row in given["rows"]]
        known = [
            (cell["sort"], row["title"])
            for cell, row in zip(cells, given["rows"], strict=True)
            if cell["sort"] is not None
        ]
        best = [cell["sort"] for cell in cells if cell["best"]]
        assert best
        if column["key"] == "bits":
            known = [one for one in known if one[1] != "Mean image"]
        extreme = (min if column["rising"] else max)(value for value, _ in known)
        assert extreme in best


def test_another_digit_changes_pictures_and_figures_of_all(open_page, table):
    app = open_page("compare")
    app.segmented_control(key="digit_source").set_value("Sample").run()
    before = table(app)
    app.pills(key="sample_class").set_value(1).run()
    assert not app.exception
    after = table(app)
    for title in ("tiny-plane", "tiny-long", "PCA 6"):
        assert before[title]["pictures"][0]["uri"] != after[title]["pictures"][0]["uri"]
        assert before[title]["values"]["mse"] != after[title]["values"]["mse"]
    assert before["Mean image"]["pictures"][0] == after["Mean image"]["pictures"][0]


def test_the_table_can_be_put_into_json(open_page, monkeypatch):
    broken = Result("tiny-plane", "model", 2, math.nan, math.nan, math.inf, math.nan, np.zeros((28, 28, 1)))
    rows = compare_table.rows(
        cache.Contest((broken,)), np.zeros((1, 28, 28, 1)), "tiny-plane", "digits", fitted_on="digits"
    )
    json.loads(json.dumps(rows, allow_nan=False))
    assert rows[0]["values"]["psnr"]["text"] == "–"


def test_a_model_of_other_images_is_marked_as_such():
    result = Result("tiny-plane", "model", 2, 0.1, 10.0, 0.5)
    rows = compare_table.rows(cache.Contest((result,)), None, "x", "fashion_mnist", fitted_on="digits")
    assert rows[0]["remark"].endswith(f"trained on {datasets.DATASETS['digits'].title}")
    rows = compare_table.rows(cache.Contest((result,)), None, "x", "digits", fitted_on="digits")
    assert "trained on" not in rows[0]["remark"]


# --- the test set --------------------------------------------------------------------------------------------


@pytest.fixture
def at_once(monkeypatch):
    """What is made in the background is there when it is asked for."""

    class AtOnce:
        def ask(self, key, make):
            return make()

        def failed(self, key):
            return False

    monkeypatch.setattr(contest, "_figures", AtOnce)


def test_the_test_set_has_the_figures_of_the_cards_and_pcas_over_all_images(
    open_page, table, at_once, digits
):
    app = open_page("compare")
    app.segmented_control(key="compare_shown").set_value(compare_board.TEST_SET).run()
    assert not app.exception
    rows = table(app)
    assert rows["tiny-long"]["values"]["mse"]["sort"] == 0.01  # as its card has it
    assert rows["tiny-long"]["values"]["psnr"]["text"] == "–"
    assert rows["tiny-plane"]["values"]["mse"]["sort"] is None
    assert all(row["pictures"] == [] for row in rows.values())
    x = digits.test.x
    pca = Pca.fit(digits.train.x, 6)
    expected = ((np.clip(pca.reconstruct(x), 0, 1) - x) ** 2).mean()
    assert rows["PCA 6"]["values"]["mse"]["sort"] == pytest.approx(expected, rel=1e-4)
    assert rows["Mean image"]["values"]["psnr"]["sort"] > 0


def test_kl_of_a_card_is_shown_in_bits():
    card = cache.card("vae-mnist-2d")
    result = contest._measured(card)
    assert result.said == pytest.approx(card.metrics["kl"] / math.log(2))
    assert (result.mse, result.psnr, result.ssim) == tuple(
        card.metrics[key] for key in ("mse", "psnr", "ssim")
    )


def test_the_picture_follows_the_digit_and_the_test_set(open_page, at_once):
    app = open_page("compare")
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert set(figure["data"][-1]["customdata"]) == {"tiny-plane", "tiny-long"}
    app.segmented_control(key="compare_shown").set_value(compare_board.TEST_SET).run()
    assert not app.exception
    figure = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert figure["data"][-1]["customdata"] == []  # the cards of these two know no PSNR
    assert list(figure["data"][0]["customdata"]) == [1, 2, 4, 6]  # numbers of the PCAs


def test_models_of_other_test_images_are_left_out_with_a_word(open_page, table, at_once, monkeypatch):
    monkeypatch.setattr(cache, "models_of_images", lambda: ("tiny-plane", "vae-fashion-2d"))
    app = open_page("compare")
    app.segmented_control(key="compare_shown").set_value(compare_board.TEST_SET).run()
    assert "vae-fashion-2d" not in table(app)
    assert "Measured on other images, so not here: vae-fashion-2d." in said(app)


def test_without_the_test_images_the_cards_know_the_squared_error_of_their_pcas(monkeypatch):
    monkeypatch.setattr(data, "originals", lambda name: None)
    found = cache.contest_on_test_set(("vae-mnist-2d", "conv-mnist", "vae-fashion-2d"), "conv-mnist")
    assert [result.name for result in found.results] == ["vae-mnist-2d", "conv-mnist", "PCA 2", "PCA 32"]
    assert found.results[3].mse == cache.card("conv-mnist").metrics["pca_mse"]
    assert math.isnan(found.results[3].psnr)


# --- who is waited for ---------------------------------------------------------------------------------------


def test_a_model_that_is_being_loaded_has_its_row_and_keeps_nobody_waiting(open_page, table, monkeypatch):
    never = background.Background(after=threading.Event())
    monkeypatch.setattr(never, "ask", lambda key, make: None)
    monkeypatch.setattr(contest, "_loading", lambda: never)
    monkeypatch.setattr(cache, "models_of_images", lambda: ("tiny-plane", "conv-mnist"))
    app = open_page("compare")
    assert not app.exception
    row = table(app)["conv-mnist"]
    assert row["remark"] == compare_table.WAITING
    assert row["values"]["psnr"]["sort"] is None
    assert {"PCA 32", "tiny-plane"} <= set(table(app))


def test_a_model_that_cannot_be_read_is_named_and_the_others_stay(open_page, table, monkeypatch):
    class Failing(background.Background):
        def ask(self, key, make):
            return None

        def failed(self, key):
            return key[0] == "conv-mnist"

    failing = Failing()
    monkeypatch.setattr(contest, "_loading", lambda: failing)
    monkeypatch.setattr(cache, "models_of_images", lambda: ("tiny-plane", "conv-mnist"))
    app = open_page("compare")
    assert "Could not be read: conv-mnist." in said(app)
    assert "tiny-plane" in table(app)


def until(condition) -> None:
    """Wait for a thread of ours: a bound for what hangs, nothing is measured with it."""
    pause = threading.Event()
    for _ in range(6000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it never came")


def test_what_is_made_in_the_background_is_made_once_and_after_the_event():
    event, made = threading.Event(), []
    worker = background.Background(after=event)

    def make():
        made.append(1)
        return "there"

    assert worker.ask("a", make) is None
    assert worker.ask("a", make) is None
    assert made == []
    event.set()
    until(lambda: worker.ask("a", make) == "there")
    assert made == [1]


@pytest.mark.parametrize("error", [StoreError("Damaged."), ValueError("surprise")])
def test_what_fails_in_the_background_is_not_tried_again_and_stops_no_other(error, caplog):
    worker, tries = background.Background(), []

    def fail():
        tries.append(1)
        raise error

    worker.ask("bad", fail)
    worker.ask("good", lambda: "there")
    until(lambda: worker.ask("good", lambda: "there") == "there")
    until(lambda: worker.failed("bad"))
    assert worker.ask("bad", fail) is None
    assert not worker.failed("good")
    assert tries == [1]


def test_what_is_kept_from_the_background_is_bounded(monkeypatch):
    monkeypatch.setattr(background, "MOST_KEPT", 2)
    worker = background.Background()
    for number in range(4):
        until(lambda number=number: worker.ask(number, lambda: "there") == "there")
    assert len(worker._made) == 2
    assert worker.ask(3, lambda: "again") == "there"


# --- picking -------------------------------------------------------------------------------------------------


def test_a_click_on_a_name_means_a_model_of_the_table():
    names = ("tiny-plane", "tiny-long", "training/secret/3")
    assert compare_table.checked_pick("model:tiny-long", names) == "tiny-long"
    assert compare_table.checked_pick("model:training/latest", names) == own_training.LATEST


@pytest.mark.parametrize(
    "claimed",
    [None, 3, True, [], {}, "", "tiny-long", "pca:PCA 2", "mean:Mean image", "model:", "model:nobody", "model:../x",
     "model:training/secret/3", "x" * 10_000],
)  # fmt: skip
def test_anything_else_that_a_browser_claims_is_refused_with_a_sentence(claimed):
    with pytest.raises(ConfigError, match=r"Reload the page"):
        compare_table.checked_pick(claimed, ("tiny-plane", "training/secret/3"))


def test_the_picked_model_is_that_of_all_pages(open_page, table):
    app = open_page("compare")
    app.session_state["model_picker"] = "tiny-long"  # what the click does before the board runs again
    app.run()
    assert [title for title, row in table(app).items() if row["picked"]] == ["tiny-long"]
    assert app.query_params["model"] == "tiny-long"


def test_a_visitors_own_training_is_a_row_without_its_secret(open_page, table, queue):
    spec = specs.from_recipe("default", dataset="digits", settings={"hidden": "16", "epochs": 8})
    job = queue.submit(spec, "somebody")
    job.dataset = datasets.load("digits")
    rng = np.random.default_rng(0)
    shapes = preview.shapes(job.spec.model).values()
    job.progress = Progress(
        snapshots=(
            Snapshot(3, tuple(rng.standard_normal(shape).astype(np.float32) / 9 for shape in shapes), False),
        )
    )
    app = open_page("compare")
    app.session_state["_job"] = job.token
    app.run()
    assert not app.exception
    row = table(app)[own_training.TITLE]
    assert row["id"] == f"model:{own_training.LATEST}"
    assert "epoch 3" in row["remark"]
    assert row["pick"]
    assert job.token not in repr(app.main)


# --- what it says --------------------------------------------------------------------------------------------


def result(name: str, size: int, psnr: float, kind: str = "model") -> Result:
    return Result(name, kind, size, 10 ** (-psnr / 10), psnr, 0.5)


@pytest.mark.parametrize(
    ("results", "words"),
    [
        (
            [result("a", 2, 15.0), result("b", 2, 16.0), result("c", 32, 22.0), result("p", 32, 18.5, "pca")],
            "Among codes of two numbers **b** is nearest (16.0 dB); **c** needs 32 numbers and is 6.0 dB better. "
            "A PCA of 32 numbers is 3.5 dB worse.",
        ),
        (
            [result("a", 2, 15.0), result("c", 3, 14.0)],
            "With two numbers **a** reaches 15.0 dB, and no larger code does better.",
        ),
        ([result("a", 1, 15.0), result("p", 1, 15.01, "pca")], "A PCA of one number does as well."),
        ([result("a", 1, 15.0), result("p", 1, 17.0, "pca")], "A PCA of one number is 2.0 dB better."),
        ([result("a", 2, 9.0), result("m", 0, 10.0, "mean")], "Even the mean image is nearer than **a**."),
        (
            [result("a", 2, 9.0), result("b", 2, 9.5), result("m", 0, 10.0, "mean")],
            "nearer than 2 of the 2 models.",
        ),
        ([result("a", 2, math.nan), result("p", 2, 10.0, "pca")], "No model has an answer yet."),
        ([], "No model has an answer yet."),
    ],
)
def test_the_sentence_is_made_of_the_figures(results, words):
    assert words in compare_words.verdict(results).replace("\\", "")
