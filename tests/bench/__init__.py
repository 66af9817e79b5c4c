"""Benchmarks: `make bench`, or `make bench SECTION=latency`. Speed is told as a ratio within one run."""
