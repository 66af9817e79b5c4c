"""Data of one's own: files of a visitor → a data set of the image contract.

`bring.py` reads bytes into an immutable record (`record.py`), having checked everything before anything is
unpacked; `making.py` makes a `Dataset` of it, by one of two ways (`contract.py`); `drawings.py` makes one of a
few drawings.
"""
