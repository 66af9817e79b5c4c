"""The kept parameters of the filters: made as said, read as written, and those that ship are of the best."""

import dataclasses
import json

import numpy as np
import pytest

from aemodels.data.corruptions import CORRUPTIONS
from aemodels.measure import classical, classical_table, denoising
from aemodels.measure.metrics import psnr

FEW = 4


@pytest.fixture(scope="module")
def made(digits):
    """A table of two filters, three kinds of noise and few images: what takes long is left out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            classical_table,
            "CORRUPTIONS",
            {name: CORRUPTIONS[name] for name in ("gaussian", "blur", "shift")},
        )
        few = {name: classical.CLASSICAL[name] for name in ("median", "gaussian")}
        patch.setattr(classical, "CLASSICAL", few)
        patch.setattr(classical_table, "CLASSICAL", few)
        patch.setattr(classical_table, "TUNING_IMAGES", FEW)
        patch.setattr(denoising, "TEST_IMAGES", FEW)
        return classical_table.make(digits)


def test_parameters_are_chosen_on_validation_images_and_measured_on_test_images(made, digits):
    validation, test = digits.train.take(slice(-FEW, None)).x, digits.test.take(slice(FEW)).x
    levels = denoising.levels("gaussian")
    for place in (1, 5, 8):
        noisy = denoising.noisy(validation, "gaussian", levels[place])
        scores = {
            value: psnr(validation, classical.CLASSICAL["gaussian"].apply(noisy, value)).mean()
            for value in classical.CLASSICAL["gaussian"].grid
        }
        choice = made.choices("gaussian", levels[place])["gaussian"]
        assert choice.parameter == max(scores, key=scores.__getitem__)
        assert choice.psnr == pytest.approx(max(scores.values()), abs=1e-3)
        answer = choice.apply(denoising.noisy(test, "gaussian", levels[place]))
        expected = np.percentile(psnr(test, answer), [25, 50, 75])
        np.testing.assert_allclose(made.curves("gaussian")["gaussian"][place], expected, atol=2e-3)


def test_the_nearest_level_answers_and_never_that_without_noise(made):
    levels = denoising.levels("gaussian")
    row = made.kinds["gaussian"]["filters"]["gaussian"]["parameter"]
    assert made.choices("gaussian", 0.0)["gaussian"].parameter == row[1]
    assert made.choices("gaussian", levels[3] + 0.01)["gaussian"].parameter == row[3]


def test_a_table_is_read_as_it_was_written_and_only_for_its_own_images(made, tmp_path):
    classical_table.write(made, tmp_path)
    assert classical_table.read("digits", made.fingerprint, tmp_path) == made
    assert classical_table.read("digits", "another", tmp_path) is None
    assert classical_table.read("mnist", made.fingerprint, tmp_path) is None


def test_a_kind_that_is_new_or_has_another_range_is_not_known(made):
    assert made.choices("speckle", 0.5) is None
    assert made.curves("speckle") == {}
    row = {**made.kinds["blur"], "levels": [0.0, 1.0]}
    other = dataclasses.replace(made, kinds={"blur": row})
    assert other.choices("blur", 1.0) is None


@pytest.mark.parametrize("name", sorted(path.stem for path in classical_table.FOLDER.glob("*.json")))
def test_what_ships_knows_every_kind_every_level_and_every_filter(name):
    path = classical_table.FOLDER / f"{name}.json"
    table = classical_table.Table(**json.loads(path.read_text(encoding="utf-8")))
    assert list(table.kinds) == list(CORRUPTIONS)
    assert path.stat().st_size < 60_000
    for kind in CORRUPTIONS:
        curves = table.curves(kind)
        assert list(curves) == list(classical.CLASSICAL)
        for curve in curves.values():
            assert curve.shape == (9, 3)
            assert np.all(np.diff(curve, axis=1) >= 0)
        for level in denoising.levels(kind):
            for filter_name, choice in table.choices(kind, level).items():
                assert choice.parameter in classical.CLASSICAL[filter_name].grid
