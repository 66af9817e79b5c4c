"""The command line: `python -m aemodels COMMAND`. Each command is a function below and a line in `COMMANDS`.

Bad input is one line on stderr and exit status 2, never a traceback.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aemodels.errors import AemodelsError


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


def _list(options: argparse.Namespace) -> None:
    from aemodels import recipes
    from aemodels.data.datasets import DATASETS
    from aemodels.store import models

    cards = models.list_models()
    if options.json:
        table = {
            "models": {
                card.name: {
                    "kind": card.kind,
                    "dataset": card.dataset,
                    "code_size": card.code_size,
                    "metrics": card.metrics,
                }
                for card in cards
            },
            "recipes": {name: recipe.title for name, recipe in recipes.RECIPES.items()},
            "datasets": {name: record.title for name, record in DATASETS.items()},
        }
        print(json.dumps(table, indent=2, ensure_ascii=False))
        return
    print("Models")
    for card in cards:
        figure = f"mse {card.metrics['mse']:.4f}" if "mse" in card.metrics else ""
        print(f"  {card.name:20} {card.kind:24} code {card.code_size:<5} {card.dataset:14} {figure}")
    for name, reason in models.damaged_models().items():
        print(f"  {name:20} cannot be read: {reason}")
    print("Recipes")
    for name, recipe in recipes.RECIPES.items():
        print(f"  {name:20} {recipe.title} ({recipe.dataset})")
    print("Data sets")
    for name, record in DATASETS.items():
        here = "at hand" if record.is_local() else "is downloaded when first asked for"
        print(f"  {name:20} {record.title}: {here}")


def _train(options: argparse.Namespace) -> None:
    from aemodels.store import folders, models
    from aemodels.training import spec as specs

    settings: dict[str, Any] = {}
    for pair in options.set:
        key, separator, value = pair.partition("=")
        if not separator:
            raise AemodelsError(f"--set takes key=value, as in --set beta=4. Received: {pair!r}.")
        settings[key.strip()] = value.strip()
    if options.epochs is not None:
        settings["epochs"] = options.epochs
    spec = specs.from_recipe(options.recipe, dataset=options.dataset, seed=options.seed, settings=settings)
    name = folders.check_name(options.name or f"my-{options.recipe}")
    if (
        options.into is None
        and any(card.name == name for card in models.list_models())
        and not options.overwrite
    ):
        raise AemodelsError(f"A model named {name!r} exists already. Give another --name, or --overwrite.")
    dataset = _dataset(spec.dataset, quiet=options.json)

    from aemodels import report
    from aemodels.autoencoder import build
    from aemodels.training.fit import train

    model = build(spec.model, seed=spec.seed)
    before = _continued(options.start, model) if options.start else ()
    with _bar(options.json, "training", spec.training.epochs) as bar:
        history = train(
            model,
            dataset,
            spec.training,
            seed=spec.seed,
            on_batch=lambda batch: bar.to(batch.step / batch.steps * spec.training.epochs),
            on_epoch=lambda epoch: bar.note(f"loss {epoch.loss:.4g}, validation {epoch.val_loss:.4g}"),
        )
    history = history.after(before)
    with _bar(options.json, "evaluating", 1) as bar:
        metrics = report.evaluate(
            model,
            dataset,
            denoises=bool(spec.training.noise),
            progress=lambda done, total: bar.to(done / total),
        )
    card = models.save(
        model,
        name,
        recipe=spec.recipe,
        dataset=spec.dataset,
        fingerprint=dataset.fingerprint,
        test=dataset.test,
        training=spec.training.to_json(),
        seed=spec.seed,
        history=history,
        metrics=metrics,
        root=Path(options.into) if options.into else None,
        overwrite=options.overwrite,
        half_precision=options.half,
    )
    _report(options.json, {"name": card.name, "epochs": card.epochs, **metrics}, f"Saved as {card.name}.")


def _continued(name: str, model: Any) -> tuple[Any, ...]:
    """Give `model` the weights of a model of the store; returns the epochs that it has behind it."""
    from aemodels.errors import ConfigError
    from aemodels.store import models
    from aemodels.training.fit import Epoch

    earlier = models.load(name)
    if earlier.config != model.config:
        raise ConfigError(
            f"{name} is another network than this recipe's; only the same one can be trained on."
        )
    model.set_weights(earlier.get_weights())
    columns = models.history(name)
    rows = zip(*columns.values(), strict=True)
    epochs = (dict(zip(columns, row, strict=True)) for row in rows)
    return tuple(Epoch(**{**epoch, "epoch": int(epoch["epoch"])}) for epoch in epochs)


def _evaluate(options: argparse.Namespace) -> None:
    from aemodels import report
    from aemodels.store import models

    card = models.read_card(options.model)
    dataset = _dataset(options.dataset or card.dataset, quiet=options.json)
    model = models.load(options.model)
    with _bar(options.json, "evaluating", 1) as bar:
        figures = report.evaluate(
            model, dataset, denoises=card.denoises, progress=lambda done, total: bar.to(done / total)
        )
    if options.write and not options.dataset:
        models.update_metrics(options.model, figures)
    _report(
        options.json, {"name": card.name, "dataset": dataset.name, "source": dataset.source, **figures}, ""
    )


def _reconstruct(options: argparse.Namespace) -> None:
    import aemodels
    from aemodels.data import images
    from aemodels.measure import metrics

    x = images.prepare(_read(options.input))
    result = aemodels.load(options.model).reconstruct(_fits(options.model, x))
    _write_image(options.output, result[0])
    _report(
        options.json, {"mse": float(metrics.mse(x, result)[0]), "psnr": float(metrics.psnr(x, result)[0])}, ""
    )


def _denoise(options: argparse.Namespace) -> None:
    import aemodels
    from aemodels.data import corruptions, images
    from aemodels.measure import metrics

    x = images.prepare(_read(options.input))
    noisy = x
    if options.noise:
        level = corruptions.CORRUPTIONS[options.noise].default if options.level is None else options.level
        noisy = corruptions.corrupt(x, options.noise, level, options.seed)
    result = aemodels.load(options.model).reconstruct(_fits(options.model, noisy))
    _write_image(options.output, result[0])
    figures = {
        "noisy_psnr": float(metrics.psnr(x, noisy)[0]),
        "denoised_psnr": float(metrics.psnr(x, result)[0]),
    }
    _report(options.json, figures if options.noise else {}, "")


def _decode(options: argparse.Namespace) -> None:
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
    _write_image(options.output, model.decode(z)[0])
    _report(options.json, {"z": z[0].tolist()}, "")


def _export(options: argparse.Namespace) -> None:
    from aemodels.store import export

    export.export(options.model, Path(options.output))
    _report(options.json, {"model": options.model, "output": options.output}, f"Wrote {options.output}.")


def _dataset(name: str, *, quiet: bool) -> Any:
    from aemodels.data import datasets

    with _bar(quiet or datasets.find_local(name), f"downloading {name}", 1) as bar:
        return datasets.load(name, progress=lambda done, total: bar.to(done / total if total else 0.0))


def _read(path: str) -> bytes:
    from aemodels.data.reading import MAX_BYTES

    with open(path, "rb") as file:
        return file.read(MAX_BYTES + 1)  # one byte too many is refused with the sentence about size


def _fits(name: str, x: Any) -> Any:
    from aemodels.store import models

    if models.read_card(name).config.linear_output:
        raise AemodelsError(f"{name} is a model of points, not of images.")
    return x


def _write_image(path: str, image: Any) -> None:
    import numpy as np
    from PIL import Image

    if Path(path).suffix.lower() != ".png":
        raise AemodelsError(
            f"The output is a PNG file; give it a name that ends in .png. Received: {path!r}."
        )
    if image.ndim != 3:
        raise AemodelsError("This model is of points, not of images.")
    Image.fromarray(np.round(image[..., 0] * 255).astype(np.uint8)).save(path)


def _report(as_json: bool, figures: dict[str, Any], sentence: str) -> None:
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    if sentence:
        print(sentence)
    for key, value in figures.items():
        print(f"  {key:20} {value:.5g}" if isinstance(value, float) else f"  {key:20} {value}")


class _bar:  # noqa: N801 - a context manager, used like a function
    """A progress bar on stderr; silent with --json and where stderr is no terminal."""

    def __init__(self, quiet: bool, title: str, total: float) -> None:
        self._quiet, self._title, self._total = quiet, title, total

    def __enter__(self) -> _bar:
        from tqdm import tqdm

        form = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}"
        self._bar = tqdm(
            total=self._total, desc=self._title, disable=self._quiet, bar_format=form, file=sys.stderr
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def to(self, value: float) -> None:
        self._bar.update(value - self._bar.n)

    def note(self, text: str) -> None:
        self._bar.set_postfix_str(text)


def _parser() -> argparse.ArgumentParser:
    from aemodels.data.corruptions import CORRUPTIONS

    parser = argparse.ArgumentParser(prog="python -m aemodels", description="Train and use autoencoders.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], None], help: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help)
        sub.add_argument(
            "--json", action="store_true", help="report as JSON on stdout, without a progress bar"
        )
        sub.set_defaults(run=run)
        return sub

    command("list", _list, "Show models, recipes and data sets.")
    train = command("train", _train, "Train a recipe and save the model.")
    train.add_argument("recipe", help="a name from `list`; `default` is what the page trains")
    train.add_argument("--dataset", help="another data set than the recipe's")
    train.add_argument("--epochs", type=int)
    train.add_argument("--seed", type=int, default=0)
    train.add_argument("--name", help="the model's name (default: my-RECIPE)")
    train.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="change a setting; repeatable"
    )
    train.add_argument(
        "--start", metavar="MODEL", help="begin with the weights of this model, of the same network"
    )
    train.add_argument("--overwrite", action="store_true", help="replace a saved model of that name")
    train.add_argument("--into", metavar="FOLDER", help="save into this folder instead of AEMODELS_HOME")
    train.add_argument("--half", action="store_true", help="store weights with 16 bits each")
    evaluate = command("evaluate", _evaluate, "Measure a model on the test set.")
    evaluate.add_argument("model")
    evaluate.add_argument("--dataset", help="another data set than the model's own")
    evaluate.add_argument("--write", action="store_true", help="write the figures into the model's card")
    for name, run, help in (
        ("reconstruct", _reconstruct, "Send a picture through a model."),
        ("denoise", _denoise, "Send a noisy picture through a model, or damage it first with --noise."),
    ):
        sub = command(name, run, help)
        sub.add_argument("model")
        sub.add_argument("input", help="any picture of a digit")
        sub.add_argument("output", help="a PNG file to write, 28×28")
        if name == "denoise":
            sub.add_argument("--noise", choices=list(CORRUPTIONS), help="damage the picture with this first")
            sub.add_argument("--level", type=float, help="how much of it")
            sub.add_argument("--seed", type=int, default=0)
    decode = command("decode", _decode, "Draw the image that a code stands for.")
    decode.add_argument("model")
    decode.add_argument("output", help="a PNG file to write, 28×28")
    decode.add_argument("--z", required=True, help="the code: numbers with commas between, --z=-0.3,1.2")
    export = command("export", _export, "Write a model for use elsewhere.")
    export.add_argument("model")
    export.add_argument("output", help="NAME.keras, NAME.zip (our folder), or a folder for a SavedModel")
    return parser


if __name__ == "__main__":
    sys.exit(main())
