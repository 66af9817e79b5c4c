"""The server's log: as Streamlit writes it, for people, or as lines of JSON (`AEMODELS_LOG=json`)."""

from __future__ import annotations

import logging
import threading
from typing import Final

import streamlit.logger
from streamlit import config

from aemodels import environment, json_log

OURS: Final = ("aemodels", "pages")
WEB_SERVER: Final = ("uvicorn", "uvicorn.error")
ACCESS: Final = "uvicorn.access"


def prepare() -> None:
    """Write lines of JSON from now on, where that is asked for: ours, Streamlit's, and those of its web server."""
    if environment.LOG.value() != "json":
        return
    handler = json_log.handler()
    for name in OURS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.INFO)
        logger.propagate = False
        logger.handlers = [handler]
    logging.getLogger().handlers = [handler]  # of all other libraries, what is a warning at least

    def instead(logger: logging.Logger) -> None:
        # A line for each request would hold addresses, and the tokens in them.
        logger.handlers = [] if logger.name == ACCESS else [handler]

    # Streamlit gives each of its loggers a handler of its own, also those that it asks for later.
    streamlit.logger.setup_formatter = instead
    streamlit.logger.update_formatter()
    for name in WEB_SERVER:
        logging.getLogger(name).setLevel(logging.WARNING)
    config.set_option("logger.enableRich", False)  # it writes uncaught exceptions past every logger
    threading.excepthook = _of_a_thread


def _of_a_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None and ended.exc_type is not SystemExit:
        found = (ended.exc_type, ended.exc_value, ended.exc_traceback)
        logging.getLogger(__name__).error("A thread has ended with an exception.", exc_info=found)
