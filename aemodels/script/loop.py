"""The part of a script that makes batches, takes the steps, and ends."""

from __future__ import annotations

import textwrap

from aemodels.data.corruptions import CORRUPTIONS
from aemodels.script.paragraphs import paragraphs
from aemodels.script.sources import sources
from aemodels.training import augmentation, pipeline
from aemodels.training.config import TrainingConfig
from aemodels.training.fit import WORTH_COMPILING, worth_compiling
from aemodels.training.spec import TrainingSpec


def batches(spec: TrainingSpec) -> str:
    """Batches of (input, target), augmented or damaged where the training does so, and the validation images."""
    config, points = spec.training, spec.model.linear_output
    augmented = bool(config.augment) and not points
    kinds = dict.fromkeys(config.noise)
    functions = [CORRUPTIONS[kind].apply for kind in kinds]
    imports, helpers = sources([*functions, *([augmentation.augment] if augmented else []), pipeline.rows])
    parts = [
        "# --- Batches ----------------------------------------------------------------------------------",
        f"BATCH = {config.batch_size}",
        "\n".join(imports),
        helpers,
        _damage(config) if config.noise else "",
        _stream(config, points=points, augmented=augmented),
        _validation(config, points=points),
    ]
    return paragraphs(parts)


def _damage(config: TrainingConfig) -> str:
    records = [CORRUPTIONS[kind] for kind in dict.fromkeys(config.noise)]
    lines = [
        f'    "{record.name}": ({record.apply.__name__}, {record.low!r}, {record.default!r}, {record.high!r}),'
        for record in records
    ]
    kinds = textwrap.fill(
        "".join(f'"{kind}", ' for kind in config.noise), 100, initial_indent="    ", subsequent_indent="    "
    )
    level = (
        "float(rng.triangular(low, most_often, high))"
        if config.noise_level is None
        else repr(config.noise_level)
    )
    table = "\n".join(lines)
    return f'''\
KINDS = (  # each is as likely as it is often here
{kinds}
)
DAMAGE = {{  # the function, and the lowest, the most frequent and the highest level
{table}
}}


def damaged(x, rng):
    """A batch with one kind of noise at one level, both drawn by lot: what the network learns to undo."""
    function, low, most_often, high = DAMAGE[KINDS[int(rng.integers(len(KINDS)))]]
    return function(x, {level}, rng)'''


def _stream(config: TrainingConfig, *, points: bool, augmented: bool) -> str:
    gathered = (
        "tf.gather(source, chosen)" if points else "tf.cast(tf.gather(source, chosen), tf.float32) / 255.0"
    )
    shape = "x" if points else "x[..., None]"
    steps = ["stream = tf.data.Dataset.counter().map(gathered)"]
    functions = ""
    if augmented:
        change = f"augment(x, {config.augment!r}, key)"
        if config.augment_until < 1.0:
            change = f"tf.cond(step < AUGMENTED, lambda: {change}, lambda: x)"
            each = config.steps_per_epoch or "max(1, len(fitted) // BATCH)"
            functions += (
                f"\n\nAUGMENTED = round({config.augment_until!r} * {config.epochs} * {each})"
                "  # steps: the last ones see images as they are"
            )
        steps.append("stream = stream.map(augmented)")
        functions += f'''

def augmented(step, x):
    """Each image changed a little, in a way that the seed and the step decide."""
    key = tf.stack([tf.constant(SEED, tf.int64), step])
    return step, {change}
'''
    if config.noise:
        functions += '''

def noisy(step, clean):
    return damaged(clean, np.random.default_rng([SEED, 1, int(step)]))


def both(step, x):
    """Input and target: the network sees the damaged images and has to draw the clean ones."""
    return tf.ensure_shape(tf.numpy_function(noisy, [step, x], tf.float32), x.shape), x
'''
    steps.append(
        f"stream = iter(stream.map({'both' if config.noise else 'lambda step, x: (x, x)'}).prefetch(4))"
    )
    return f'''\
source = tf.constant(fitted)
size = min(BATCH, len(fitted))
rows_of = rows(len(fitted), size, SEED)


def gathered(step):
    """The images of a step: only row numbers are shuffled, so that the data set stays in memory once."""
    chosen = tf.ensure_shape(tf.numpy_function(rows_of, [step], tf.int64), (size,))
    x = {gathered}
    return step, {shape}
{functions}

''' + "\n".join(steps)


def _validation(config: TrainingConfig, *, points: bool) -> str:
    target = "validation" if points else "images(validation)"
    lines = [f"validation_target = {target}", "validation_x = validation_target"]
    if config.noise:
        lines += [
            "validation_rng = np.random.default_rng([SEED, 2])  # the same noise after every epoch",
            "validation_x = np.concatenate(",
            "    [damaged(validation_target[at : at + 100], validation_rng) for at in range(0, held_back, 100)]",
            ")",
        ]
    return "\n".join(lines)


def training(spec: TrainingSpec) -> str:
    """The optimizer, one step, the validation, and the loop."""
    config = spec.training
    names = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD"}
    steps = f"{config.steps_per_epoch}" if config.steps_per_epoch else "max(1, len(fitted) // BATCH)"
    beta, rising, compiling = "BETA", "", ""
    if worth_compiling(spec.model, WORTH_COMPILING):
        why = "compiling takes seconds, which a short training would not get back"
        compiling = f"    jit_compile=STEPS >= {WORTH_COMPILING},  # {why}\n"
    if config.beta_warmup:
        beta = "beta"
        share = f"(step + 1) / max(1.0, {config.beta_warmup!r} * STEPS)"
        rising = f"        beta = BETA * min(1.0, {share})  # rises from 0\n"
    return f'''\
# --- Training -----------------------------------------------------------------------------------
EPOCHS = {config.epochs}
STEPS_PER_EPOCH = {steps}
STEPS = EPOCHS * STEPS_PER_EPOCH

{_rate(config)}
optimizer = keras.optimizers.{names[config.optimizer]}(learning_rate=rate)
optimizer.build(variables)

SHAPE = (None, *encoder.input_shape[1:])
SIGNATURE = [tf.TensorSpec(SHAPE, tf.float32), tf.TensorSpec(SHAPE, tf.float32)]


@tf.function(
    input_signature=[*SIGNATURE, tf.TensorSpec((), tf.float32), tf.TensorSpec((2,), tf.int32)],
{compiling})
def train_step(x, target, beta, seed):
    """One step downhill; gives the two terms of the loss, of before it."""
    with tf.GradientTape() as tape:
        reconstruction, kl = terms(x, target, seed, training=True)
        total = reconstruction + beta * kl
    optimizer.apply(tape.gradient(total, variables), variables)
    return tf.stack([reconstruction, kl])


@tf.function(input_signature=[*SIGNATURE, tf.TensorSpec((2,), tf.int32)])
def evaluate(x, target, seed):
    return terms(x, target, seed, training=False)


def validate():
    """Means of reconstruction and KL over the validation images, with the same epsilon after every epoch."""
    sums = np.zeros(2)
    for start in range(0, held_back, 1000):
        part = slice(start, start + 1000)
        result = evaluate(validation_x[part], validation_target[part], tf.constant([SEED, -1 - start]))
        sums += np.asarray([float(value) for value in result]) * len(validation_x[part])
    return sums / held_back


{_best_before(config)}for epoch in range(1, EPOCHS + 1):
    totals = tf.zeros((2,))
    for index in range(STEPS_PER_EPOCH):
        step = (epoch - 1) * STEPS_PER_EPOCH + index
{rising}        x, target = next(stream)
        totals = totals + train_step(x, target, tf.constant({beta}, tf.float32), tf.constant([SEED, step]))
    reconstruction, kl = np.asarray(totals) / STEPS_PER_EPOCH
    val_reconstruction, val_kl = validate()
    loss, val_loss = reconstruction + BETA * kl, val_reconstruction + BETA * val_kl
    print(
        f"epoch {{epoch}}: loss {{loss:.6g}} (reconstruction {{reconstruction:.6g}}, KL {{kl:.6g}}), "
        f"validation {{val_loss:.6g}} (reconstruction {{val_reconstruction:.6g}}, KL {{val_kl:.6g}})"
    )
{_after_epoch(config)}'''


def _rate(config: TrainingConfig) -> str:
    if config.schedule == "constant":
        return f"rate = {config.learning_rate!r}"
    return f"""\
# A short linear rise, then a cosine down to zero (Loshchilov and Hutter, 2017).
warmup = max(1, round({config.warmup!r} * STEPS))
rate = keras.optimizers.schedules.CosineDecay(
    0.0, max(1, STEPS - warmup), warmup_target={config.learning_rate!r}, warmup_steps=warmup
)"""


def _best_before(config: TrainingConfig) -> str:
    return "best = None  # the validation loss, the epoch and its weights\n" if config.keep_best else ""


def _after_epoch(config: TrainingConfig) -> str:
    lines = []
    if config.keep_best:
        lines += [
            "    if best is None or val_loss < best[0]:",
            "        best = (val_loss, epoch, encoder.get_weights(), decoder.get_weights())",
        ]
    lines += [
        "    if not np.isfinite(loss):",
        '        sys.exit("The loss is no longer a number: choose a lower learning rate.")',
    ]
    if config.keep_best and config.patience is not None:
        lines += [f"    if epoch - best[1] >= {config.patience}:", "        break"]
    return "\n".join(lines)


def ending(spec: TrainingSpec) -> str:
    """What stays: the weights, named as those of our models."""
    kept = ""
    if spec.training.keep_best:
        kept = """\
encoder.set_weights(best[2])  # those of the epoch with the lowest validation loss
decoder.set_weights(best[3])
print(f"kept: epoch {best[1]}")
"""
    return f"""\
# --- The end ------------------------------------------------------------------------------------
{kept}named = {{
    f"{{part.name}}.{{index:02d}}.{{variable.name}}": variable.numpy()
    for part in (encoder, decoder)
    for index, variable in enumerate(part.weights)
}}
np.savez("trained-weights.npz", **named)
print("saved: trained-weights.npz")"""
