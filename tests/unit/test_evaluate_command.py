"""`python -m aemodels evaluate`: what it reports is what a fresh evaluation finds, and what it writes is that."""

import json

import numpy as np
import pytest

import aemodels.__main__ as command_line
from aemodels import readme, report
from aemodels.measure import evaluation, figure_table
from aemodels.store import models

SMALL = ("--dataset", "digits", "--epochs", "2", "--set", "hidden=32", "--set", "batch_size=64")


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory):
    """Two small models, a variational one of the bundled digits and one of points."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AEMODELS_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setattr(evaluation, "WEIGHTED_SAMPLES", 40)
        patch.setattr(evaluation, "WEIGHTED_IMAGES", 50)
        assert command_line.main(["train", "default", *SMALL, "--name", "mine", "--seed", "1", "--json"]) == 0
        points = ["--epochs", "1", "--name", "points", "--json"]
        assert command_line.main(["train", "three-to-two", *points]) == 0
        yield


def run(capsys, *arguments):
    status = command_line.main([str(argument) for argument in arguments])
    answer = capsys.readouterr()
    return status, answer.out, answer.err


def test_card_and_report_are_a_fresh_evaluation(capsys, digits):
    status, out, _ = run(capsys, "evaluate", "mine", "--write", "--json")
    assert status == 0
    told = json.loads(out)
    assert (told.pop("name"), told.pop("dataset")) == ("mine", "digits")
    del told["source"]
    assert models.read_card("mine").metrics == told
    fresh = report.evaluate(models.load("mine"), digits, denoises=False, thorough=True)
    assert fresh == pytest.approx(told, rel=1e-5)
    assert {"nelbo_many", "iwae", "active_units", "kl_2", "probe_accuracy", "code_bits"} <= set(told)
    assert told["iwae_images"] == 50
    again = json.loads(run(capsys, "evaluate", "mine", "--json")[1])
    assert {key: again[key] for key in told} == told


def test_quick_leaves_out_what_takes_minutes_and_changes_nothing_else(capsys):
    whole = json.loads(run(capsys, "evaluate", "mine", "--json")[1])
    quick = json.loads(run(capsys, "evaluate", "mine", "--quick", "--json")[1])
    assert {key: whole[key] for key in quick} == quick
    assert not {"iwae", "nelbo_many", "code_bits"} & set(quick)


def test_points_have_the_figures_that_mean_something(capsys):
    status, out, _ = run(capsys, "evaluate", "points", "--json")
    assert status == 0
    assert set(json.loads(out)) == {
        *("name", "dataset", "source", "mse", "pca_mse", "knn_accuracy", "probe_accuracy")
    }


def test_without_json_each_figure_has_its_name_unit_and_direction(capsys):
    status, out, _ = run(capsys, "evaluate", "mine", "points", "--quick", "--explain")
    assert status == 0
    assert out.startswith("mine on Bundled digits")
    assert "\npoints on Points near a plane" in out
    lines = [line.split() for line in out.splitlines()]
    assert any(line[:1] == ["−ELBO"] and line[2:] == ["nats", "lower", "is", "better"] for line in lines)
    for key in ("nelbo", "active_units", "probe_accuracy", "kl_by_number"):
        assert figure_table.FIGURES[key].help in out
    assert out.count(figure_table.FIGURES["nelbo"].help) == 1  # points have none


def test_the_tables_are_written_into_a_file_with_the_marks(capsys, tmp_path):
    file = tmp_path / "README.md"
    file.write_text(f"before\n{readme.BEGIN}\n{readme.END}\nafter\n", encoding="utf-8")
    status, out, _ = run(capsys, "evaluate", "--readme", file)
    assert status == 0
    assert out.count("\n") == 1
    text = file.read_text(encoding="utf-8")
    shipped = [card.name for card in models.list_models() if card.shipped]
    assert all(text.count(f"| `{name}` |") == 2 for name in shipped)
    assert "`mine`" not in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")


def test_a_card_of_an_older_program_is_read_without_the_newer_figures(capsys):
    old = {"mse": 0.05, "psnr": 14.0}
    before = models.read_card("mine").metrics
    models.update_metrics("mine", old)
    try:
        assert models.read_card("mine").metrics == old
        assert json.loads(run(capsys, "list", "--json")[1])["models"]["mine"]["metrics"] == old
        assert "| – |" in readme.tables([models.read_card("mine")])
    finally:
        models.update_metrics("mine", before)


def test_bad_input_is_one_line_and_status_2(capsys, tmp_path):
    plain, binary = tmp_path / "plain.md", tmp_path / "binary.md"
    plain.write_text("no marks", encoding="utf-8")
    binary.write_bytes(bytes(range(256)))
    foreign = tmp_path / "foreign.npz"
    rng = np.random.default_rng(0)
    np.savez(foreign, images=rng.integers(0, 256, (40, 28, 28), dtype=np.uint8), labels=np.arange(40) % 2)
    before = models.read_card("mine").metrics
    for arguments in (
        [],
        ["nobody"],
        ["mine", "nobody"],
        ["mine", "--quick", "--write", "--dataset", foreign],
        ["--readme", plain],
        ["--readme", binary],
        ["--readme", tmp_path / "none.md"],
    ):
        status, out, err = run(capsys, "evaluate", *arguments)
        assert (status, out, err.count("\n")) == (2, "", 1), arguments
    assert models.read_card("mine").metrics == before
    assert plain.read_text(encoding="utf-8") == "no marks"
