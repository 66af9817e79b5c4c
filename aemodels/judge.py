"""Train the judge of generated images: `python -m aemodels.judge mnist`, once for a data set, some minutes.

The weights go to `aemodels/measure/judges/DATASET.npz` and belong to the program; `aemodels.measure.classifier`
runs them without TensorFlow. Nothing is chosen by the test images: the number of epochs is fixed, and they are
counted once, at the end.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any, Final

import numpy as np

from aemodels import runtime
from aemodels.data import datasets
from aemodels.errors import AemodelsError
from aemodels.measure import classifier
from aemodels.training.augmentation import augment

EPOCHS: Final = 12
BATCH: Final = 128
LEARNING_RATE: Final = 2e-3
STRENGTH: Final = 0.4  # of the random changes that training images are given: others' digits are not these
DROPOUT: Final = 0.3


def build(seed: int = 0) -> Any:
    """The Keras model, untrained: images (n, 28, 28, 1) → logits (n, 10). 81,000 weights."""
    runtime.prepare()
    import keras

    def start(layer: int) -> Any:
        return keras.initializers.HeNormal(seed=seed * 100 + layer)

    return keras.Sequential(
        [
            keras.layers.Input((28, 28, 1)),
            keras.layers.Conv2D(
                16, 3, padding="same", activation="relu", kernel_initializer=start(1), name="first"
            ),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(
                32, 3, padding="same", activation="relu", kernel_initializer=start(2), name="second"
            ),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dropout(DROPOUT, seed=seed),
            keras.layers.Dense(48, activation="relu", kernel_initializer=start(3), name="third"),
            keras.layers.Dropout(DROPOUT, seed=seed + 1),
            keras.layers.Dense(10, kernel_initializer=start(4), name="fourth"),
        ]
    )


def train(dataset: datasets.Dataset, *, epochs: int = EPOCHS, seed: int = 0) -> Any:
    """`build()` fitted to the training split: cross-entropy, Adam, a cosine of learning rates to zero."""
    model = build(seed)
    import keras
    import tensorflow as tf

    values, labels = dataset.train.values, dataset.train.labels.astype(np.int64)
    steps = max(1, len(values) // BATCH) * epochs

    def prepared(number: Any, images: tuple[Any, Any]) -> tuple[Any, Any]:
        x = tf.cast(images[0][..., None], tf.float32) / 255.0
        return augment(x, STRENGTH, tf.stack([seed, tf.cast(number, tf.int32)])), images[1]

    stream = (
        tf.data.Dataset.from_tensor_slices((values, labels))
        .shuffle(len(values), seed=seed)
        .repeat()
        .batch(BATCH)
        .enumerate()
        .map(prepared)
        .prefetch(2)
    )
    model.compile(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps)),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(stream, steps_per_epoch=steps // epochs, epochs=epochs, shuffle=False, verbose=2)
    return model


def to_classifier(model: Any, trained_on: str, accuracy: float = 0.0) -> classifier.Classifier:
    """The same network for `aemodels.measure.classifier`."""
    pairs = [model.get_layer(name).get_weights() for name in classifier.LAYERS]
    return classifier.Classifier(
        tuple(np.asarray(kernel, np.float32) for kernel, _ in pairs),
        tuple(np.asarray(bias, np.float32) for _, bias in pairs),
        trained_on,
        accuracy,
    )


def main(arguments: list[str] | None = None) -> int:
    """The command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m aemodels.judge", description=__doc__.splitlines()[0])
    parser.add_argument("dataset", choices=sorted(set(classifier.JUDGES.values())))
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        dataset = datasets.load(options.dataset)
    except AemodelsError as error:
        print(f"aemodels.judge: {error}", file=sys.stderr)
        return 2
    trained = to_classifier(train(dataset, epochs=options.epochs, seed=options.seed), dataset.name)
    rounded = classifier.Classifier.from_arrays(trained.to_arrays())  # as it is stored: 16 bits a weight
    said, _ = rounded.judge(dataset.test.x)
    accuracy = float(np.mean(said == dataset.test.labels))
    classifier.FOLDER.mkdir(exist_ok=True)
    path = classifier.FOLDER / f"{dataset.name}.npz"
    arrays = {**trained.to_arrays(), "accuracy": np.asarray(accuracy)}
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
    print(f"{path.name}: {path.stat().st_size:,} bytes, test accuracy {accuracy:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
