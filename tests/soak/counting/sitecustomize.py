"""Python imports this first where its folder is on PYTHONPATH: notes every file of models and data that is opened.

The file that `SOAK_OPENED` names gets a line for each, from whatever process and thread.
"""

import os
import sys

ENDINGS = (".npz", ".png", ".csv", ".json")
_notes = os.environ.get("SOAK_OPENED")

if _notes:
    _out = os.open(_notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def _note(event, arguments):
        if event == "open" and not isinstance(arguments[0], int):
            path = os.fsdecode(arguments[0])
            if path.endswith(ENDINGS) and ("/aemodels/" in path or "/datasets/" in path):
                os.write(_out, f"{path}\n".encode())

    sys.addaudithook(_note)
