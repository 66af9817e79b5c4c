"""`python -m aemodels decode MODEL OUT --z …`: draw the image that a code stands for."""

from __future__ import annotations

import argparse

from aemodels.commands.terminal import say, write_image


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model")
    parser.add_argument("output", help="a PNG file to write, 28×28")
    parser.add_argument("--z", required=True, help="the code: numbers with commas between, --z=-0.3,1.2")


def run(options: argparse.Namespace) -> None:
    """Decode the code and write its image."""
    import numpy as np

    import aemodels
    from aemodels.errors import ConfigError

    try:
        z = np.array([[float(part) for part in options.z.split(",")]], np.float32)
    except ValueError:
        z = np.full((1, 1), np.nan, np.float32)
    if not np.isfinite(z).all():
        raise ConfigError(
            f"--z takes numbers with commas between them, as in --z 0.3,-1.2. Received: {options.z!r:.80}."
        )
    model = aemodels.load(options.model)
    if z.shape[1] != model.latent_dim:
        raise ConfigError(
            f"A code of {options.model} has {model.latent_dim} numbers. Received: {z.shape[1]}."
        )
    write_image(options.output, model.decode(z)[0])
    say(options.json, {"z": z[0].tolist()})
