"""A box or a lasso on the map: what is inside is counted, shown and taken along; nonsense selects nothing."""

import csv
import io

import numpy as np
import pytest

from pages.ui import cache, group_card

SQUARE = [[-9.0, -9.0], [9.0, -9.0], [9.0, 9.0], [-9.0, 9.0]]


def select(app, outline, model):
    app.session_state["_outline"] = outline
    app.session_state["_outline_model"] = model
    return app.run()


def group_images(app):
    return [
        image
        for image in app.get("image")
        if len(image.proto.imgs) > 5 and "Test image" in image.proto.imgs[0].alt
    ]


def test_what_is_selected_is_counted_and_shown(open_page, tiny_models):
    app = select(open_page("latent"), SQUARE, tiny_models[0])
    assert not app.exception
    places, labels = cache.map_places(tiny_models[0]), cache.codes(tiny_models[0]).labels
    inside = (np.abs(places) < 9).all(axis=1)
    counts = np.bincount(labels[inside])
    text = " ".join(line.value for line in app.markdown)
    assert inside.sum() > 50
    assert all(f"**{label}**: {count:,}" in text for label, count in enumerate(counts) if count)
    assert any(len(image.proto.imgs) == group_card.SHOWN for image in group_images(app))


def test_the_middle_of_a_selection_can_be_kept(open_page, tiny_models):
    app = select(open_page("latent"), SQUARE, tiny_models[0])
    z = cache.codes(tiny_models[0]).z
    middle = z[(np.abs(z) < 9).all(axis=1)].astype(float).mean(axis=0)
    app.button(key="group_keep").click().run()
    assert not app.exception
    kept = [float(number) for number in app.query_params["kept"].split(",")]
    np.testing.assert_allclose(kept, middle, atol=2e-3)


def test_an_outline_around_nothing_is_a_sentence_and_can_be_forgotten(open_page, tiny_models, sentences):
    nowhere = [[80.0, 80.0], [81.0, 80.0], [81.0, 81.0]]
    app = select(open_page("latent"), nowhere, tiny_models[0])
    assert not app.exception
    assert "no test image inside" in sentences(app)


def test_a_selection_on_another_models_map_is_not_shown(open_page, tiny_models):
    app = select(open_page("latent"), SQUARE, tiny_models[1])
    assert not app.exception
    assert not [button for button in app.button if button.key == "group_keep"]


def test_a_plane_through_a_longer_code_can_be_selected_on_too(open_page, tiny_models):
    app = select(open_page("latent", model=tiny_models[1]), SQUARE, tiny_models[1])
    assert not app.exception
    assert group_images(app)


@pytest.mark.parametrize(
    ("selection", "outline"),
    [
        (
            {"selection": {"points": [], "box": [{"x": [1, 2], "y": [5, 3]}]}},
            [[1, 5], [2, 5], [2, 3], [1, 3]],
        ),
        ({"selection": {"lasso": [{"x": [1, 2, 3], "y": [0, 1, 0]}], "box": []}}, [[1, 0], [2, 1], [3, 0]]),
        ({"selection": {"points": [{"x": 1, "y": 2}], "box": [], "lasso": []}}, None),
        ({"selection": {"box": [{"x": [1, 2, 3], "y": [5, 3, 1]}]}}, None),
        ({"selection": {"box": [{"x": [1, 2], "y": [5]}]}}, None),
        ({"selection": {"lasso": [{"x": 5, "y": None}]}}, None),
        ({"selection": {"lasso": "abc"}}, None),
        ({"selection": 5}, None),
        ({"selection": {"lasso": [7], "box": [None]}}, None),
        (None, None),
    ],
)
def test_the_outline_is_read_from_what_the_chart_reports_and_nonsense_is_none(selection, outline):
    assert group_card.outline_of(selection) == outline


def test_the_selected_codes_can_be_read_again():
    z, labels = np.array([[0.5, 1], [2, 3], [4, 5]], np.float32), np.array([7, 8, 9])
    rows = list(csv.DictReader(io.StringIO(group_card.as_csv(z, labels, np.array([0, 2])))))
    assert [(row["index"], row["label"], float(row["z1"]), float(row["z2"])) for row in rows] == [
        ("0", "7", 0.5, 1.0),
        ("2", "9", 4.0, 5.0),
    ]
