"""A small slice of the mutated files; `make soak SECTION=pictures` and `datasets` take all of them."""

import pytest

from tests.soak import fuzzing

SLICE = {"pictures": 300, "datasets": 100}


@pytest.mark.parametrize("kind", SLICE)
def test_what_is_mutated_is_answered_within_bounds(kind):
    fuzzing.run(kind, SLICE[kind])
