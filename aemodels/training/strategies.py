"""Where a training runs: on one device, on all devices of this machine, or on several machines.

Both of the latter are strategies of TensorFlow (`tf.distribute`); what the loop asks of them is in `replicas`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import os
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

from aemodels import runtime
from aemodels.errors import ConfigError
from aemodels.training import cluster


@dataclasses.dataclass(frozen=True)
class Devices:
    """What a training runs on: a strategy, if any, and which of how many machines this is."""

    strategy: Any = None
    machines: int = 1
    index: int = 0

    @property
    def chief(self) -> bool:
        """Whether this machine writes what stays."""
        return self.index == 0

    @property
    def count(self) -> int:
        """How many devices there are, on all machines together."""
        return 1 if self.strategy is None else int(self.strategy.num_replicas_in_sync)

    @contextlib.contextmanager
    def scope(self) -> Iterator[None]:
        """The block in which the network is built and trained.

        Raises ConfigError out of it when another machine was lost.
        """
        if self.strategy is None:
            yield
            return
        import tensorflow as tf

        try:
            with self.strategy.scope():
                yield
        except tf.errors.OpError as error:
            if self.machines == 1:
                raise
            raise ConfigError(
                "Another machine of this training was lost, or began another one. Start all of them again; with "
                "--checkpoint they go on from its last epoch."
            ) from error


def alone(tell: Callable[[str], None]) -> Devices:
    """One device: a graphics card if there is one, or the processor."""
    return Devices()


def mirrored(tell: Callable[[str], None]) -> Devices:
    """All devices of this machine."""
    devices = Devices(_of_this_machine())
    tell(f"Training on {devices.count} device{'s' * (devices.count > 1)} of this machine.")
    return devices


@functools.cache
def _of_this_machine() -> Any:
    """One for the process: the messages of a second one would have the numbers of the first one's."""
    runtime.prepare()
    import tensorflow as tf

    return tf.distribute.MirroredStrategy()


def multiworker(tell: Callable[[str], None]) -> Devices:
    """All machines of `TF_CONFIG`; returns when all of them are there."""
    machines = cluster.read(os.environ.get("TF_CONFIG"))
    count = len(machines.addresses)
    tell(f"Machine {machines.index + 1} of {count}, at {machines.address}; waiting for all to be there.")
    made: list[Any] = []

    def make() -> None:
        import tensorflow as tf

        with _interruptible():
            made.append(tf.distribute.MultiWorkerMirroredStrategy())

    try:
        runtime.prepare(first=make)
    except RuntimeError as error:
        raise ConfigError(
            "A training on several machines has to be the first thing that a process does with TensorFlow."
        ) from error
    except Exception as error:  # of TensorFlow, which is not imported here: an address in use, nobody there
        raise ConfigError(
            f"The machines of TF_CONFIG did not come together at {', '.join(machines.addresses)}: "
            f"{str(error).partition(chr(10))[0]:.200}"
        ) from error
    devices = Devices(made[0], count, machines.index)
    tell(f"All are there, with {devices.count} device{'s' * (devices.count > 1)}.")
    return devices


STRATEGIES: Final[dict[str | None, Callable[[Callable[[str], None]], Devices]]] = {
    None: alone,
    "mirrored": mirrored,
    "multiworker": multiworker,
}
"""What `--distribute` names. Each is given a function that tells a person how it goes."""


def is_chief(kind: str | None) -> bool:
    """Whether this machine will be the chief of such a training. Raises ConfigError for a wrong `TF_CONFIG`."""
    return kind != "multiworker" or cluster.read(os.environ.get("TF_CONFIG")).index == 0


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end the process while TensorFlow waits, which Python could not be told of before it returns."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
