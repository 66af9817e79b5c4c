"""The palette: ten colours that differ, and text that can be read on its ground."""

from dataclasses import fields
from itertools import combinations

import pytest

from aemodels.figures.palette import BOTH, DIGITS, PALETTES, class_colour, palette


def rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))


def luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """As WCAG 2.1 defines it, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_ten_digits_have_ten_colours_and_an_eleventh_class_has_one_too():
    assert len(set(DIGITS)) == 10
    assert (
        min(
            sum((a - b) ** 2 for a, b in zip(rgb(p), rgb(q), strict=True)) for p, q in combinations(DIGITS, 2)
        )
        > 0.02
    )
    assert class_colour(10) == class_colour(0) == "#3f90da"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_on_the_card_of_its_theme(theme):
    colours = PALETTES[theme]
    assert contrast(colours.text, colours.card) > 12
    assert contrast(colours.muted, colours.card) > 4.5
    for name in ("input", "code", "output", "noise"):
        assert contrast(getattr(colours, name), colours.card) > 3, name


def test_colours_for_both_themes_can_be_seen_on_both_cards():
    for name in ("text", "muted", "input", "code", "output"):
        for theme in PALETTES.values():
            assert contrast(getattr(BOTH, name), theme.card) > 2.8, name


def test_a_theme_has_a_value_for_every_colour():
    assert palette(None) is BOTH
    for theme in ("light", "dark"):
        assert all(getattr(palette(theme), field.name) for field in fields(BOTH))
