"""What was and was not done, point by point beside the guides for evidence from the open web."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from adtrace.case import read_json
from adtrace.export.limits import LIMITS
from adtrace.export.page import Section, render_page

if TYPE_CHECKING:
    from adtrace.export.source import Source

MET = {
    "yes": "yes",
    "partly": "in part",
    "case": "by the people who run the case",
    "no": "no",
}


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a guide asks, in our words; what was done; whether that meets it."""

    asks: str
    does: str
    met: Literal["yes", "partly", "case", "no"]


class Guide(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One guide, and the points of it that a tool can speak to."""

    name: str
    source: str
    point: list[Point]


@cache
def load_guides() -> tuple[Guide, ...]:
    """The guides, in the order of methodology.toml."""
    known = tomllib.loads(files("adtrace.export").joinpath("methodology.toml").read_text("utf-8"))
    return tuple(msgspec.convert(guide, Guide) for guide in known["guide"])


def methodology_page(source: Source) -> bytes:
    """The page, with the runs of this case as the reader may know of them."""
    guides = [
        Section(
            guide.name,
            (
                guide.source,
                "Points are named in our words, not quoted; compare them with the guide's current text.",
            ),
            ("it asks for", "what was done", "met"),
            [(point.asks, point.does, MET[point.met]) for point in guide.point],
        )
        for guide in load_guides()
    ]
    not_met = [
        (guide.name.partition(",")[0], point.asks, MET[point.met])
        for guide in load_guides()
        for point in guide.point
        if point.met != "yes"
    ]
    return render_page(
        "How this was made, and what was not done",
        source,
        [
            _made(source),
            Section("What is not met, or not by the tool alone", (), ("guide", "point", "met"), not_met),
            *guides,
            Section("What this does not say", LIMITS),
        ],
    )


def _made(source: Source) -> Section:
    sentences = (
        (
            f"adtrace {version('adtrace')} read the HTML and ad-tag metadata of domains that an authority had"
            " confirmed; it asked for no media, ran no script, clicked nothing and discovered no domain."
        ),
        f"What is said here is as of {source.as_of} (UTC).",
        "The case was verified whole before this was written; the export is a record of it.",
    )
    if source.names.is_outside:
        return Section("What was done", sentences)
    header = ("run", "began", "reach", "pages", "vantage point", "egress", "knowledge", "policy")
    return Section("What was done", sentences, header, list(_runs(source)))


def _runs(source: Source) -> Iterator[tuple[Any, ...]]:
    """One line a run: how far it reached, from where, with which cards and rules."""
    for row in source.case.rows("SELECT seq, started, settings FROM runs ORDER BY seq"):
        said: Any = read_json(row["settings"])
        name = source.case.public_id("note", row["seq"])
        source.records.add(name)
        vantage = source.names.text(said["profile"]["egress"])
        yield (
            name, row["started"], said["reach"], said["pages"], vantage, said["egress"],
            said["knowledge"], said["policy"],
        )  # fmt: skip
