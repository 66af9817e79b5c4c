"""The command line: `python -m aemodels COMMAND`. Each command is a file in `commands` and a line in `COMMANDS`.

Bad input is one line on stderr and exit status 2, never a traceback.
"""

from __future__ import annotations

import argparse
import os
import sys
from types import ModuleType

from aemodels.commands import decode, denoise, evaluate, export, listing, reconstruct, script, study, train
from aemodels.errors import AemodelsError

COMMANDS: dict[str, tuple[ModuleType, str]] = {
    "list": (listing, "Show models, recipes and data sets."),
    "train": (train, "Train a recipe and save the model."),
    "evaluate": (evaluate, "Measure a model on the test set."),
    "reconstruct": (reconstruct, "Send a picture through a model."),
    "denoise": (denoise, "Send a noisy picture through a model, or damage it first with --noise."),
    "decode": (decode, "Draw the image that a code stands for."),
    "study": (study, "Find out what a model is good for, with its data set."),
    "script": (script, "Print a training as a Keras script of its own."),
    "export": (export, "Write a model for use elsewhere."),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's notes about the machine are not answers
    parsed = _parser().parse_args(arguments)
    try:
        parsed.run(parsed)
    except AemodelsError as error:
        print(f"aemodels: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"aemodels: {error.filename or ''}: {error.strerror}".replace(": :", ":"), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("aemodels: stopped", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m aemodels", description="Train and use autoencoders.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (module, words) in COMMANDS.items():
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument(
            "--json", action="store_true", help="report as JSON on stdout, without a progress bar"
        )
        module.arguments(command)
        command.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
