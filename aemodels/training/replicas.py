"""One training on several devices: what the loop asks of the strategy that it runs under.

TensorFlow's strategies keep a copy of the network, a replica, on each device, and add up the gradients of all
before each step. A batch is that of all replicas together: each takes an equal part of it, at the same place of the
same batch whatever machine it is on, and draws the part of ε that belongs to those examples. So the sums are those
of one device, and the learning rate stays what it is. Without a strategy there is one replica, which is all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from aemodels.errors import ConfigError


def check_batch(batch: int) -> None:
    """Raises ConfigError for a batch that cannot be divided equally."""
    import tensorflow as tf

    count = tf.distribute.get_strategy().num_replicas_in_sync
    if batch % count:
        below = batch // count * count
        fitting = " or ".join(str(size) for size in (below, below + count) if size)
        raise ConfigError(
            f"A batch of {batch} cannot be divided equally among {count} devices. Set `batch_size` to {fitting}."
        )


def stream(batches: Any) -> Iterator[Any]:
    """An endless data set of whole batches, the same on each machine → an iterator over what the replicas take."""
    import tensorflow as tf

    strategy = tf.distribute.get_strategy()
    if not tf.distribute.has_strategy():
        return iter(batches)

    def of_this_machine(machine: Any) -> Any:
        here = machine.num_replicas_in_sync // machine.num_input_pipelines
        first = machine.input_pipeline_id * here

        def parts(*tensors: Any) -> Any:
            """Tensors `(batch, …)` → `(replicas of this machine, part, …)`."""
            cut = [tf.stack(tf.split(tensor, machine.num_replicas_in_sync)) for tensor in tensors]
            return tuple(tensor[first : first + here] for tensor in cut)

        return batches.map(parts).unbatch().prefetch(4 * here)

    return iter(strategy.distribute_datasets_from_function(of_this_machine))


def part() -> tuple[Any, int]:
    """Within a step: which part of the batch this replica has, from 0, and how many there are."""
    import tensorflow as tf

    context = tf.distribute.get_replica_context()
    return context.replica_id_in_sync_group, context.num_replicas_in_sync


def finite_together(gradients: list[Any]) -> list[Any]:
    """Within a step: these gradients, no numbers where those of any replica are none, so that all leave it out."""
    import tensorflow as tf

    context = tf.distribute.get_replica_context()
    if context.num_replicas_in_sync == 1:
        return gradients
    doubt = tf.add_n([tf.reduce_sum(0.0 * gradient) for gradient in gradients])  # 0, or no number
    doubt = context.all_reduce("SUM", doubt)
    return [gradient + doubt for gradient in gradients]


def traced(step: Callable[..., Any], signature: list[Any], *, compiled: bool) -> Callable[..., Any]:
    """`step` as a graph, taken by all replicas together. With a strategy it is not compiled."""
    import tensorflow as tf

    if not tf.distribute.has_strategy():
        return concrete(tf.function(step, input_signature=signature, jit_compile=compiled))
    strategy = tf.distribute.get_strategy()
    return concrete(tf.function(lambda *tensors: strategy.run(step, tensors)))


def concrete(function: Any) -> Callable[..., Any]:
    """Traced at the first call, for all that look like its arguments.

    The concrete function is called, which TensorFlow does not count as one of many traces of the same name.
    """
    found: list[Callable[..., Any]] = []

    def call(*tensors: Any) -> Any:
        if not found:
            found.append(function.get_concrete_function(*tensors))
        return found[0](*tensors)

    return call


def zeros(count: int) -> Any:
    """`(count,)` zeros for each replica, to be added to."""
    import tensorflow as tf

    if not tf.distribute.has_strategy():  # a graph would stay in the process for nothing
        return tf.zeros((count,))
    return traced(lambda: tf.zeros((count,)), [], compiled=False)()


def total(values: Any) -> np.ndarray:
    """The sum over the replicas."""
    import tensorflow as tf

    return np.asarray(tf.distribute.get_strategy().reduce("SUM", values, axis=None))


def agreement(count: int) -> Callable[[np.ndarray], np.ndarray]:
    """A function of `(count,)` numbers: the mean of what all machines give it, so that they decide alike."""
    import tensorflow as tf

    if not tf.distribute.has_strategy():
        return lambda numbers: numbers
    strategy = tf.distribute.get_strategy()

    def mean(numbers: Any) -> Any:
        here = tf.identity(numbers)  # on the device of this replica: what has no place cannot be sent
        return tf.distribute.get_replica_context().all_reduce("MEAN", here)

    together = traced(mean, [], compiled=False)
    return lambda numbers: np.asarray(strategy.experimental_local_results(together(tf.constant(numbers)))[0])


def from_chief(data: bytes) -> bytes:
    """`data` of the first machine, on every one of them; what the others give is not looked at."""
    length = int(_of_the_first(np.array([len(data)], np.int32))[0])
    if not length:  # nothing cannot be sent
        return b""
    here = np.frombuffer(data.ljust(length)[:length], np.uint8).astype(np.int32)
    return _of_the_first(here).astype(np.uint8).tobytes()


def check_alike(text: str) -> None:
    """Raises ConfigError, on every machine, where one of them was given another text."""
    differs = from_chief(text.encode()) != text.encode()
    if agreement(1)(np.array([float(differs)]))[0]:
        raise ConfigError(
            "The machines were not started alike. Give each of them the same command, the same data and the same "
            "version of this program; only TF_CONFIG differs."
        )


def _of_the_first(numbers: np.ndarray) -> np.ndarray:
    """An int32 array as the first replica has it: the sum with the zeros of all others."""
    import tensorflow as tf

    if not tf.distribute.has_strategy():
        return numbers
    strategy = tf.distribute.get_strategy()

    def summed(values: Any) -> Any:
        context = tf.distribute.get_replica_context()
        own = tf.cast(tf.equal(context.replica_id_in_sync_group, 0), tf.int32) * values
        return context.all_reduce("SUM", own)

    results = traced(summed, [], compiled=False)(tf.constant(numbers))
    return np.asarray(strategy.experimental_local_results(results)[0])
