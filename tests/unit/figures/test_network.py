"""A network as blocks: as high as the logarithm of their numbers, in the colours of the pipeline."""

import math

import pytest

from aemodels.errors import ConfigError
from aemodels.figures.network import LOWEST, Block, network, shape_words
from aemodels.figures.palette import PALETTES

BLOCKS = (
    Block("input", "Input", (28, 28, 1)),
    Block("encoder", "Convolution", (14, 14, 32), "32 filters<br>320 parameters"),
    Block("code", "Code", (1,), "1 unit"),
    Block("decoder", "Dense", (128,)),
    Block("output", "Output", (28, 28, 1)),
)


def test_heights_are_logarithms_so_that_the_bottleneck_is_seen():
    bars, _ = network(BLOCKS).data
    assert list(bars.y) == pytest.approx([LOWEST + math.log2(n) for n in (784, 6272, 1, 128, 784)])
    assert list(bars.base) == pytest.approx([-height / 2 for height in bars.y])
    assert bars.y[2] == min(bars.y) > 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_are_those_of_the_pipeline(theme):
    colours = PALETTES[theme]
    bars, _ = network(BLOCKS, theme=theme).data
    assert bars.marker.color == (
        *(colours.input, colours.code, colours.code, colours.output, colours.output),
    )
    assert bars.marker.opacity[2] == 1.0 > bars.marker.opacity[1]


def test_only_input_code_and_output_have_words_and_the_rest_is_hovered():
    figure = network(BLOCKS)
    assert [note.text for note in figure.layout.annotations] == ["28×28", "1", "28×28"]
    _, columns = figure.data
    assert columns.customdata[1] == (
        "<b>Convolution</b><br>32 filters<br>320 parameters<br>→ 14×14×32 = 6,272 numbers"
    )
    assert columns.customdata[2] == "<b>Code</b><br>1 unit<br>→ 1 number"
    assert columns.opacity == 0


def test_the_axes_are_fixed_so_that_a_finger_scrolls_the_page():
    layout = network(BLOCKS).layout
    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange
    assert not layout.dragmode


def test_shapes_are_said_as_one_writes_them():
    assert [shape_words(shape) for shape in ((28, 28, 1), (7, 7, 32), (1568,))] == [
        "28×28",
        "7×7×32",
        "1,568",
    ]


def test_half_a_network_is_refused():
    with pytest.raises(ConfigError, match="missing: code, output"):
        network(BLOCKS[:2])
