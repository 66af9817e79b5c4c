"""`python -m aemodels train RECIPE`: train a recipe, measure the model and save it."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aemodels.commands.terminal import Bar, dataset, dataset_name, remark, say
from aemodels.data.datasets import Dataset
from aemodels.errors import AemodelsError
from aemodels.training import strategies
from aemodels.training.strategies import STRATEGIES

if TYPE_CHECKING:
    import numpy as np

    from aemodels.autoencoder import Autoencoder
    from aemodels.store.card import Card
    from aemodels.training.history import Epoch, History
    from aemodels.training.spec import TrainingSpec


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("recipe", help="a name from `list`; `default` is what the page trains")
    parser.add_argument(
        "--dataset", help="another data set than the recipe's, or a file: .npz, .zip of pictures, .csv, idx"
    )
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--name", help="the model's name (default: my-RECIPE)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="change a setting; repeatable"
    )
    parser.add_argument(
        "--start", metavar="MODEL", help="begin with the weights of this model, of the same network"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a saved model of that name")
    parser.add_argument("--into", metavar="FOLDER", help="save into this folder instead of AEMODELS_HOME")
    parser.add_argument(
        "--tensorboard",
        nargs="?",
        const="",
        metavar="FOLDER",
        help="log each epoch for TensorBoard (default folder: AEMODELS_HOME/runs/RECIPE-DATE/tensorboard)",
    )
    parser.add_argument(
        "--checkpoint",
        metavar="FOLDER",
        help="keep a checkpoint there after each epoch, and go on from the one that lies there",
    )
    parser.add_argument(
        "--distribute",
        choices=[kind for kind in STRATEGIES if kind],
        help="train on all devices of this machine, or on all machines of TF_CONFIG; the batch is that of all "
        "together",
    )
    parser.add_argument(
        "--mixed-precision",
        action="store_true",
        help="calculate with 16 bits (float16 on a graphics card, else bfloat16); weights and loss keep 32",
    )
    parser.add_argument("--half", action="store_true", help="store weights with 16 bits each")


def run(options: argparse.Namespace) -> None:
    """Train, measure, save."""
    from aemodels.data.datasets import OWN
    from aemodels.store import access, folders, models
    from aemodels.training import spec as specs

    spec = specs.from_recipe(
        options.recipe, dataset=dataset_name(options.dataset), seed=options.seed, settings=settings(options)
    )
    name = folders.check_name(options.name or f"my-{options.recipe}")
    if options.into is None:
        access.insist_on_open()  # before hours of training, not after them
    chief = strategies.is_chief(options.distribute)
    quiet = options.json or not chief
    taken = options.into is None and any(card.name == name for card in models.list_models())
    if chief and taken and not options.overwrite:
        raise AemodelsError(f"A model named {name!r} exists already. Give another --name, or --overwrite.")
    data = dataset(options.dataset or spec.dataset, quiet=quiet)
    _remark(spec, data, quiet=quiet)
    devices = STRATEGIES[options.distribute](lambda words: None if options.json else remark(words))

    from aemodels import report
    from aemodels.training import precision, resuming

    with devices.scope():
        model, history = _trained(options, spec, data, chief=chief)
        weights = resuming.digest(model.get_weights())
    if not chief:
        figures = {"machine": devices.index + 1, "epochs": len(history.epochs), "weights": weights}
        say(options.json, figures, "Trained. The first machine measures and saves the model.")
        return
    with Bar(options.json, "evaluating", 1) as bar:
        metrics = report.evaluate(
            model,
            data,
            denoises=bool(spec.training.noise),
            progress=lambda done, total: bar.to(done / total),
        )
    card = _saved(
        lambda root: models.save(
            model,
            name,
            recipe=spec.recipe,
            dataset=spec.dataset,
            fingerprint=data.fingerprint,
            test=data.test,
            training=spec.training.to_json(),
            seed=spec.seed,
            history=history,
            metrics=metrics,
            class_names=data.class_names if spec.dataset == OWN else (),
            root=root,
            overwrite=options.overwrite,
            half_precision=options.half,
            precision=precision.policy_here() if options.mixed_precision else None,
        ),
        Path(options.into) if options.into else None,
    )
    figures = {"name": card.name, "epochs": card.epochs, "weights": weights, **metrics}
    say(options.json, figures, f"Saved as {card.name}.")


def _saved(save: Callable[[Path | None], Card], root: Path | None) -> Card:
    """The card of the model, saved below `root`. Where that fails, what hours have learned is put elsewhere.

    Raises AemodelsError with the reason, and with the place.
    """
    try:
        return save(root)
    except AemodelsError as error:
        refuge = Path(tempfile.mkdtemp(prefix="aemodels-"))
        try:
            card = save(refuge)
        except AemodelsError:
            shutil.rmtree(refuge, ignore_errors=True)
            raise error from None
        raise AemodelsError(
            f"{error} The model lies in {refuge / card.name} instead: copy that folder when there is room."
        ) from error


def _trained(
    options: argparse.Namespace, spec: TrainingSpec, data: Dataset, *, chief: bool
) -> tuple[Autoencoder, History]:
    """The trained network, and all epochs that it has behind it."""
    from aemodels.autoencoder import build
    from aemodels.training import replicas, resuming
    from aemodels.training.fit import train

    model = build(spec.model, seed=spec.seed)
    before = _continued(options.start, model) if options.start else ()
    identity = resuming.identity(spec, data, model.get_weights(), mixed=options.mixed_precision)
    replicas.check_alike(json.dumps(identity))
    kept = resuming.Kept(Path(options.checkpoint), identity) if options.checkpoint and chief else None
    start = resuming.checkpoint(replicas.from_chief(kept.read() if kept else b""))
    with (
        Bar(options.json or not chief, "training", spec.training.epochs) as bar,
        _logging(options, model, data, wanted=chief) as (log, log_steps),
    ):

        def on_epoch(epoch: Epoch) -> None:
            bar.note(f"loss {epoch.loss:.4g}, validation {epoch.val_loss:.4g}")
            log(dataclasses.replace(epoch, epoch=epoch.epoch + len(before)))

        history = train(
            model,
            data,
            spec.training,
            seed=spec.seed,
            on_batch=lambda batch: bar.to(batch.step / batch.steps * spec.training.epochs),
            on_epoch=on_epoch,
            start=start,
            on_checkpoint=kept.write if kept else None,
            mixed=options.mixed_precision,
            on_losses=log_steps,
        )
    return model, history.after(before)


@contextlib.contextmanager
def _logging(
    options: argparse.Namespace, model: Any, data: Any, *, wanted: bool
) -> Iterator[tuple[Callable[[Epoch], None], Callable[[int, np.ndarray], None] | None]]:
    """Functions that log an epoch and its steps for TensorBoard, where that was asked for.

    Steps are not logged on several devices: there each of them would have to be asked at each step.
    """
    if options.tensorboard is None or not wanted:
        yield lambda epoch: None, None
        return
    from aemodels.training import run_log, tensorboard
    from aemodels.training.watch import Watch

    folder = Path(options.tensorboard) if options.tensorboard else tensorboard.default_folder(options.recipe)
    watch = Watch(model, data)
    with tensorboard.Log(folder) as log:

        def write(epoch: Epoch) -> None:
            log.epoch(epoch)
            log.look(watch.look(epoch.epoch), watch.inputs)

        def steps(first: int, terms: np.ndarray) -> None:
            log.steps(first, run_log.columns(terms, model.config))

        yield write, steps if options.distribute is None else None
    if not options.json:
        print(f"Logged in {folder}: tensorboard --logdir {shlex.quote(str(folder))}")


def settings(options: argparse.Namespace) -> dict[str, Any]:
    """What --set and --epochs change. Raises `AemodelsError` for what is no key=value."""
    found: dict[str, Any] = {}
    for pair in options.set:
        key, separator, value = pair.partition("=")
        if not separator:
            raise AemodelsError(f"--set takes key=value, as in --set beta=4. Received: {pair!r}.")
        found[key.strip()] = value.strip()
    if options.epochs is not None:
        found["epochs"] = options.epochs
    return found


def _remark(spec: TrainingSpec, data: Dataset, *, quiet: bool) -> None:
    """Say what it will cost, and what the page would say of it; what the page refuses is only a remark here."""
    from aemodels import quantities
    from aemodels.training import advice, limits
    from aemodels.training.estimate import estimate
    from aemodels.training.speed import machine_speed

    if quiet:
        return
    cost = estimate(spec, examples=len(data.train), speed=machine_speed())
    remark(
        f"{quantities.count(cost.parameters)} parameters, about {quantities.about(cost.seconds)}, "
        f"{quantities.memory(cost.memory)} of memory."
    )
    for sentence in (advice.bottleneck(cost.network), *advice.advice(spec, cost), *limits.too_large(cost)):
        if sentence:
            remark(sentence)


def _continued(name: str, model: Any) -> tuple[Any, ...]:
    """Give `model` the weights of a model of the store; returns the epochs that it has behind it."""
    from aemodels.errors import ConfigError
    from aemodels.store import models
    from aemodels.training.history import Epoch

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
