"""Which pictures there are, and how a source becomes one."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from adtrace.draw.chain import draw_chain
from adtrace.draw.cluster import draw_cluster
from adtrace.draw.exposure import draw_brand
from adtrace.draw.layers import Layers
from adtrace.draw.letters import Curves, draw_letters
from adtrace.draw.subject import Subject
from adtrace.draw.supply import draw_domain
from adtrace.errors import UsageError

if TYPE_CHECKING:
    from adtrace.export.source import Source

PICTURES: Mapping[str, Callable[[Subject, str], Layers | Curves]] = {
    "domain": draw_domain,
    "chain": draw_chain,
    "cluster": draw_cluster,
    "brand": draw_brand,
    "intervention": draw_letters,
}


def draw(source: Source, picture: str, what: str, form: str) -> bytes:
    """One picture of what this audience may see, as the bytes of an SVG or PNG file; the same for the same case.

    picture: a name of PICTURES. what: the domain (in clear, or as the audience reads it), the brand, the number of the
    cluster, "" for the letters.

    Raises:
        UsageError: there is no such thing in the case, or matplotlib is not installed.
    """
    try:
        from adtrace.draw import canvas
    except ImportError:
        raise UsageError(
            "pictures need matplotlib, which is not installed.",
            do="Install it with: pip install 'adtrace[draw]'",
        ) from None
    drawn = PICTURES[picture](Subject(source), what)
    figure = canvas.draw_layers(drawn) if isinstance(drawn, Layers) else canvas.draw_curves(drawn)
    stream = io.BytesIO()
    canvas.save(figure, stream, form)
    return stream.getvalue()
