"""Which domains resemble a brand's."""

import pytest

from adtrace.brands.look_alikes import looks_like


@pytest.mark.parametrize(
    ("domain", "own", "how"),
    [
        ("harbour-bonus.test", "harbour.example", "part"),
        ("my-harb0ur-shop.test", "harbour.example", "part"),
        ("xn--hrbour-iua.test", "harbour.example", "homoglyph"),
        ("harbourview.test", "harbour.example", None),
        ("apple-pie.test", "apple.example", None),
        ("harb0ur.example", "harbour.example", "homoglyph"),
        ("xn--hrbour-3nf.example", "harbour.example", "homoglyph"),  # a Cyrillic letter
        ("rnarket.example", "market.example", "homoglyph"),
        ("harbor.example", "harbour.example", "edit"),
        ("harbuor.example", "harbour.example", "edit"),
        ("harbourr.test", "harbour.example", "edit"),
        ("harbour.test", "harbour.example", None),
        ("harbour.example", "harbour.example", None),
        ("tida.example", "tide.example", None),
        ("arbor.example", "harbour.example", None),
        ("other.example", "harbour.example", None),
    ],
)
def test_resemblance(domain: str, own: str, how: str | None) -> None:
    """One edit in a long name, or the same letters to the eye; never the name itself or a short word."""
    assert looks_like(domain, own) == how
