"""How kinds are drawn is said once, for pictures and page."""

import re
from importlib.resources import files

from adtrace.relate.schema import load_schema
from adtrace.relate.styles import load_styles


def test_every_kind_has_a_shape_and_a_colour_of_its_own() -> None:
    """No meaning by colour alone."""
    styles = load_styles()
    assert styles.keys() == {node.kind for node in load_schema().node}
    assert len({style.colour for style in styles.values()}) == len(styles)


def contrast_on_white(colour: str) -> float:
    """The contrast ratio of #rrggbb and white, 1 to 21 (WCAG 2.2, "contrast ratio" and "relative luminance")."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def test_contrast_is_the_standard_s() -> None:
    """The ends of the scale, and the grey that just reaches 4.5."""
    found = [round(contrast_on_white(colour), 2) for colour in ("#ffffff", "#000000", "#767676")]
    assert found == [1.0, 21.0, 4.54]


def test_every_colour_stands_out_on_white() -> None:
    """At least 4.5 to 1 (WCAG 2.2, 1.4.3), so that it can also be read as text."""
    ratios = {kind: contrast_on_white(style.colour) for kind, style in load_styles().items()}
    assert len(ratios) == len(load_schema().node)
    assert [kind for kind, ratio in ratios.items() if ratio < 4.5] == []


def test_the_page_uses_the_same_colours_on_light_ground() -> None:
    """A reader who has both sees one thing."""
    page = files("adtrace.report").joinpath("templates", "report.css").read_text("utf-8")
    light = page[: page.index("@media")]
    assert {kind: re.search(rf"--{kind}: (#\w+)", light)[1] for kind in load_styles()} == {  # type: ignore[index]
        kind: style.colour for kind, style in load_styles().items()
    }
