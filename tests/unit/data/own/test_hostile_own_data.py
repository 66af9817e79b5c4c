"""Whatever is brought, the answer is a data set or a sentence: soon, and with little memory."""

import tracemalloc

import numpy as np
import pytest

from aemodels.data.own import bring, limits
from aemodels.data.own.record import File
from aemodels.errors import DatasetError
from tests.unit.data.own import hostile_files, samples

GROUPS = hostile_files.groups()
LEAST_OF_A_KIND = {"archives": 30, "arrays": 30, "tables": 15, "idx": 15, "others": 8, "cut off": 45}
BESIDE = 20 * limits.MEGABYTE  # that refusing may take
TRACED = (
    3 * limits.MEGABYTE
)  # files above that are not watched, which takes many times as long as reading them
MUTATIONS = 300


@pytest.mark.parametrize("group", GROUPS)
def test_hostile_files_are_refused_with_their_reasons_and_little_memory(group):
    corpus = GROUPS[group]()
    wrong = {name: found for name, (files, words) in corpus.items() if (found := _complaint(files, words))}
    assert not wrong
    assert len(corpus) >= LEAST_OF_A_KIND[group]


def _complaint(files, words):
    """What is wrong with how these files are refused; nothing where all is well."""
    watched = sum(len(file.data) for file in files) < TRACED
    if watched:
        tracemalloc.start()
    try:
        bring.read(files)
    except DatasetError as error:
        sentence = str(error)
    else:
        return "accepted"
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    fine = words in sentence and sentence.endswith(".") and len(sentence) < 500 and sentence.isprintable()
    if not fine:
        return f"expected {words!r}: {sentence}"
    return f"took {peak:,} bytes" if peak > BESIDE else ""


def test_what_is_mutated_is_read_or_refused_and_nothing_else():
    rng = np.random.default_rng(1)
    originals = [
        samples.npz(images=samples.images(), labels=samples.labels()),
        samples.zipped(samples.pictures()),
        samples.table(samples.images(20)),
        samples.idx_images(),
        samples.idx_images(packed=True),
    ]
    refused = 0
    for turn in range(MUTATIONS):
        file = originals[turn % len(originals)]
        data = bytearray(file.data)
        for place in rng.integers(0, len(data), rng.integers(1, 6)):
            kind = rng.integers(3)
            # Headers are short: half of the changes aim at the beginning or the end.
            where = [place, place % 64, len(data) - 1 - place % 64][rng.integers(3)]
            where = min(int(where), len(data) - 1)
            if kind == 0:
                data[where] = rng.integers(256)
            elif kind == 1:
                data[where : where + 4] = bytes([255] * 4)
            else:
                del data[where : where + int(rng.integers(1, 9))]
        try:
            found = bring.read([File(file.name, bytes(data))])
        except DatasetError:
            refused += 1
        else:
            assert found.images.dtype == np.uint8
            assert len(found.images) == len(found.labels) >= limits.LEAST_IMAGES
            assert found.labels.max() < len(found.class_names)
    assert 0 < refused < MUTATIONS
