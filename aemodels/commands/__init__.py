"""The commands of `python -m aemodels`, a file each.

`arguments(parser)` says what a command takes, `run(options)` does it.
"""
