"""The section on compression: bits against quality, beside JPEG, WebP, PNG and a PCA, on digits and on a photo."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from aemodels.figures import compression as figures
from aemodels.figures.compression import Curve
from aemodels.measure import codecs, compression
from pages.ui import compression_pictures, errors, measured, state, theme

HEIGHT: Final = 330
PLAIN: Final = {"displayModeBar": False}
Arrays = dict[str, np.ndarray]


def compression_use(name: str) -> None:
    """The whole section, for a model of images."""
    st.markdown(
        "The code is a compressed image. Tutorials say that JPEG does better: see where that holds. "
        "Round the code to fewer bits, then give it a photo.",
        help="The Keras tutorial (Chollet, 2016) calls it “pretty difficult to train an autoencoder that does a "
        "better job than a basic algorithm like JPEG”. Codes: Hinton and Salakhutdinov (2006). Done properly: "
        "Ballé, Laparra and Simoncelli, “End-to-end Optimized Image Compression” (2017), which trains with the "
        "rounding.",
    )
    arrays = measured.result(name, "compression", about="40 s")
    if arrays is not None:
        _section(name, arrays)


@st.fragment
@errors.as_sentences()
def _section(name: str, arrays: Arrays) -> None:
    left, right = st.columns([3, 2], gap="small")
    with right, theme.card("At equal quality", role="code", key="equal_card"):
        bits = _choose_bits()
        _equal(arrays, bits)
    with (
        left,
        theme.card("Bits an image", role="output", aside="up and to the left is better", key="rate_card"),
    ):
        _curves(arrays, bits)
    compression_pictures.one_image(name, arrays, bits)
    compression_pictures.photograph(name, bits)


def _choose_bits() -> int:
    if not state.CODE_BITS.is_there() or state.CODE_BITS.get() not in compression.BITS:
        state.CODE_BITS.set(state.CODE_BITS.first)
    chosen = st.select_slider(
        "Bits a number of the code",
        compression.BITS,
        key=state.CODE_BITS.name,
        help="Each number is rounded to 2 to the power of so many levels, over the range of the training codes. "
        "Frequent levels then cost less than rare ones: the frequencies are those of training codes.",
        persist_state="session",
    )
    return chosen if chosen in compression.BITS else state.CODE_BITS.first


def _curves(arrays: Arrays, bits: int) -> None:
    notes = [f"at {each} bits a number" for each in compression.BITS]
    curves = [
        Curve("this model", arrays["model/bits"], arrays["model/psnr"], "code", notes),
        Curve("PCA, same size", arrays["pca/bits"], arrays["pca/psnr"], "input", notes),
    ]
    for codec_name, role in (("jpeg", "noise"), ("webp", "output")):
        codec = codecs.LOSSY[codec_name]
        words = [f"at quality {quality}" for quality in codec.qualities]
        content, whole = arrays[f"{codec_name}/content"], arrays[f"{codec_name}/bits"]
        curves += [
            Curve(
                f"{codec.title}, no container",
                content,
                arrays[f"{codec_name}/content_psnr"],
                role,
                words,  # type: ignore[arg-type]
            ),
            Curve(f"{codec.title}, whole file", whole, arrays[f"{codec_name}/psnr"], role, words, "dot"),  # type: ignore[arg-type]
        ]
    row = _row(bits)
    marked = (float(arrays["model/bits"][row]), float(arrays["model/psnr"][row]))
    st.plotly_chart(
        figures.rate_distortion(
            curves, lossless=(("PNG, lossless", float(arrays["png/content"])),), marked=marked
        ),
        key="rate_chart",
        height=HEIGHT,
        config=PLAIN,
        alt=f"PSNR against bits an image; this model has {marked[1]:.1f} dB at {marked[0]:.0f} bits",
    )


def _row(bits: int) -> int:
    return compression.BITS.index(bits)


def _equal(arrays: Arrays, bits: int) -> None:
    row = _row(bits)
    own, psnr = float(arrays["model/bits"][row]), float(arrays["model/psnr"][row])
    with st.container(horizontal=True, gap="medium", key="equal_figures"):
        st.metric(
            "This model",
            f"{own:,.0f} bits",
            help="Mean over the test images: the cross-entropy of their levels under the frequencies of training "
            f"codes. With the test images' own frequencies it would be {float(arrays['model/entropy'][row]):,.0f}.",
            width="content",
        )
        st.metric(
            "PSNR",
            f"{psnr:.1f} dB",
            help="Of the squared error over all pixels of all test images. Not rounded, the code has "
            f"{float(arrays['model/exact_psnr']):.1f} dB.",
            width="content",
        )
    rivals = {
        name: (
            compression.bits_at(psnr, arrays[f"{name}/content_psnr"], arrays[f"{name}/content"]),
            compression.bits_at(psnr, arrays[f"{name}/psnr"], arrays[f"{name}/bits"]),
            float(arrays[f"{name}/psnr"].min()) > psnr,
        )
        for name in codecs.LOSSY
    }
    lines = ["| at this PSNR | bits | whole file |", "|:--|--:|--:|"]
    for name, (content, whole, too_good) in rivals.items():
        note = "†" if too_good else ""
        lines.append(f"| {codecs.LOSSY[name].title}{note} | {_words(content)} | {_words(whole)} |")
    pca = compression.bits_at(psnr, arrays["pca/psnr"], arrays["pca/bits"])
    lines.append(f"| PCA, same size | {_words(pca)} | |")
    lines.append(
        f"| PNG, lossless | {float(arrays['png/content']):,.0f} | {float(arrays['png/bits']):,.0f} |"
    )
    st.markdown(
        "\n".join(lines),
        help="“bits” is without the container: what a black image of 28×28 takes in the same format is taken off. "
        "Files this small are mostly container."
        + (" † its lowest quality is better than this." if any(r[2] for r in rivals.values()) else ""),
    )
    content, _, too_good = rivals["jpeg"]
    st.caption(verdict(own, content, int(arrays["program_bytes"]), too_good=too_good))


def _words(bits: float | None) -> str:
    return "never" if bits is None else f"{bits:,.0f}"


def verdict(own: float, jpeg: float | None, program_bytes: int, *, too_good: bool = False) -> str:
    """One or two sentences on who needs fewer bits, and when the decoder has paid for itself.

    `too_good`: JPEG's lowest quality is better than what it is compared with, so the two are not equal.
    """
    if jpeg is None:
        return "No quality of JPEG reaches this PSNR."
    if too_good and jpeg > own:
        return (
            f"JPEG cannot go so low: its worst picture takes {jpeg:,.0f} bits and is better than this one. "
            "Pick a model with a larger code for a fair race."
        )
    megabytes = program_bytes / 1e6
    after = compression.pays_off_after(program_bytes, own, jpeg)
    if after is None:
        return f"JPEG needs fewer bits, and no decoder of {megabytes:.1f} MB. The tutorials are right here."
    return (
        f"JPEG needs {jpeg / own:.1f} times the bits: on what it was trained for, the network wins. But its "
        f"decoder has {megabytes:.1f} MB (16 bits a weight), which pays off after **{after:,} images**."
    )
