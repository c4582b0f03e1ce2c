"""Plain pages of a bundle: headings, sentences and tables in one HTML file that loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.names import defang, display

if TYPE_CHECKING:
    import jinja2

    from adtrace.export.source import Source


class Section(msgspec.Struct, frozen=True):
    """A heading with sentences of ours, and a table under them if it has a header; its cells may hold any text."""

    title: str
    sentences: Sequence[str] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()


def render_page(title: str, source: Source, sections: Sequence[Section]) -> bytes:
    """The page in UTF-8, with the marking under its title; every cell defanged and safe to show."""
    page = _template().render(title=title, marking=source.marking.lines, sections=sections)
    return page.encode("utf-8", "backslashreplace")


@cache
def _template() -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters["shown"] = lambda cell: "" if cell is None else defang(display(_text(cell)))
    return environment.from_string(files("adtrace.export").joinpath("page.html").read_text("utf-8"))


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return " ".join(cell) if isinstance(cell, list) else str(cell)
