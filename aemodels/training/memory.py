"""How much memory this process uses."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def resident() -> int:
    """Bytes of memory that this process occupies, its code and its libraries included; 0 where nobody tells.

    Linux tells the present amount; elsewhere it is the most that there has been.
    """
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf(
            "SC_PAGE_SIZE"
        )
    except (OSError, ValueError, IndexError):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
