from typing import Final

WIDE: Final = 256
"""Numbers of the widest code whose classes are told apart while a visitor waits: with feature maps as a code, as
R3's 1,568 numbers are, neighbours and probe take minutes."""
