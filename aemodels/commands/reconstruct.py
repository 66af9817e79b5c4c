"""`python -m aemodels reconstruct MODEL IN OUT`: send a picture through a model."""

from __future__ import annotations

import argparse

from aemodels.commands.terminal import of_images, read, say, write_image


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model")
    parser.add_argument("input", help="any picture of a digit")
    parser.add_argument("output", help="a PNG file to write, 28×28")
    parser.add_argument("--seen", metavar="FILE", help="write what the model sees of the picture, too")


def run(options: argparse.Namespace) -> None:
    """Reconstruct the digit of a picture, and report how close it is."""
    import aemodels
    from aemodels.data import images
    from aemodels.measure import metrics

    of_images(options.model)
    x = images.prepare(read(options.input))
    if options.seen:
        write_image(options.seen, x[0])
    result = aemodels.load(options.model).reconstruct(x)
    write_image(options.output, result[0])
    figures = {"mse": float(metrics.mse(x, result)[0]), "psnr": float(metrics.psnr(x, result)[0])}
    say(options.json, figures)
