"""Long tests, run on request: `python -m tests.soak [SECTION]`. The test suite runs a small slice of each."""
