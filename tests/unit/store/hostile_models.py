"""Ways in which a zip of a model is not one of ours: each takes the members of a good one and gives bytes.

`members`: name → bytes of a good zip, whose folder is called `mine`. Whatever would be run by reading one of these
files touches the file that `CANARY` names, in the working folder of whoever reads it.
"""

import io
import json
import pickle
import struct
import warnings
import zipfile
import zlib

import numpy as np

CANARY = "canary"
HTML = "<img src=x onerror=alert(1)>"


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
        return (exec, (f"open({CANARY!r}, 'w').close()",))


def pickled(good):
    return pickle.dumps(Exploding())


# --- what other programs write, in place of ours or beside it ------------------------------------------------


def keras_config(*layers):
    """The config.json of a Keras file with these layers, (class name, its settings), after an input."""
    listed = [("InputLayer", {"batch_shape": [None, 28, 28, 1], "name": "x"}), *layers]
    return json.dumps(
        {
            "module": "keras",
            "class_name": "Sequential",
            "config": {
                "name": "sequential",
                "layers": [
                    {
                        "module": "keras.layers",
                        "class_name": name,
                        "config": settings,
                        "registered_name": None,
                    }
                    for name, settings in listed
                ],
            },
        }
    )


def keras_file(*layers):
    """A whole `.keras` file, as Keras writes it."""
    return zipped(
        [
            ("metadata.json", json.dumps({"keras_version": "3.15.0", "date_saved": "2025-01-01@00:00:00"})),
            ("config.json", keras_config(*layers)),
            ("model.weights.h5", hdf5()),
        ]
    )


LAMBDA = (
    "Lambda",
    {"function": {"class_name": "__lambda__", "config": {"code": "4wEAAAAA", "defaults": None}}},
)
SYSTEM = ("Activation", {"activation": {"module": "os", "class_name": "function", "config": "system"}})
LOOKUP = ("StringLookup", {"vocabulary": "/etc/passwd"})
UNITS = ("Dense", {"units": 10**6})
UPSAMPLED = ("UpSampling2D", {"size": [3000, 3000]})


def hdf5(fill=None):
    """An HDF5 file; `fill` writes into it."""
    import h5py

    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file["kernel"] = np.zeros((784, 8), np.float32)
        if fill is not None:
            fill(file, h5py)
    return buffer.getvalue()


def linked_outside(file, h5py):
    file["outside"] = h5py.ExternalLink("/etc/passwd", "/")


def linked_softly(file, h5py):
    file["soft"] = h5py.SoftLink("/nowhere")


def stored_outside(file, _):
    file.create_dataset("raw", (64,), np.uint8, external=[("/etc/passwd", 0, 64)])


# --- bombs -----------------------------------------------------------------------------------------------------


def member_of_zeros(name, gigabytes):
    """A zip's only member: so many GiB of zeros, deflated a thousandfold, made without ever having them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = block * (1024 * gigabytes) + b"\x03\x00"
    archive = bytearray(zipped([(name, b"x" * 40)], compress_type=zipfile.ZIP_STORED))
    start = archive.find(b"x" * 40)
    archive[start : start + 40] = data
    sizes = struct.pack("<2L", len(data), gigabytes * 2**30)
    directory = archive.rfind(b"PK\1\2")
    for method, size in ((8, 18), (directory + 10, directory + 20)):
        archive[method : method + 2] = struct.pack("<H", zipfile.ZIP_DEFLATED)
        archive[size : size + 8] = sizes
    archive[-6:-2] = struct.pack("<L", directory)
    return bytes(archive)


def members_of_nothing(count):
    """A real zip of so many empty members, written byte by byte."""
    local, listed = [], []
    offset = 0
    for number in range(count):
        name = f"mine/{number}".encode()
        fields = struct.pack("<5H3L2H", 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0)
        local.append(b"PK\3\4" + fields + name)
        listed.append(
            b"PK\1\2" + struct.pack("<H", 20) + fields + struct.pack("<3H2L", 0, 0, 0, 0, offset) + name
        )
        offset += len(local[-1])
    directory = b"".join(listed)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), offset, 0)
    return b"".join(local) + directory + end
