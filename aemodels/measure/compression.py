"""A code as a compressed image: numbers rounded to a few bits, what they cost, and what is drawn from them.

Each number of a code is rounded to 2^b levels of equal width, and the levels are coded by an ideal arithmetic coder
whose frequencies were counted on *training* codes. What a test image costs is then the cross-entropy of its levels
under those frequencies; a real coder comes within two bits of it (Witten, Neal and Cleary, 1987). Learned
compression done properly trains through the rounding (Ballé, Laparra and Simoncelli, 2017). Knows no models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aemodels.errors import ConfigError
from aemodels.measure import codecs

Floats = NDArray[np.float32]

BITS = (1, 2, 3, 4, 5, 6, 7, 8)
TEST_IMAGES = 1000
BYTES_A_WEIGHT = 2  # 16 bits each, as the shipped models keep them
TAIL = 0.001  # this share of the training codes lies beyond the levels at either end, and is taken to the last one
LOST = 0.1  # dB that rounding may cost where a code is said to be as good as before
SMOOTHING = (
    0.5  # added to every count: a level that was never seen costs finitely much (Krichevsky, Trofimov)
)


@dataclass(frozen=True, eq=False)
class Quantiser:
    """Levels of equal width for each number of a code: `low` and `step` (d,) float32, 2^bits levels."""

    low: Floats
    step: Floats
    bits: int

    @classmethod
    def fit(cls, codes: NDArray, bits: int, *, tail: float = TAIL) -> Quantiser:
        """Levels over the range of codes (n, d), but for the share `tail` at either end."""
        if not 1 <= bits <= 16:
            raise ConfigError(f"A number is rounded to 1 to 16 bits; received {bits}.")
        low, high = np.quantile(codes.astype(np.float32), (tail, 1 - tail), axis=0)
        step = np.maximum((high - low) / 2**bits, 1e-12)
        return cls(low.astype(np.float32), step.astype(np.float32), bits)

    def coarser(self, bits: int) -> Quantiser:
        """The same range in fewer levels."""
        return Quantiser(self.low, self.step * np.float32(2 ** (self.bits - bits)), bits)

    def levels(self, codes: NDArray) -> NDArray[np.uint16]:
        """Codes (n, d) -> the level of each number, 0 to 2^bits - 1; what lies beyond the ends is taken to them."""
        places = np.floor((codes - self.low) / self.step)
        return np.clip(places, 0, 2**self.bits - 1).astype(np.uint16)

    def codes(self, levels: NDArray) -> Floats:
        """Levels (n, d) -> the middle of each, float32."""
        return (self.low + (levels.astype(np.float32) + np.float32(0.5)) * self.step).astype(np.float32)


def frequencies(levels: NDArray, bits: int) -> NDArray[np.float64]:
    """The share of each level in each number: levels (n, d) -> (d, 2^bits), smoothed; rows sum to 1."""
    count, size = levels.shape
    flat = levels.astype(np.int64) + np.arange(size) * 2**bits
    counted = np.bincount(flat.ravel(), minlength=size * 2**bits).reshape(size, 2**bits)
    return (counted + SMOOTHING) / (count + SMOOTHING * 2**bits)


def cross_entropy(levels: NDArray, shares: NDArray) -> NDArray[np.float64]:
    """Bits of each image's levels (n, d) under frequencies (d, 2^bits) counted elsewhere: (n,)."""
    cost = -np.log2(shares)
    return np.asarray(cost[np.arange(levels.shape[1]), levels].sum(axis=1))


def entropy(levels: NDArray, bits: int) -> float:
    """Bits an image if the frequencies were those of these very levels (n, d), number by number: a lower bound."""
    size = levels.shape[1]
    flat = levels.astype(np.int64) + np.arange(size) * 2**bits
    counted = np.bincount(flat.ravel(), minlength=size * 2**bits).reshape(size, 2**bits)
    share = counted / len(levels)
    return float(-(share * np.log2(np.where(share > 0, share, 1.0))).sum())


def psnr_of(x: NDArray, y: NDArray) -> float:
    """PSNR in dB of the squared error over all pixels of all images; x, y (n, ...) in [0, 1].

    Of the mean error, not the mean of the images' own PSNR: one image that comes back exactly must not count as
    infinitely good.
    """
    error = float(np.mean((x.astype(np.float64) - y.astype(np.float64)) ** 2))
    return float(-10 * np.log10(max(error, 1e-10)))


def code_points(
    encode: Callable[[NDArray], NDArray],
    decode: Callable[[NDArray], NDArray],
    *,
    train_x: NDArray,
    test_x: NDArray,
    progress: Callable[[float], None] = lambda share: None,
) -> dict[str, NDArray]:
    """Rate and distortion of a code at 1 to 8 bits a number.

    Levels and frequencies come from the codes of `train_x`, everything reported from `test_x`, (n, 28, 28, 1) in
    [0, 1]. `bits` (8,): the honest bits an image (`cross_entropy`, mean); `entropy` (8,): the lower bound;
    `psnr` (8,) in dB; `exact_psnr` (): the code not rounded. float64. `low`, `step` (d,): the finest.
    """
    train_z, test_z = encode(train_x), encode(test_x)
    found: dict[str, list[float]] = {"bits": [], "entropy": [], "psnr": []}
    finest = Quantiser.fit(train_z, max(BITS))
    for step, bits in enumerate(BITS, start=1):
        quantiser = finest.coarser(bits)
        levels = quantiser.levels(test_z)
        shares = frequencies(quantiser.levels(train_z), bits)
        found["bits"].append(float(cross_entropy(levels, shares).mean()))
        found["entropy"].append(entropy(levels, bits))
        found["psnr"].append(psnr_of(test_x, decode(quantiser.codes(levels))))
        progress(step / len(BITS))
    exact = psnr_of(test_x, decode(test_z))
    return {
        **{name: np.asarray(values) for name, values in found.items()},
        "exact_psnr": np.asarray(exact),
        "low": finest.low,
        "step": finest.step,
    }


def tiles(picture: NDArray, side: int = 28) -> Floats:
    """A picture (h, w) cut into tiles (n, side, side, 1), row by row, float32; what is left over goes.

    At least one tile: a picture smaller than that is filled up with black.
    """
    height, width = (max(size - size % side, side) for size in picture.shape)
    sheet = np.zeros((height, width), np.float32)
    part = picture[:height, :width]
    sheet[: part.shape[0], : part.shape[1]] = part
    rows = sheet.reshape(height // side, side, width // side, side)
    return rows.transpose(0, 2, 1, 3).reshape(-1, side, side, 1)


def together(tiled: NDArray, columns: int) -> Floats:
    """Tiles (n, side, side, 1), `columns` of them in a row, as one picture (h, w)."""
    side = tiled.shape[1]
    rows = tiled.reshape(-1, columns, side, side).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(rows.reshape(-1, columns * side), dtype=np.float32)


def coded_picture(
    picture: NDArray,
    encode: Callable[[NDArray], NDArray],
    decode: Callable[[NDArray], NDArray],
    bits: int,
) -> tuple[Floats, Floats, float]:
    """A picture (h, w) in [0, 1] through a model of tiles: what was cut out of it, what comes back, and its bits.

    Levels and frequencies are those of this very picture and are not counted: kind to the model, which was not made
    for it.
    """
    cut = tiles(picture)
    columns = max(picture.shape[1] // cut.shape[2], 1)
    z = encode(cut)
    quantiser = Quantiser.fit(z, bits, tail=0.0)
    levels = quantiser.levels(z)
    back = together(decode(quantiser.codes(levels)), columns)
    return together(cut, columns), np.clip(back, 0.0, 1.0), entropy(levels, bits) * len(levels)


def codec_points(
    test_x: NDArray,
    *,
    names: tuple[str, ...] = (*codecs.LOSSY, *codecs.LOSSLESS),
    progress: Callable[[float], None] = lambda share: None,
) -> dict[str, NDArray]:
    """Bits an image of PNG, JPEG and WebP, and PSNR in dB; test_x (n, 28, 28, 1) in [0, 1], as 8 bits a pixel.

    Of each lossy codec c: `c/bits` (q,), whole files; `c/content` (q,), without the container, and `c/psnr`,
    `c/content_psnr` (q,). Of each lossless one `c/bits` and `c/content`, (). float64. `names`: only these.
    """
    pictures = np.rint(test_x[..., 0] * 255).astype(np.uint8)
    arrays: dict[str, NDArray] = {}
    asked = {name: codec for name, codec in {**codecs.LOSSY, **codecs.LOSSLESS}.items() if name in names}
    total = sum(len(codec.qualities) for codec in asked.values())
    done = 0
    for name, codec in asked.items():
        rows = []
        for quality in codec.qualities:
            whole, inside = codecs.code(pictures, codec, quality)
            rows.append(
                (
                    8 * float(whole.sizes.mean()),
                    8 * (float(inside.sizes.mean()) - inside.container),
                    psnr_of(pictures / 255, whole.pictures / 255),
                    psnr_of(pictures / 255, inside.pictures / 255),
                )
            )
            done += 1
            progress(done / total)
        table = np.asarray(rows).T
        if name in codecs.LOSSY:
            arrays |= {
                f"{name}/{key}": column
                for key, column in zip(("bits", "content", "psnr", "content_psnr"), table, strict=True)
            }
        else:
            arrays |= {f"{name}/bits": table[0, 0], f"{name}/content": table[1, 0]}
    return arrays


def bits_at(psnr: float, curve_psnr: NDArray, curve_bits: NDArray) -> float | None:
    """Bits of a lossy codec at this PSNR, between the points of its curve (the logarithm of the bits is linear).

    None where the curve does not reach so high; where it does not reach so low, its cheapest point's bits.
    """
    order = np.argsort(curve_psnr)
    if psnr > curve_psnr[order[-1]]:
        return None
    logs = np.log(np.maximum(curve_bits[order], 1e-9))
    cheapest = float(curve_bits.min())
    return max(float(np.exp(np.interp(psnr, curve_psnr[order], logs))), cheapest)


def at_equal_quality(
    encode: Callable[[NDArray], NDArray],
    decode: Callable[[NDArray], NDArray],
    *,
    train_x: NDArray,
    test_x: NDArray,
    progress: Callable[[float], None] = lambda share: None,
) -> dict[str, float]:
    """Bits an image of a code, of JPEG at the PSNR of that code, and of PNG; images (n, 28, 28, 1) in [0, 1].

    `code_bits`: what `code_points` counts, with the fewest bits a number (`code_rounding`) at which the rounded
    code of training images loses no more than `LOST` dB; nothing is chosen on `test_x`. `code_psnr`: what is drawn
    from it. The network itself is not counted. `jpeg_bits`, `png_bits`: without the container, which is kind to
    them; `jpeg_file_bits`, `png_file_bits`: whole files. JPEG's are missing where no quality of it is as good;
    where its lowest is better than the code, they are those of the lowest, and `jpeg_psnr` tells.
    """
    tried = code_points(
        encode,
        decode,
        train_x=train_x,
        test_x=train_x[:TEST_IMAGES],
        progress=lambda share: progress(0.2 * share),
    )
    enough = tried["psnr"] >= float(tried["exact_psnr"]) - LOST
    row = int(np.argmax(enough)) if enough.any() else len(BITS) - 1
    code = code_points(
        encode,
        decode,
        train_x=train_x,
        test_x=test_x,
        progress=lambda share: progress(0.2 + 0.2 * share),
    )
    files = codec_points(test_x, names=("jpeg", "png"), progress=lambda share: progress(0.4 + 0.6 * share))
    psnr = float(code["psnr"][row])
    found = {
        "code_bits": float(code["bits"][row]),
        "code_rounding": float(BITS[row]),
        "code_psnr": psnr,
        "png_bits": float(files["png/content"]),
        "png_file_bits": float(files["png/bits"]),
    }
    for key, bits, quality in (("jpeg_bits", "content", "content_psnr"), ("jpeg_file_bits", "bits", "psnr")):
        needed = bits_at(psnr, files[f"jpeg/{quality}"], files[f"jpeg/{bits}"])
        if needed is not None:
            found[key] = needed
    if "jpeg_bits" in found:
        found["jpeg_psnr"] = max(psnr, float(files["jpeg/content_psnr"].min()))
    return found


def pays_off_after(program_bytes: int, own_bits: float, other_bits: float) -> int | None:
    """Images after which a smaller file makes up for the program that is needed to read it; None for never."""
    saved = other_bits - own_bits
    return None if saved <= 0 else int(np.ceil(8 * program_bytes / saved))


def study(
    coders: Mapping[str, tuple[Callable[[NDArray], NDArray], Callable[[NDArray], NDArray]]],
    *,
    train_x: NDArray,
    test_x: NDArray,
    program_bytes: int,
    progress: Callable[[float], None] = lambda share: None,
) -> dict[str, NDArray]:
    """`code_points` of each coder (encode, decode), as `NAME/…`, and `codec_points`, on the same test images.

    And `images` (2,): how many the levels were counted on and how many were tested; `program_bytes` ().
    """
    arrays: dict[str, NDArray] = {
        "images": np.array([len(train_x), len(test_x)]),
        "program_bytes": np.asarray(program_bytes),
    }
    parts = len(coders) + 1
    for place, (name, (encode, decode)) in enumerate(coders.items()):
        report = _part(progress, place, parts)
        found = code_points(encode, decode, train_x=train_x, test_x=test_x, progress=report)
        arrays |= {f"{name}/{key}": value for key, value in found.items()}
    return arrays | codec_points(test_x, progress=_part(progress, parts - 1, parts))


def _part(progress: Callable[[float], None], place: int, parts: int) -> Callable[[float], None]:
    return lambda share: progress((place + share) / parts)
