"""`python -m aemodels denoise MODEL IN OUT`: send a noisy picture through a model, or damage it first."""

from __future__ import annotations

import argparse

from aemodels.commands import reconstruct
from aemodels.commands.terminal import of_images, read, say, write_image


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes: a picture, and the damage that is done to it."""
    from aemodels.data.corruptions import CORRUPTIONS

    reconstruct.arguments(parser)
    parser.add_argument("--noise", choices=list(CORRUPTIONS), help="damage the picture with this first")
    parser.add_argument("--level", type=float, help="how much of it")
    parser.add_argument("--seed", type=int, default=0)


def run(options: argparse.Namespace) -> None:
    """Denoise the digit of a picture; with damage done here, report what it is worth."""
    import aemodels
    from aemodels.data import corruptions, images
    from aemodels.measure import metrics

    of_images(options.model)
    x = images.prepare(read(options.input))
    noisy = x
    if options.noise:
        level = corruptions.CORRUPTIONS[options.noise].default if options.level is None else options.level
        noisy = corruptions.corrupt(x, options.noise, level, options.seed)
    if options.seen:
        write_image(options.seen, noisy[0])
    result = aemodels.load(options.model).reconstruct(noisy)
    write_image(options.output, result[0])
    figures = {
        "noisy_psnr": float(metrics.psnr(x, noisy)[0]),
        "denoised_psnr": float(metrics.psnr(x, result)[0]),
    }
    say(options.json, figures if options.noise else {})
