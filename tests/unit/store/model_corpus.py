"""The corpus of zips that are no models of ours: name → (what makes it of a good one, words of the refusal)."""

import json
import zipfile

import numpy as np

from aemodels.store import archive
from tests.unit.store import hostile_models as hostile
from tests.unit.store.hostile_models import (
    HTML,
    Exploding,
    card_with,
    damaged,
    encrypted,
    link,
    lying_count,
    lying_size,
    model_with,
    npz,
    weights_header,
    weights_with,
    with_member,
    without,
    zipped,
)

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
    # What other programs write.
    "a pickle": (hostile.pickled, "is no zip"),
    "a Keras file with a Lambda layer": (lambda good: hostile.keras_file(hostile.LAMBDA), "one folder"),
    "a Keras file that activates os.system": (lambda good: hostile.keras_file(hostile.SYSTEM), "one folder"),
    "a Keras file that looks up /etc/passwd": (lambda good: hostile.keras_file(hostile.LOOKUP), "one folder"),
    "a Keras file of a million units": (lambda good: hostile.keras_file(hostile.UNITS), "one folder"),
    "a Keras file that enlarges 3,000 times": (
        lambda good: hostile.keras_file(hostile.UPSAMPLED),
        "one folder",
    ),
    "a Keras file's settings beside our card": (
        lambda good: zipped([*good.items(), ("mine/config.json", hostile.keras_config(hostile.LAMBDA))]),
        "does not belong",
    ),
    "a Keras file's settings as our card": (
        lambda good: with_member(good, "card.json", hostile.keras_config(hostile.UPSAMPLED)),
        "format",
    ),
    "HDF5 by itself": (lambda good: hostile.hdf5(), "is no zip"),
    "HDF5 beside the weights": (
        lambda good: zipped([*good.items(), ("mine/model.weights.h5", hostile.hdf5())]),
        "does not belong",
    ),
    "HDF5 with a link to another file": (
        lambda good: zipped([*good.items(), ("mine/weights.h5", hostile.hdf5(hostile.linked_outside))]),
        "does not belong",
    ),
    "HDF5 with a soft link, as weights": (
        lambda good: with_member(good, "weights.npz", hostile.hdf5(hostile.linked_softly)),
        "do not belong together",
    ),
    "HDF5 stored in another file, as weights": (
        lambda good: with_member(good, "weights.npz", hostile.hdf5(hostile.stored_outside) + bytes(30_000)),
        "is no zip",
    ),
    "a SavedModel": (
        lambda good: zipped([*good.items(), ("mine/saved_model.pb", b"\x08\x01")]),
        "does not belong",
    ),
    # A card whose settings would be code, or the way to a file.
    "an activation that is os.system": (
        lambda good: model_with(good, activation="os.system"),
        "no network of ours",
    ),
    "an activation that is an object": (
        lambda good: model_with(
            good, activation={"module": "os", "class_name": "function", "config": "system"}
        ),
        "no network of ours",
    ),
    "a vocabulary in a file": (lambda good: model_with(good, vocabulary="/etc/passwd"), "no network of ours"),
    "an enlargement of 3,000": (lambda good: model_with(good, upsampling=3000), "no network of ours"),
    "a million filters": (
        lambda good: model_with(good, architecture="conv", filters=[10**6]),
        "no network of ours",
    ),
    "a code of a thousand million": (lambda good: model_with(good, latent_dim=10**9), "no network of ours"),
    "units that are no number": (lambda good: model_with(good, hidden=["8"]), "no network of ours"),
    "units that are infinite": (
        lambda good: with_member(
            good, "card.json", good["mine/card.json"].replace(b'"seed": 1', b'"seed": Infinity')
        ),
        "card.json",
    ),
    # Bombs.
    "weights of 2 GiB": (
        lambda good: with_member(good, "weights.npz", hostile.member_of_zeros("encoder.00.kernel.npy", 2)),
        "200 times",
    ),
    "2 GiB in place of the zip": (lambda good: hostile.member_of_zeros("mine/card.json", 2), "200 times"),
    "a shape of 4 TB": (lambda good: weights_header(good, "(1000000, 1000000)"), "shape"),
    "a shape beyond all numbers": (lambda good: weights_header(good, f"({10**30}, 8)"), "shape"),
    "a shape of a thousand sides": (lambda good: weights_header(good, f"({'1, ' * 1000})"), "shape"),
    "a type of many records": (
        lambda good: weights_header(
            good, "(784, 8)", str([(f"{HTML}{number}\x1b", "<f4") for number in range(40)])
        ),
        "type",
    ),
    "sixty thousand members": (lambda good: hostile.members_of_nothing(60_000), "more than 64 members"),
    "sixty-four bombs": (
        lambda good: zipped([*good.items(), ("mine/study-x.npz", bytes(64 * 2**20))]),
        "more than 200 times",
    ),
    # HTML in every name.
    "HTML as a member": (lambda good: zipped([*good.items(), (f"mine/{HTML}", b"x")]), "not allowed"),
    "HTML as the folder": (
        lambda good: zipped([(name.replace("mine", HTML), data) for name, data in good.items()]),
        "not allowed",
    ),
    "HTML as an array": (
        lambda good: weights_with(good, lambda a: a.update({HTML: a.pop("encoder.00.kernel")})),
        "not allowed",
    ),
    "HTML as an architecture": (lambda good: model_with(good, architecture=HTML), "no network of ours"),
    "HTML as a data set": (lambda good: card_with(good, dataset=HTML), "data set"),
    "HTML as a setting": (lambda good: model_with(good, **{HTML: 1}), "no network of ours"),
    "HTML as an entry": (lambda good: card_with(good, **{HTML: 1}), "no model of ours"),
    "HTML as a class": (lambda good: card_with(good, class_names=[HTML]), "class_names"),
    "HTML as a library": (lambda good: card_with(good, versions={HTML: "1"}), "versions"),
    "HTML as a setting of the training": (
        lambda good: card_with(good, training={HTML: 1}),
        "no training of ours",
    ),
    "HTML as a column": (
        lambda good: with_member(good, "history.csv", f"epoch,loss,val_loss,{HTML}\n1,1,1,1\n".encode()),
        "other columns",
    ),
    **{
        f"cut off at {tenth} tenths": (
            lambda good, tenth=tenth: (data := zipped(good.items()))[: len(data) * tenth // 10],
            "is no zip",
        )
        for tenth in range(10)
    },
}
