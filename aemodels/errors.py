"""The exceptions of the playground.

Each carries one sentence for the person who caused it: what was wrong, what is allowed, what to do.
Pages and the command line show that sentence as it stands, never a traceback.
"""


class AemodelsError(ValueError):
    """Anything that a visitor or a caller can put right; `str(error)` is the sentence to show."""


class ConfigError(AemodelsError):
    """A setting of a model or of a training is out of range, or two settings contradict each other."""


class ImageError(AemodelsError):
    """A picture cannot be read, is too large, or has nothing on it."""


class DatasetError(AemodelsError):
    """A data set is unknown, damaged, or cannot be had on this machine."""


class CorruptionError(AemodelsError):
    """A kind or a level of noise that does not exist."""


class StoreError(AemodelsError):
    """A model's name, its folder, or something in that folder is not acceptable."""
