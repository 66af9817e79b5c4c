"""What the bits buy, as pictures: one test image by each coder, and a photograph, which the model never saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from aemodels.data import photo
from aemodels.errors import ImageError
from aemodels.measure import codecs, compression
from pages.ui import cache, pictures, state, theme

SCALE: Final = 4
FILE_TYPES: Final = ("png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff")
LARGEST_FILE: Final = 10  # megabytes
PHOTO_SIDE: Final = 216  # pixels on the page


@dataclass(frozen=True, eq=False)
class Shown:
    """One picture with what it cost."""

    title: str
    role: theme.Role
    picture: np.ndarray  # (h, w), [0, 1] or uint8
    words: str


def one_image(name: str, arrays: dict[str, np.ndarray], bits: int) -> None:
    """A test image of the model's data set, from its rounded code, and by JPEG and WebP at about the same PSNR."""
    dataset = cache.sample_dataset(cache.card(name).dataset)
    place = cache.typical_digit(name, dataset.name)
    x = dataset.test.take(slice(place, place + 1)).x
    model = cache.answering(name)
    quantiser = compression.Quantiser(
        arrays["model/low"], arrays["model/step"], max(compression.BITS)
    ).coarser(bits)
    y = model.decode(quantiser.codes(quantiser.levels(model.encode(x))))
    psnr = compression.psnr_of(x, y)
    pixels = np.rint(x[0, ..., 0] * 255).astype(np.uint8)
    shown = [
        Shown("Original", "input", pixels, f"PNG {8 * len(codecs.smallest(pixels, codecs.PNG, 0)):,} bits"),
        Shown(
            "This model",
            "code",
            y[0, ..., 0],
            f"{psnr:.1f} dB, about {float(arrays['model/bits'][compression.BITS.index(bits)]):,.0f} bits",
        ),
    ]
    for codec in codecs.LOSSY.values():
        file, back = _at_least(pixels, codec, psnr)
        shown.append(
            Shown(
                codec.title,
                "plain",
                back,
                f"{compression.psnr_of(pixels / 255, back / 255):.1f} dB, {8 * len(file):,} bits, of which "
                f"{8 * codecs.container((28, 28), codec, codec.qualities[0], codec.quick):,} container",
            )
        )
    with (
        theme.card(
            "One of them", role="output", aside="a test image at about equal PSNR", key="one_image_card"
        ),
        st.container(horizontal=True, gap="medium", key="one_image"),
    ):
        for each in shown:
            with st.container(width=148, gap="xxsmall"):
                st.markdown(theme.coloured(each.title, each.role))
                alt = f"The test image, {each.title}, {each.words}"
                pictures.show(each.picture[..., None], alt=alt, scale=SCALE)
                st.caption(each.words)


def _at_least(pixels: np.ndarray, codec: codecs.Codec, psnr: float) -> tuple[bytes, np.ndarray]:
    """The cheapest quality that is as good as `psnr`, else the best there is."""
    for quality in codec.qualities:
        file = codecs.smallest(pixels, codec, quality)
        back = codecs.read(file)
        if compression.psnr_of(pixels / 255, back / 255) >= psnr:
            break
    return file, back


def photograph(name: str, bits: int) -> None:
    """The visitor's photo, cut into tiles that go through the model, beside JPEG and WebP of as many bits."""
    with theme.card("And a photograph", role="noise", aside="at equal bits", key="photo_card"):
        file = st.file_uploader(
            "A photo of yours",
            type=list(FILE_TYPES),
            key=state.PHOTO.name,
            max_upload_size=LARGEST_FILE,
            label_visibility="collapsed",
        )
        picture, title = photo.example()
        if file is not None:
            try:
                picture, title = photo.read(file.getvalue()), "your photo"
            except ImageError as error:
                st.warning(theme.escaped(str(error)), icon=":material/info:")
        shown = coded(name, picture, bits)
        with st.container(horizontal=True, gap="small", key="photo_row"):
            for each in shown:
                with st.container(width=PHOTO_SIDE, gap="xxsmall"):
                    st.markdown(theme.coloured(each.title, each.role))
                    pictures.thumbnail(
                        np.rint(each.picture * 255).astype(np.uint8),
                        alt=f"{title}: {each.title}, {each.words}",
                        side=PHOTO_SIDE,
                    )
                    st.caption(each.words)
        st.caption(
            f"This is {theme.escaped(title)}, in tiles of 28×28. The network squeezes every tile into what it "
            "knows. Give it a scan of handwriting instead: does it fare better?"
        )


def coded(name: str, picture: np.ndarray, bits: int) -> list[Shown]:
    """The photograph (h, w) in [0, 1]: what is shown of it, by the model, and by JPEG and WebP within its bits."""
    model = cache.answering(name)
    cut, back, spent = compression.coded_picture(picture, model.encode, model.decode, bits)
    shown = [
        Shown("Original", "input", cut, f"{cut.shape[1]}×{cut.shape[0]} pixels"),
        Shown("This model", "code", back, _cost(cut, back, spent)),
    ]
    pixels = np.rint(cut * 255).astype(np.uint8)
    for codec in codecs.LOSSY.values():
        file, theirs = codecs.within(pixels, codec, spent / 8)
        shown.append(
            Shown(codec.title, "plain", theirs / 255, _cost(pixels / 255, theirs / 255, 8 * len(file)))
        )
    return shown


def _cost(x: np.ndarray, y: np.ndarray, bits: float) -> str:
    return f"{compression.psnr_of(x, y):.1f} dB, {bits / x.size:.3f} bits a pixel"
