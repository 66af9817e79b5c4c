"""`python -m aemodels script RECIPE`: the training as a Keras script of its own, on stdout."""

from __future__ import annotations

import argparse
from pathlib import Path

from aemodels.commands.terminal import dataset, say
from aemodels.commands.train import settings
from aemodels.errors import AemodelsError


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("recipe", help="a name from `list`")
    parser.add_argument("--dataset", help="another data set than the recipe's")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="change a setting; repeatable"
    )
    parser.add_argument(
        "--data",
        metavar="FILE.npz",
        help="write the data set, too, as the script reads it where Keras does not bring it",
    )


def run(options: argparse.Namespace) -> None:
    """Print the script."""
    from aemodels.script import script
    from aemodels.script.data import write
    from aemodels.training import spec as specs

    spec = specs.from_recipe(
        options.recipe, dataset=options.dataset, seed=options.seed, settings=settings(options)
    )
    if options.data:
        if Path(options.data).suffix != ".npz":
            raise AemodelsError(f"The data set is written as FILE.npz. Received: {options.data!r}.")
        Path(options.data).write_bytes(write(dataset(spec.dataset, quiet=options.json)))
    text = script(spec)
    if options.json:
        say(True, {"recipe": spec.recipe, "script": text})
    else:
        print(text, end="")
