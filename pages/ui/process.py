"""What the serving process does once, before anybody comes and before it has threads."""

from __future__ import annotations

import sys

from aemodels import environment, heaps
from aemodels.errors import ConfigError
from pages.ui import log


def prepare() -> None:
    """Check the settings of the environment, set up the log, have few heaps in the process, and pandas imported.

    A setting that means nothing ends the process with a sentence: a server must not open a store by a misspelling.
    """
    try:
        environment.check()
    except ConfigError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    log.prepare()
    heaps.keep_few()  # a thread that has got one keeps it
    # Plotly looks at pandas wherever it finds it imported: not while another thread still imports it.
    import pandas  # noqa: F401
