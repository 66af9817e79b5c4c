"""Numbers as one says them."""

import pytest

from aemodels import quantities


@pytest.mark.parametrize(
    ("function", "value", "words"),
    [
        (quantities.duration, 48.2, "48 s"),
        (quantities.duration, 200, "3 min"),
        (quantities.duration, 9000, "2.5 h"),
        (quantities.about, 0.2, "1 s"),
        (quantities.about, 23, "25 s"),
        (quantities.about, 170, "3 min"),
        (quantities.about, 2000, "35 min"),
        (quantities.about, 8000, "2.2 h"),
        (quantities.memory, 811.6e6, "812 MB"),
        (quantities.memory, 999.9e6, "1.0 GB"),
        (quantities.memory, 1.94e9, "1.9 GB"),
        (quantities.count, 17, "17"),
        (quantities.count, 9_999, "9,999"),
        (quantities.count, 50_992, "51,000"),
        (quantities.count, 999_900, "1 million"),
        (quantities.count, 1_133_844, "1.13 million"),
        (quantities.flops, 24, "24 FLOP"),
        (quantities.flops, 2_262_528, "2.3 MFLOP"),
        (quantities.flops, 217_088, "217 kFLOP"),
        (quantities.flops, 2e11, "200 GFLOP"),
    ],
)
def test_a_number_is_said_as_one_says_it(function, value, words):
    assert function(value) == words
