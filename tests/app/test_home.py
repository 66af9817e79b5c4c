"""Home: complete at once, without TensorFlow, whatever the address says."""

import subprocess
import sys
import textwrap

import pytest

from pages.ui import cache

HEAVY = ("tensorflow", "keras", "sklearn", "skimage", "scipy")


def test_the_whole_pipeline_is_there(open_page, picture):
    app = open_page("home")
    assert not app.exception
    assert picture(app, "A ") is not None
    assert picture(app, "What the decoder draws from") is not None
    assert [metric.label for metric in app.metric] == ["MSE", "by PCA"]


def test_another_digit_is_another_digit_with_another_reconstruction(open_page, picture):
    app = open_page("home")
    before = picture(app, "A "), picture(app, "What the decoder draws from")
    app.button(key="another_digit").click().run()
    assert not app.exception
    after = picture(app, "A "), picture(app, "What the decoder draws from")
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_a_longer_code_has_its_map_too(open_page, picture, tiny_models):
    app = open_page("home", model=tiny_models[1])
    assert not app.exception
    assert "6 numbers" in " ".join(text.value for text in app.markdown)
    assert picture(app, "What the decoder draws from") is not None


@pytest.mark.parametrize("model", ["no-such-model", "<script>alert(1)</script>", "x" * 5000])
def test_an_unknown_model_in_the_address_gets_a_sentence_and_the_page(open_page, picture, sentences, model):
    app = open_page("home", model=model)
    assert not app.exception
    assert "There is no model" in sentences(app)
    assert picture(app, "What the decoder draws from") is not None
    assert app.query_params["model"] != model


def test_the_picked_model_stands_in_the_address(open_page, tiny_models):
    app = open_page("home")
    app.selectbox(key="model_picker").set_value(tiny_models[1]).run()
    assert not app.exception
    assert app.query_params["model"] == tiny_models[1]


def test_the_picked_model_is_kept_on_the_next_page(open_page, tiny_models):
    app = open_page("home")
    app.selectbox(key="model_picker").set_value(tiny_models[1]).run()
    app.switch_page("pages/latent.py").run()
    assert not app.exception
    assert app.selectbox(key="model_picker").value == tiny_models[1]


def test_nothing_heavy_is_imported_before_the_page_is_out(tiny_models):
    script = f"""
        import sys
        from streamlit.testing.v1 import AppTest
        from pages.ui import cache
        cache.warm_up = lambda: None
        app = AppTest.from_file("app.py", default_timeout=120)
        app.query_params["model"] = {tiny_models[0]!r}
        app.run()
        assert not app.exception, app.exception
        assert len(app.metric) == 2, app.metric
        print(sorted({{name.split(".")[0] for name in sys.modules}} & set({HEAVY!r})))
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ran.stdout.strip().endswith("[]"), ran.stdout + ran.stderr[-2000:]


def test_the_model_that_one_sees_first_is_the_first_of_the_picker(open_page):
    """A browser that was told no choice yet, since somebody clicked before the page was there, takes the first."""
    picker = open_page("home", model=None).selectbox(key="model_picker")
    assert picker.options[0] == picker.value == cache.DEFAULT_MODEL
