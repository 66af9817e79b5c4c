"""Bad luck with the store: killed while it saves, a full disk, a disk that cannot be written, odd folders in it."""

import contextlib
import json
import os
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from aemodels import holding
from aemodels.errors import StoreError
from aemodels.store import card as cards
from aemodels.store import folders, models
from tests.soak import saving

MEGABYTE = 2**20


@pytest.fixture
def home(monkeypatch):
    """A home in memory where there is a place for it: a kill is one there, too, and nothing waits for a disk."""
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        monkeypatch.setenv("AEMODELS_HOME", folder)
        monkeypatch.setattr(models, "_versions", dict)  # they would import TensorFlow
        yield Path(folder)


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names_of(parent):
    return sorted(path.name for path in parent.iterdir())


# --- kill -9 -------------------------------------------------------------------------------------------------


def test_whenever_it_is_killed_models_are_whole_none_is_lost_and_nothing_is_left_lying(home):
    tally = saving.run(home, count=10, seed=7)
    assert tally.kills == 10
    assert tally.inside > 0, "no kill fell into a save: the test has tried nothing"
    assert (tally.unreadable, tally.lost, tally.leftovers, tally.damaged) == (0, 0, 0, 0)


@pytest.mark.parametrize("kind", [folders.NEW, folders.GONE])
def test_what_somebody_is_writing_is_no_leftover(home, kind):
    saving.save("mine", 1)
    beside = home / "models" / f".mine.{kind}0123abcd"
    beside.mkdir()
    with holding.held(beside):
        models.list_models()
        assert beside.is_dir()
    models.list_models()
    assert names_of(home / "models") == ["mine"]


def test_a_model_that_was_cut_off_between_the_two_renames_comes_back(home):
    saving.save("mine", 1)
    (home / "models" / "mine").rename(home / "models" / ".mine.old-0123abcd")
    assert models.read_card("mine").seed == 1
    assert names_of(home / "models") == ["mine"]


# --- no room -------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def no_file_larger_than(size):
    """As on a full disk, a write fails in the middle: the system's own limit, which needs no rights."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def steps_of(folder):
    """Sizes of files at which each of the files of a model is cut off once: before, in, and at its end."""
    sizes = sorted({path.stat().st_size for path in folder.iterdir()})
    return sorted({0, 100, *(size - 1 for size in sizes), *(size // 2 for size in sizes)})


def test_wherever_the_room_ends_the_old_model_stays_and_the_next_try_works(home):
    saving.save("mine", 1)
    before = contents(home)
    steps = steps_of(home / "models" / "mine")
    assert len(steps) > 5
    for size in steps:
        with (
            no_file_larger_than(size),
            pytest.raises(StoreError, match=r"could not be saved in .*Free some space"),
        ):
            saving.save("mine", 2)
        assert contents(home) == before
        assert names_of(home / "models") == ["mine"]
        with no_file_larger_than(size), pytest.raises(StoreError, match="could not be saved"):
            saving.save("another", 2)
        assert names_of(home / "models") == ["mine"]
    with no_file_larger_than(10), pytest.raises(StoreError, match="figures of 'mine' could not be saved"):
        models.update_metrics("mine", {"mse": 1.0})
    assert contents(home) == before
    saving.save("mine", 2)
    assert models.read_card("mine").seed == 2


@pytest.fixture
def small_disk(home):
    """The store on a file system of one megabyte; only root can mount one."""
    folder = home / "models"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(words, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here; the same is tested with a limit on files")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_a_sentence_and_leaves_the_old_model(small_disk):
    saving.save("mine", 1)
    before = contents(small_disk)
    ballast = small_disk / "_ballast"
    while True:  # until nothing more has room
        try:
            with ballast.open("ab") as file:
                file.write(bytes(4096))
        except OSError:
            break
    kept = {**before, "_ballast": ballast.read_bytes()}
    with pytest.raises(StoreError, match=r"No space left on device\. Free some space"):
        saving.save("mine", 2)
    assert contents(small_disk) == kept
    models.delete("mine")  # what makes room must work without any
    assert names_of(small_disk) == ["_ballast"]
    ballast.unlink()
    saving.save("mine", 2)
    assert models.read_card("mine").seed == 2


def test_a_store_that_cannot_be_written_is_a_sentence(small_disk):
    saving.save("mine", 1)
    before = contents(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for attempt in (
        lambda: saving.save("mine", 2),
        lambda: saving.save("another", 2),
        lambda: models.update_metrics("mine", {"mse": 1.0}),
        lambda: models.delete("mine"),
    ):
        with pytest.raises(StoreError, match="Read-only file system"):
            attempt()
    assert contents(small_disk) == before
    assert [card.name for card in models.list_models() if not card.shipped] == ["mine"]


# --- odd folders ---------------------------------------------------------------------------------------------


def _card(folder, **changes):
    path = folder / "card.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


ODD = {
    "empty": (lambda folder: [path.unlink() for path in folder.iterdir()], "has no card.json"),
    "no-card": (lambda folder: (folder / "card.json").unlink(), "has no card.json"),
    "no-weights": (lambda folder: (folder / "weights.npz").unlink(), "weights of 'no-weights' are missing"),
    "cut-weights": (lambda folder: os.truncate(folder / "weights.npz", 100), "are cut off"),
    "cut-card": (lambda folder: os.truncate(folder / "card.json", 100), "not readable JSON"),
    "newer": (lambda folder: _card(folder, format=cards.FORMAT + 1), "newer version .* Update the program"),
    "far-newer": (lambda folder: _card(folder, format=10**400), "newer version"),
    "older": (lambda folder: _card(folder, format=0), "not of format 1"),
    "nameless": (lambda folder: _card(folder, format=None), "not of format 1"),
    "more-entries": (lambda folder: _card(folder, mood="good"), "entries that no model of ours has"),
    "other-network": (
        lambda folder: _card(folder, model={"architecture": "transformer"}),
        "no network of ours",
    ),
    "bytes": (lambda folder: (folder / "card.json").write_bytes(b"\xff\xfe"), "no readable card.json"),
    "card-is-a-folder": (
        lambda folder: ((folder / "card.json").unlink(), (folder / "card.json").mkdir()),
        "has no card.json",
    ),
    "card-is-a-pipe": (
        lambda folder: ((folder / "card.json").unlink(), os.mkfifo(folder / "card.json")),
        "has no card.json",
    ),
    "A name\nof\udcff bytes": (lambda folder: None, "cannot be a model's name"),
}


@pytest.fixture
def odd(home):
    """A store with one good model and every odd folder."""
    saving.save("good", 1)
    for name, (spoil, _) in ODD.items():
        shutil.copytree(home / "models" / "good", home / "models" / name)
        spoil(home / "models" / name)
    (home / "models" / "linked").symlink_to(home / "models" / "good")
    (home / "models" / "a-file").write_text("no folder")
    return home


def test_odd_folders_are_named_with_what_is_wrong_and_harm_no_other(odd, capsys):
    from aemodels import __main__ as command_line

    assert [card.name for card in models.list_models() if not card.shipped] == ["good"]
    damaged = models.damaged_models()
    assert damaged.keys() == {*ODD, "linked"}
    for name, (_, reason) in ODD.items():
        with pytest.raises(StoreError, match=reason):
            raise StoreError(damaged[name])
        with pytest.raises(StoreError):
            models.read_card(name)
    assert "is a link" in damaged["linked"]
    command_line.main(["list"])
    printed = capsys.readouterr().out
    assert all(f"  {folders.shown(name):20} cannot be read: " in printed for name in damaged)
    command_line.main(["list", "--json"])
    assert json.loads(capsys.readouterr().out)["damaged"].keys() == set(map(folders.shown, damaged))


def test_odd_folders_can_be_deleted_and_nothing_else_goes_with_them(odd):
    good = contents(odd / "models" / "good")
    for name in models.damaged_models():
        models.delete(name)
        assert contents(odd / "models" / "good") == good
    assert names_of(odd / "models") == ["a-file", "good"]
    for name in ("a-file", "..", ".", "", "/", "good/../good"):
        with pytest.raises(StoreError):
            models.delete(name)
    assert names_of(odd / "models") == ["a-file", "good"]
