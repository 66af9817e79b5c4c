"""`python -m aemodels export MODEL OUT`: write a model for use elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path

from aemodels.commands.terminal import say


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model")
    parser.add_argument("output", help="NAME.keras, NAME.zip (our folder), or a folder for a SavedModel")
    parser.add_argument(
        "--part",
        choices=("whole", "encoder", "decoder"),
        default="whole",
        help="image to reconstruction, image to code (of a VAE z_mean and z_log_var), or code to image",
    )


def run(options: argparse.Namespace) -> None:
    """Write the model."""
    from aemodels.store import export

    export.export(options.model, Path(options.output), options.part)
    say(
        options.json,
        {"model": options.model, "output": options.output, "part": options.part},
        f"Wrote {options.output}.",
    )
