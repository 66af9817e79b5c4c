"""A model's figures on the pages: each with its meaning, from the one table, and no more than its card has."""

import pytest

from aemodels.measure import figure_table
from aemodels.measure.figure_table import FIGURES
from aemodels.training import spec as specs
from aemodels.training.jobs import Job
from pages.ui import cache, compare_board, compare_table, comparison, model_figures, sidebar
from pages.ui.cache import contest

SHIPPED = "vae-mnist-2d"


def said(app) -> str:
    return "\n".join(text.value for text in app.markdown).replace("\\", "")


@pytest.fixture
def metrics():
    return cache.card(SHIPPED).metrics


def test_every_figure_of_a_card_is_shown_once_with_its_meaning_and_direction(metrics):
    known = list(figure_table.known(metrics))
    first = [figure for figure in known if figure.first]
    others = [figure for figure in known if not figure.first]
    assert len(first) <= 9 <= len(others)  # a few first, the rest behind the expander
    text = model_figures.explained(known, metrics).replace("\\", "")
    for figure in known:
        assert f"**{figure.label}** {figure.text(metrics)}" in text
        assert figure.help in text
    assert text.count("Lower is better.") == sum(figure.better == "lower" for figure in known)


def test_the_sidebar_of_every_page_has_the_figures_of_the_model(open_page, metrics):
    app = open_page("home", model=SHIPPED)
    assert not app.exception
    text = said(app)
    for key in ("nelbo", "iwae", "active_units", "knn_accuracy", "kl_by_number", "code_bits", "jpeg_bits"):
        assert FIGURES[key].text(metrics) in text
        assert FIGURES[key].help in text


def test_a_card_of_an_older_program_shows_what_it_has(open_page):
    app = open_page("home")  # of the tiny model only the −ELBO is known
    assert not app.exception
    assert "**−ELBO** 150.0 nats" in said(app)
    assert FIGURES["iwae"].label not in said(app)
    assert "More figures" not in [expander.label for expander in app.expander]


@pytest.mark.parametrize("metrics", [{}, {"of_tomorrow": 1.0}])
def test_a_model_that_was_not_measured_has_no_figures(metrics):
    assert sidebar.main_figure(metrics) == ""
    assert model_figures.frame({"one": metrics}) == {"Model": ["one"]}


def test_the_main_figure_stands_in_the_summary(metrics):
    card = cache.card(SHIPPED)
    assert sidebar.summary(card) == f"VAE · code 2 · −ELBO {metrics['nelbo']:.1f} nats"
    assert sidebar.main_figure({"mse": 0.01234, "denoised_psnr": 19.83}) == "PSNR denoised 19.8 dB"


def test_saved_models_have_their_figures_in_their_menu(open_page):
    text = said(open_page("train"))
    assert f"**MSE** 0.0100  \n:small[{FIGURES['mse'].meaning}]" in text
    assert text.count("**−ELBO** 150.0 nats") == 2  # in the sidebar, too


def test_two_maps_have_the_same_words():
    assert comparison.figures("tiny-plane") == ["−ELBO 150.0 nats"]
    assert comparison.figures("tiny-long") == ["MSE 0.0100"]
    assert comparison.figures("conv-mnist")[0].startswith("MSE 0.00")


# --- an ended training ---------------------------------------------------------------------------------------


def test_an_ended_training_shows_its_figures_with_help(open_page, queue):
    settings = {"hidden": (8,), "epochs": 1, "limit": 100, "batch_size": 32}
    job = Job(specs.from_recipe("default", dataset="digits", seed=4, settings=settings), "somebody")
    job.run()
    assert job.error is None
    queue._jobs[job.token] = job
    app = open_page("train", model=None)
    app.session_state["_job"] = job.token
    app.run()
    assert not app.exception
    shown = {metric.label: metric for metric in app.metric}
    for key in ("nelbo", "mse", "psnr", "ssim", "knn_accuracy", "probe_accuracy", "active_units"):
        figure = FIGURES[key]
        assert shown[figure.label].value == figure.text(job.result.metrics, error=False)
        assert shown[figure.label].proto.help == figure.meaning
    assert FIGURES["kl_by_number"].help in said(app)
    assert any("python -m aemodels evaluate" in caption.value for caption in app.caption)
    assert "iwae" not in job.result.metrics  # nobody is kept waiting for it


# --- side by side --------------------------------------------------------------------------------------------


def test_over_the_test_set_the_table_has_what_the_cards_know(monkeypatch):
    monkeypatch.setattr(contest.data, "originals", lambda name: None)
    found = cache.contest_on_test_set(("vae-mnist-2d", "conv-mnist"), "conv-mnist")
    rows = {
        row["title"]: row["values"]
        for row in compare_table.rows(found, None, "conv-mnist", "mnist", fitted_on="mnist")
    }
    card = cache.card("vae-mnist-2d").metrics
    for key in ("mse", "psnr", "ssim", "nelbo", "knn_accuracy", "probe_accuracy"):
        assert rows["vae-mnist-2d"][key]["sort"] == card[key]
        assert rows["vae-mnist-2d"][key]["text"] == FIGURES[key].text(card, unit=False, error=False)
    assert rows["conv-mnist"]["nelbo"]["text"] == "–"
    assert rows["PCA 2"]["knn_accuracy"]["sort"] is None
    keys = {column["key"] for column in compare_table.columns(of_test_set=True)}
    assert all(set(values) == keys for values in rows.values())


@pytest.mark.parametrize("of_test_set", [False, True])
def test_heads_have_the_help_texts_and_directions_of_the_table(of_test_set):
    for column in compare_table.columns(of_test_set=of_test_set):
        key = {"said": "kl_bits"}.get(column["key"], column["key"])
        if key != "bits":
            figure = FIGURES[key]
            assert (column["title"], column["help"]) == (figure.head, figure.meaning)
            assert column["rising"] == (figure.better != "higher")


def test_all_figures_of_all_models_are_behind_an_expander(open_page, tiny_models, monkeypatch):
    monkeypatch.setattr(cache, "models_of_images", lambda: tiny_models)
    app = open_page("compare")
    assert not any("All figures" in each.label for each in app.expander)  # of one digit there are none
    app.segmented_control(key="compare_shown").set_value(compare_board.TEST_SET).run()
    assert not app.exception
    (expander,) = [each for each in app.expander if each.label == "All figures of these models"]
    frame = expander.dataframe[0].value
    frame = frame.set_index("Model")
    assert set(frame.index) == {"tiny-plane", "tiny-long"}
    assert frame["nelbo"]["tiny-plane"] == 150.0
    assert frame["mse"]["tiny-long"] == 0.01


def test_a_frame_has_numbers_where_there_are_and_nothing_elsewhere():
    cards = {name: cache.card(name).metrics for name in (SHIPPED, "denoising-mnist")}
    frame = model_figures.frame(cards)
    assert frame["nelbo"] == [cards[SHIPPED]["nelbo"], None]
    assert frame["classical_name"] == [None, "median"]
    assert frame["kl_by_number"][0].endswith("nats")
    for key in frame.keys() - {"Model"}:
        assert model_figures.column(key)["help"] == FIGURES[key].meaning
