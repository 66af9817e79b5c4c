"""What for: sections by the address, strangers with an alarm, bits against quality, and a photo from anybody.

The studies here are small made-up arrays of the right form: what is measured is tested with the measures.
"""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from aemodels import studies
from aemodels.data import photo
from aemodels.measure import anomaly, codecs, compression
from pages.ui import anomaly_view, cache, compression_use, state, uses
from tests.app.conftest import LONG, PLANE

RNG = np.random.default_rng(0)


def anomaly_arrays(score: str) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {
        "images": np.array([100, 100]),
        "groups": np.array(["fashion_mnist", "shapes"]),
        "psnr": np.asarray(20.0),
    }
    for name in ("mse", score):
        for group, level in (("validation", 0.1), ("test", 0.1), ("fashion_mnist", 0.4), ("shapes", 0.2)):
            arrays[f"{name}/{group}"] = anomaly.Errors.of(level * (1 + RNG.random(100))).quantiles
        for group, level in (("test", 0.1), ("fashion_mnist", 0.4)):
            arrays[f"{name}/{group}/labels"] = np.arange(10)
            arrays[f"{name}/{group}/by_label"] = np.sort(level * (1 + RNG.random((10, 20))), axis=1)
    for name in ("mse", score, "pca", "ink"):
        for group in ("fashion_mnist", "shapes"):
            arrays[f"{name}/auc/{group}"] = np.asarray(0.9)
    return arrays


def compression_arrays(size: int) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {
        "images": np.array([100, 100]),
        "program_bytes": np.asarray(10_000),
        "png/bits": np.asarray(2000.0),
        "png/content": np.asarray(1500.0),
    }
    for name in ("model", "pca"):
        arrays |= {
            f"{name}/bits": size * np.arange(1.0, 9.0),
            f"{name}/entropy": size * np.arange(1.0, 9.0) * 0.9,
            f"{name}/psnr": np.linspace(10, 20, 8),
            f"{name}/exact_psnr": np.asarray(20.5),
            f"{name}/low": np.full(size, -3, np.float32),
            f"{name}/step": np.full(size, 6 / 256, np.float32),
        }
    for name, codec in codecs.LOSSY.items():
        count = len(codec.qualities)
        for key, first in (("bits", 500.0), ("content", 200.0)):
            arrays[f"{name}/{key}"] = np.linspace(first, 4000, count)
        for key in ("psnr", "content_psnr"):
            arrays[f"{name}/{key}"] = np.linspace(12, 45, count)
    return arrays


MADE = {
    (PLANE, "anomaly"): anomaly_arrays("nelbo"),
    (LONG, "anomaly"): anomaly_arrays("bce"),
    (PLANE, "compression"): compression_arrays(2),
    (LONG, "compression"): compression_arrays(6),
}


@pytest.fixture(autouse=True)
def _stored(monkeypatch):
    monkeypatch.setattr(cache, "stored_study", lambda name, study: MADE.get((name, study)))
    monkeypatch.setattr(cache, "ready_for_pictures", lambda: None)
    monkeypatch.setattr(photo, "example", lambda: (photo.drawn()[:84, :112], "a picture drawn by code"))


def charts(app: AppTest) -> list[str]:
    return [element.proto.id for element in app.get("plotly_chart")]


def text(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


@pytest.mark.parametrize("asked", [None, "anomaly", "nonsense", "<script>", "x" * 5000])
def test_the_first_section_is_there_whatever_the_address_says(open_page, asked):
    app = open_page("learn", **({} if asked is None else {"use": asked}))
    assert not app.exception
    assert app.query_params["use"] in ("anomaly", ["anomaly"])
    assert len(charts(app)) >= 3
    assert [metric.label for metric in app.metric][:4] == [
        "Threshold",
        "False alarms",
        "Strangers that pass",
        "ROC area",
    ]


def test_every_section_has_a_title_and_a_name_of_its_own():
    assert [use.name for use in uses.USES][:2] == ["anomaly", "compression"]
    assert len({use.name for use in uses.USES}) == len({use.title for use in uses.USES}) == len(uses.USES)


def test_the_visitor_switches_the_section_and_the_address_follows(open_page):
    app = open_page("learn")
    app.segmented_control(key="use_picker").set_value("compression").run()
    assert not app.exception
    assert app.query_params["use"] in ("compression", ["compression"])
    assert any("PNG, lossless" in each.value for each in app.markdown)


def test_a_lower_rate_of_false_alarms_raises_the_threshold(open_page):
    app = open_page("learn")
    before = float(app.metric[0].value)
    assert app.select_slider(key="false_alarms").value == state.FALSE_ALARMS.first
    app.select_slider(key="false_alarms").set_value(0.001).run()
    assert not app.exception
    assert float(app.metric[0].value) > before


def test_the_digit_is_judged_at_the_threshold_shown(open_page):
    app = open_page("learn")
    threshold = float(app.metric[0].value)
    own = next(metric for metric in app.metric if metric.label == "Squared error")
    alarm = float(own.value) > threshold
    assert f"threshold {threshold:.4f}" == own.delta
    assert (":orange[**Alarm**]" in text(app)) == alarm


@pytest.mark.parametrize(("model", "score"), [(PLANE, "−ELBO"), (LONG, "Cross-entropy")])
def test_each_kind_of_model_has_its_second_score(open_page, model, score):
    app = open_page("learn", model=model)
    app.segmented_control(key="anomaly_score").set_value(anomaly_name(score)).run()
    assert not app.exception
    assert "nats" in app.metric[0].value
    assert any(metric.label == score for metric in app.metric)


def anomaly_name(title: str) -> str:
    return next(score.name for score in anomaly.SCORES.values() if score.title == title)


def test_strangers_drawn_by_code_are_shown_with_what_the_model_makes_of_them(open_page, picture):
    app = open_page("learn")
    for words in ("all black, as the model sees it", "all black, as the model draws it", "a letter A, as"):
        assert picture(app, words) is not None
    assert "strangers pass" in text(app)


def test_a_class_left_out_has_networks_of_its_own(open_page, monkeypatch):
    lent = {"latent_dim": np.asarray(2), "epochs": np.asarray(6), "auc": np.linspace(0.5, 0.95, 10)}
    for group in ("test", "validation", "held_out"):
        lent[group] = np.sort(RNG.random((10, 51)), axis=1)
    monkeypatch.setattr(
        cache, "stored_study", lambda name, study: lent if study == "held_out" else MADE.get((name, study))
    )
    app = open_page("learn")
    app.segmented_control(key="strangers").set_value(anomaly_view.LEFT_OUT).run()
    app.selectbox(key="left_out").set_value(9).run()
    assert not app.exception
    assert app.metric[3].value == "0.950"


def test_bits_and_quality_go_with_the_slider(open_page):
    app = open_page("learn", use="compression", model=LONG)
    assert not app.exception
    assert (app.metric[0].value, app.metric[1].value) == (
        "24 bits",
        f"{MADE[LONG, 'compression']['model/psnr'][3]:.1f} dB",
    )
    app.select_slider(key="code_bits").set_value(8).run()
    assert not app.exception
    assert app.metric[0].value == "48 bits"


def test_one_image_and_a_photo_are_shown_by_every_coder(open_page, picture):
    app = open_page("learn", use="compression", model=LONG)
    for coder in ("Original", "This model", "JPEG", "WebP"):
        assert picture(app, f"The test image, {coder}") is not None
        assert picture(app, f"a picture drawn by code: {coder}") is not None


def test_a_photo_of_the_visitor_takes_the_place_of_ours(open_page, picture):
    app = open_page("learn", use="compression", model=LONG)
    file = codecs.write(np.rint(photo.drawn()[:120, :90] * 255).astype(np.uint8), codecs.PNG, 0, ())
    app.file_uploader(key="photo_upload").set_value(("mine.png", file, "image/png")).run()
    assert not app.exception
    assert picture(app, "your photo: This model") is not None


def test_what_is_no_photo_gets_a_sentence_and_ours_stays(open_page, picture, sentences):
    app = open_page("learn", use="compression", model=LONG)
    app.file_uploader(key="photo_upload").set_value(("mine.png", b"nothing of the kind", "image/png")).run()
    assert not app.exception
    assert "picture" in sentences(app)
    assert picture(app, "a picture drawn by code: This model") is not None


@pytest.mark.parametrize("use", ["anomaly", "compression"])
def test_what_was_not_measured_is_measured_by_a_button(open_page, monkeypatch, use):
    monkeypatch.setattr(cache, "stored_study", lambda name, study: None)
    monkeypatch.setattr(cache, "make_study", lambda name, study: MADE[name, study])
    app = open_page("learn", use=use, model=LONG)
    assert not app.exception
    assert charts(app) == []
    app.button(key=f"measure_{use}").click().run()
    assert not app.exception
    assert len(charts(app)) >= 1


@pytest.mark.parametrize(
    ("own", "jpeg", "words"),
    [
        (100.0, 400.0, "4.0 times the bits"),
        (400.0, 100.0, "The tutorials are right"),
        (100.0, None, "No quality of JPEG"),
    ],
)
def test_the_verdict_on_jpeg_is_honest(own, jpeg, words):
    assert words in compression_use.verdict(own, jpeg, 1_000_000)


def test_a_race_against_a_better_picture_is_not_called_won():
    words = compression_use.verdict(7.0, 200.0, 1_000_000, too_good=True)
    assert "cannot go so low" in words
    assert "wins" not in words


def test_the_visitor_s_own_model_is_measured_with_its_held_back_images(monkeypatch, digits):
    from pages.ui.cache import studies as cached

    seen = []
    record = studies.Study(
        "probe", "probe", lambda card: True, lambda model, data, done: seen.append(data) or {}
    )
    monkeypatch.setitem(studies.STUDIES, "probe", record)
    cache.make_study(LONG, "probe")
    assert seen[0].fingerprint == digits.fingerprint
    assert len(seen[0].train) == len(digits.train)
    assert (
        cached.held_back.last(digits, cache.card(LONG)).train.labels.tolist() == seen[0].train.labels.tolist()
    )


def test_bits_of_the_slider_are_those_that_are_measured():
    assert state.CODE_BITS.first in compression.BITS
    assert state.FALSE_ALARMS.first in anomaly_view.RATES
