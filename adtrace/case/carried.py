"""Which rows and entries left the case with which export: who must be told when one of them is withdrawn."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, cast

import msgspec

from adtrace.case.canonical import read_json
from adtrace.case.segments import base_of

if TYPE_CHECKING:
    from adtrace.case.reader import CaseReader

EVENT = "carried"
REFERRED = "refer"

_RUN = re.compile(r"(-?\d+)(?:(?:\.\.|-)(-?\d+))?")
Runs = tuple[tuple[int, int], ...]


class _Export(msgspec.Struct, frozen=True, kw_only=True):
    """An export that left. seq: its record. party: of which network or brand. files: their names.

    to: of a referral, the authority it was handed to. is_known: False for exports of an adtrace that did not yet note
    what they carried; such a one may have carried all that was there.
    """

    seq: int
    time: str
    audience: str
    party: str
    files: tuple[str, ...]
    is_known: bool
    to: str


class Carried(_Export, frozen=True, kw_only=True):
    """An export and all that it carried, as runs of numbers."""

    sightings: Runs
    entries: Runs

    def among(self, sightings: Collection[int], entries: Collection[int]) -> "Carrier":
        """The same export with those of these rows and entries that it carried."""
        return Carrier(
            **{name: getattr(self, name) for name in _Export.__struct_fields__},
            sightings=_among(sightings, self.sightings),
            entries=_among(entries, self.entries),
        )


class Carrier(_Export, frozen=True, kw_only=True):
    """An export, and what it carried of what was asked for."""

    sightings: tuple[int, ...]
    entries: tuple[int, ...]

    @property
    def reader(self) -> str:
        """Who was given it: the authority a referral went to, else the audience, with the network or brand."""
        return self.to or (f"{self.audience}:{self.party}" if self.party else self.audience)

    @property
    def is_one(self) -> bool:
        """Whether it carried any of it, or may have."""
        return bool(self.sightings or self.entries) or not self.is_known


def carried_note(export: int, sightings: Iterable[int], entries: Iterable[int]) -> dict[str, object]:
    """The payload of the note that goes with an export; of the case alone, so that no reader of the export sees it."""
    return {
        "event": EVENT,
        "export": export,
        "sightings": spans(sightings),
        "entries": spans(entries),
    }


def read_carried(case: "CaseReader") -> list[Carried]:
    """Every export of the case, oldest first."""
    noted: dict[int, tuple[Runs, Runs]] = {}
    for row in case.rows("SELECT seq, payload FROM notes WHERE event = ?", (EVENT,)):
        said, base = cast("dict[str, int | str]", read_json(row["payload"])), base_of(row["seq"])
        noted[int(said["export"]) + base] = (
            _shifted(str(said["sightings"]), base),
            _shifted(str(said["entries"]), base),
        )
    handed: dict[int, str] = {}
    for row in case.rows("SELECT seq, payload FROM notes WHERE event = ?", (REFERRED,)):
        told = cast("dict[str, int | str]", read_json(row["payload"]))
        if "export" in told:  # else of an adtrace that did not link them
            handed[int(told["export"]) + base_of(row["seq"])] = str(told["to"])
    found = []
    for row in case.rows("SELECT seq, time, payload FROM exports ORDER BY seq"):
        manifest = cast("dict[str, object]", read_json(row["payload"]))
        listed = cast("list[dict[str, object]]", manifest.get("files", []))
        sightings, entries = noted.get(row["seq"], ((), ()))
        found.append(
            Carried(
                seq=row["seq"],
                time=row["time"],
                audience=str(manifest.get("audience", "")),
                party=str(manifest.get("party", "")),
                files=tuple(str(one["file"]) for one in listed),
                is_known=row["seq"] in noted,
                to=handed.get(row["seq"], ""),
                sightings=sightings,
                entries=entries,
            )
        )
    return found


def find_carriers(
    case: "CaseReader", sightings: Collection[int], entries: Collection[int] = ()
) -> list[Carrier]:
    """The exports that carried any of these rows or entries, or may have; oldest first."""
    return [one for one in (export.among(sightings, entries) for export in read_carried(case)) if one.is_one]


def spans(numbers: Iterable[int]) -> str:
    """Numbers as runs, ascending; "" for none.

    >>> spans([7, 1, 2, 3])
    '1..3,7'
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}..{last}" for first, last in runs)


def runs_of(text: str) -> Runs:
    """The runs that spans() wrote, ascending; before schema 3 it wrote 1-3.

    >>> runs_of("-2..3,7"), runs_of("1-3,7")
    (((-2, 3), (7, 7)), ((1, 3), (7, 7)))
    """
    return tuple((int(run[1]), int(run[2] or run[1])) for run in _RUN.finditer(text))


def _shifted(text: str, base: int) -> Runs:
    """The runs in this case's numbers; base: what is added to those of the case that wrote them."""
    return tuple((first + base, last + base) for first, last in runs_of(text))


def _among(wanted: Collection[int], runs: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Those of the wanted numbers that lie in the runs, ascending."""
    begins = [first for first, _ in runs]
    found = []
    for number in sorted(wanted):
        place = bisect_right(begins, number) - 1
        if place >= 0 and number <= runs[place][1]:
            found.append(number)
    return tuple(found)
