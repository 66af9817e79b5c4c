"""The long tests: `python -m tests.soak [SECTION]`. `make test` runs a small, seeded part of each."""
