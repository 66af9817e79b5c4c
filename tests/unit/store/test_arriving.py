"""Zips of models: ours come back as they were, and of a stranger's each is refused with its reason, quickly."""

import io
import json
import struct
import tracemalloc
import warnings
import zipfile

import numpy as np
import pytest

from aemodels import autoencoder
from aemodels.architectures.conv import ConvConfig
from aemodels.architectures.dense import DenseConfig
from aemodels.autoencoder import build
from aemodels.data.datasets import Split
from aemodels.errors import StoreError
from aemodels.store import archive, arriving, expected, export, folders, models, weights
from aemodels.training.config import TrainingConfig
from aemodels.training.history import Epoch, History

HISTORY = History((Epoch(1, 2.0, 1.5, 0.5, 2.1, 1.6, 0.5, 1e-3, 0.1, 1.0),), 1, stopped=False)
CONFIG = DenseConfig(latent_dim=2, hidden=(8,), variational=True)
MOST_MEMORY = 32 * 2**20  # bytes that a refusal may take beyond the file itself


@pytest.fixture(scope="module")
def images():
    values = np.random.default_rng(0).integers(0, 256, (12, 28, 28), np.uint8)
    return Split(values, np.arange(12, dtype=np.uint8) % 10)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("AEMODELS_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def saved(config, images, name="mine", **options):
    model = build(config, seed=5)
    models.save(
        model,
        name,
        recipe="default",
        dataset="digits",
        fingerprint="0" * 16,
        test=images,
        training=TrainingConfig().to_json(),
        seed=1,
        history=HISTORY,
        metrics={"mse": 0.25, "classical_name": "median"},
        **options,
    )
    return model


CONFIGS = {
    "variational": CONFIG,
    "deep": DenseConfig(latent_dim=3, hidden=(8, 6), decoder_hidden=(5, 7, 9), code_activation="relu"),
    "waves": DenseConfig(latent_dim=2, hidden=(8, 6), waves=1.0),
    "conv": ConvConfig(latent_dim=3, filters=(4, 6), dense=(10,)),
    "conv without dense layers": ConvConfig(latent_dim=3, variational=True, filters=(2, 3, 4)),
    "maps": ConvConfig(latent_dim=None, filters=(4, 6), downsampling="pool"),
    "points": DenseConfig(latent_dim=2, hidden=(), loss="squared_error", point_size=3),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_the_weights_of_a_network_are_known_before_it_is_built(name):
    model = build(CONFIGS[name])
    names = weights.names(model.encoder, model.decoder)
    variables = model.encoder.weights + model.decoder.weights
    built = {key: tuple(variable.shape) for key, variable in zip(names, variables, strict=True)}
    assert list(expected.shapes(CONFIGS[name]).items()) == list(built.items())


@pytest.mark.parametrize("name", ["variational", "conv", "maps"])
@pytest.mark.parametrize("half", [False, True])
def test_a_model_that_was_taken_along_comes_back(images, name, half):
    model = saved(CONFIGS[name], images, half_precision=half)
    before = models.read_card("mine")
    card = arriving.receive(export.packed("mine"))
    assert card.name == "mine-2"
    assert (card.model, card.training, card.metrics) == (before.model, before.training, before.metrics)
    assert card.atlas == before.atlas
    assert (card.parameters, card.epochs) == (before.parameters, 1)
    loaded, kept = models.load("mine-2"), models.load("mine")
    np.testing.assert_array_equal(loaded.encode(images.x), kept.encode(images.x))
    assert models.history("mine-2") == models.history("mine")
    sizes = [(folders.saved() / each / "weights.npz").stat().st_size for each in ("mine", "mine-2")]
    assert sizes[0] == sizes[1]
    if model.latent_dim <= models.MOST_STORED:
        np.testing.assert_array_equal(models.codes("mine-2").z, models.codes("mine").z)


def test_a_taken_name_is_refused_and_a_name_that_cannot_be_one_is_replaced(images):
    saved(CONFIG, images)
    packed = export.packed("mine")
    with pytest.raises(StoreError, match="exists already"):
        arriving.receive(packed, "mine")
    assert arriving.receive(packed, "yours").name == "yours"
    assert arriving.free_name("vae-mnist-2d") == "vae-mnist-2d-2"
    for name in ("../../etc", "a" * 200, "<b>", ""):
        assert arriving.free_name(name) == "brought-along"
    assert len(arriving.free_name("a" * 40)) <= 40


# --- the corpus: what is not ours -----------------------------------------------------------------------------


def zipped(members, **options):
    """A zip of (name or ZipInfo, bytes)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive_:
        for name, data in members:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of two members of one name
                archive_.writestr(name, data, **options)
    return buffer.getvalue()


def npz(**arrays):
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def good(images, tmp_path_factory):
    """Member name → bytes of a good zip."""
    root = tmp_path_factory.mktemp("good")
    saved(CONFIG, images, root=root)
    return {f"mine/{path.name}": path.read_bytes() for path in (root / "mine").iterdir()}


def without(good, *names):
    return [(name, data) for name, data in good.items() if name.partition("/")[2] not in names]


def card_with(good, **changes):
    card = json.loads(good["mine/card.json"]) | changes
    return zipped([*without(good, "card.json"), ("mine/card.json", json.dumps(card))])


def model_with(good, **changes):
    return card_with(good, model=json.loads(good["mine/card.json"])["model"] | changes)


def weights_with(good, change):
    with np.load(io.BytesIO(good["mine/weights.npz"])) as file:
        arrays = dict(file)
    change(arrays)
    return zipped([*without(good, "weights.npz"), ("mine/weights.npz", npz(**arrays))])


def with_member(good, name, data):
    return zipped([*without(good, name), (f"mine/{name}", data)])


def link(good):
    info = zipfile.ZipInfo("mine/history.csv")
    info.external_attr = 0o120777 << 16
    return zipped([*without(good, "history.csv"), (info, b"/etc/passwd")])


def encrypted(good):
    data = bytearray(zipped(good.items()))
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.find(signature)
        data[at + offset] |= 1
    return bytes(data)


def lying_count(good):
    data = bytearray(zipped(good.items()))
    data[-14:-10] = struct.pack("<2H", 60_000, 60_000)
    return bytes(data)


def lying_size(good):
    """A member that says it is as long as it should be and unpacks to a hundred times as much."""
    data = bytearray(with_member(good, "history.csv", b"1," * 500_000))
    for signature, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = data.rfind(signature)
        data[at + offset : at + offset + 4] = struct.pack("<L", 5000)
    return bytes(data)


def damaged(good):
    """A byte of the weights is another one than when its checksum was made."""
    data = bytearray(zipped(good.items(), compress_type=zipfile.ZIP_STORED))
    data[data.find(good["mine/weights.npz"][600:700]) + 50] ^= 1
    return bytes(data)


def headed(shape, descr="'<f4'"):
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def weights_header(good, shape, descr="'<f4'"):
    """Weights whose first kernel claims something else, in a file of the right length."""
    with zipfile.ZipFile(io.BytesIO(good["mine/weights.npz"])) as inner:
        members = {name: inner.read(name) for name in inner.namelist()}
    kernel = members["encoder.00.kernel.npy"]
    header = headed(shape, descr)
    members["encoder.00.kernel.npy"] = header + kernel[len(header) :]
    return with_member(good, "weights.npz", zipped(members.items(), compress_type=zipfile.ZIP_STORED))


class Exploding:
    def __reduce__(self):
        return (exec, ("raise SystemExit('unpickled')",))


CORPUS = {
    "nothing": (lambda good: b"", "is no zip"),
    "a text": (lambda good: b"PK, I am a zip, honestly" * 10, "is no zip"),
    "a tar": (lambda good: b"mine/card.json".ljust(512, b"\0") * 4, "is no zip"),
    "the first half": (lambda good: zipped(good.items())[:20_000], "only a part"),
    "without its end": (lambda good: zipped(good.items())[:-1], "only a part"),
    "an empty zip": (lambda good: zipped([]), "is no zip"),
    "too large": (lambda good: b"PK\3\4" + bytes(archive.MOST_PACKED), "larger than 64 MB"),
    "sixty thousand members, it says": (lying_count, "more than 64 members"),
    "a thousand members": (
        lambda good: zipped([(f"mine/{number}", b"") for number in range(1000)]),
        "more than 64 members",
    ),
    "a way up": (lambda good: zipped([*good.items(), ("../../escape", b"x")]), "not allowed"),
    "a way up inside": (lambda good: zipped([*good.items(), ("mine/../../x", b"x")]), "not allowed"),
    "an absolute name": (lambda good: zipped([*good.items(), ("/etc/cron.d/x", b"x")]), "not allowed"),
    "a Windows name": (lambda good: zipped([*good.items(), ("C:\\x", b"x")]), "not allowed"),
    "a name with a zero in it": (
        lambda good: zipped([*good.items(), ("mine/x_y", b"x")]).replace(b"x_y", b"x\0y"),
        "not allowed",
    ),
    "a name that turns round": (
        lambda good: zipped([*good.items(), ("mine/\u202egnp.x", b"x")]),
        "not allowed",
    ),
    "a hidden name": (lambda good: zipped([*good.items(), ("mine/.bashrc", b"x")]), "not allowed"),
    "a long name": (lambda good: zipped([*good.items(), ("mine/" + "x" * 300, b"x")]), "not allowed"),
    "a program": (lambda good: zipped([*good.items(), ("mine/run.sh", b"x")]), "does not belong"),
    "a pickle beside": (lambda good: zipped([*good.items(), ("mine/model.pkl", b"x")]), "does not belong"),
    "a Keras file": (lambda good: zipped([*good.items(), ("mine/model.keras", b"x")]), "does not belong"),
    "a second folder": (lambda good: zipped([*good.items(), ("other/card.json", b"{}")]), "one folder"),
    "no card": (lambda good: zipped(without(good, "card.json")), "one folder"),
    "no weights": (lambda good: zipped(without(good, "weights.npz")), "no weights.npz"),
    "no history": (lambda good: zipped(without(good, "history.csv")), "no mine/history.csv"),
    "two cards": (lambda good: zipped([*good.items(), ("mine/card.json", b"{}")]), "two members"),
    "a link": (link, "is a link"),
    "encrypted": (encrypted, "encrypted"),
    "packed by LZMA": (
        lambda good: zipped(good.items(), compress_type=zipfile.ZIP_LZMA),
        "unusual way",
    ),
    "a bomb": (lambda good: with_member(good, "history.csv", bytes(100 * 2**20)), "more than 200 times"),
    "many bombs": (
        lambda good: zipped([(f"mine/study-{'x' * n}.npz", b"\0" * 2**20) for n in range(1, 9)]),
        "more than 200 times",
    ),
    "a member that is longer than it says": (lying_size, "damaged"),
    "a byte that changed": (damaged, "damaged"),
    "a card that is no JSON": (lambda good: with_member(good, "card.json", b"{"), "JSON"),
    "a card in another alphabet": (lambda good: with_member(good, "card.json", b"\xff\xfe{}"), "JSON"),
    "a card that is a list": (lambda good: with_member(good, "card.json", b"[1]"), "format"),
    "a deep card": (lambda good: with_member(good, "card.json", b"[" * 60_000), "brackets"),
    "a large card": (lambda good: with_member(good, "card.json", json.dumps(list(range(60_000)))), "at most"),
    "a number of 5,000 digits": (
        lambda good: with_member(good, "card.json", b'{"format": ' + b"1" * 5000 + b"}"),
        "JSON",
    ),
    "a network of ours that is not": (
        lambda good: model_with(good, architecture="lambda"),
        "no network of ours",
    ),
    "a million units": (lambda good: model_with(good, hidden=[10**6]), "no network of ours"),
    "as many units as are allowed": (
        lambda good: model_with(good, hidden=[2048] * 8),
        "do not belong together",
    ),
    "a code in the setting": (
        lambda good: model_with(good, activation="__import__('os')"),
        "no network of ours",
    ),
    "a network of points": (
        lambda good: model_with(good, point_size=3, loss="squared_error"),
        "does not fit",
    ),
    "another entry": (lambda good: card_with(good, surprise=1), "no model of ours"),
    "an unknown data set": (lambda good: card_with(good, dataset="../../x"), "data set"),
    "an unknown recipe": (lambda good: card_with(good, recipe="<script>"), "recipe"),
    "a training that cannot be": (
        lambda good: card_with(good, training={"epochs": -1}),
        "no training of ours",
    ),
    "a figure with a tag in its name": (lambda good: card_with(good, metrics={"<b>": 1.0}), "figures"),
    "a figure that is no number": (lambda good: card_with(good, metrics={"mse": float("nan")}), "metrics"),
    "a fingerprint that is none": (lambda good: card_with(good, fingerprint="../x"), "fingerprint"),
    "a missing weight": (lambda good: weights_with(good, lambda a: a.pop("encoder.01.bias")), "other arrays"),
    "one weight too many": (
        lambda good: weights_with(good, lambda a: a.update(x=np.zeros(1))),
        "weights.npz",
    ),
    "a transposed weight": (
        lambda good: weights_with(
            good, lambda a: a.update({"encoder.00.kernel": np.ascontiguousarray(a["encoder.00.kernel"].T)})
        ),
        "shape",
    ),
    "a weight that is no number": (
        lambda good: weights_with(good, lambda a: a["encoder.00.kernel"].__setitem__((0, 0), np.nan)),
        "not finite",
    ),
    "weights as whole numbers": (
        lambda good: weights_with(
            good, lambda a: a.update({"encoder.00.kernel": a["encoder.00.kernel"].astype(np.int32)})
        ),
        "type",
    ),
    "a pickle as a weight": (
        lambda good: weights_with(good, lambda a: a.update({"encoder.01.bias": np.array([Exploding()] * 8)})),
        "weights.npz",
    ),
    "a weight that claims terabytes": (lambda good: weights_header(good, "(10000000, 9999)"), "shape"),
    "a shape of negative numbers": (lambda good: weights_header(good, "(-784, -8)"), "shape"),
    "a shape that is a program": (lambda good: weights_header(good, "__import__('os')"), "header"),
    "a type that is an object": (lambda good: weights_header(good, "(784, 8)", "'|O'"), "type"),
    "codes of another size": (
        lambda good: with_member(
            good, "codes.npz", npz(z=np.zeros((4, 3), np.float32), labels=np.zeros(4, np.uint8))
        ),
        "codes.npz",
    ),
    "codes that are no numbers": (
        lambda good: with_member(
            good, "codes.npz", npz(z=np.full((4, 2), np.inf, np.float32), labels=np.zeros(4, np.uint8))
        ),
        "not finite",
    ),
    "fewer labels than codes": (
        lambda good: with_member(
            good, "codes.npz", npz(z=np.zeros((4, 2), np.float32), labels=np.zeros(3, np.uint8))
        ),
        "as many labels",
    ),
    "codes of another alphabet": (
        lambda good: with_member(good, "codes.npz", b"PK" * 60),
        "codes.npz is no zip",
    ),
    "a history of formulas": (
        lambda good: with_member(good, "history.csv", b"epoch,loss,val_loss\n=cmd|x,1,2\n"),
        "table of numbers",
    ),
    "a history with other columns": (
        lambda good: with_member(good, "history.csv", b"epoch,loss,val_loss,<b>\n1,1,2,3\n"),
        "other columns",
    ),
    "a history of no epochs": (
        lambda good: with_member(good, "history.csv", b"epoch,loss,val_loss\n"),
        "empty or too long",
    ),
}


def test_the_good_zip_of_the_corpus_is_good(good):
    assert arriving.inspect(zipped(good.items())).card.name == "mine"


@pytest.mark.parametrize("name", CORPUS)
def test_what_is_not_ours_is_refused_with_its_reason_and_leaves_nothing(good, name, monkeypatch, home):
    def never(*_, **__):
        raise AssertionError("a network was built")

    monkeypatch.setattr(autoencoder, "build", never)
    make, reason = CORPUS[name]
    data = make(good)
    tracemalloc.start()
    try:
        with pytest.raises(StoreError, match=reason) as caught:
            arriving.receive(data)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
    assert str(caught.value).endswith("Bring a zip as this program makes it: of a run, or of a saved model.")
    assert str(caught.value).isprintable()
    assert not home.exists() or not list(home.rglob("*"))


def test_weights_that_are_finite_but_make_answers_that_are_not_are_refused(good, home):
    def huge(arrays):
        for value in arrays.values():
            value[...] = 3e38

    with pytest.raises(StoreError, match="answers are no numbers"):
        arriving.receive(weights_with(good, huge))
    assert not list(home.rglob("*.json"))
