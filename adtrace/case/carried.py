"""Which rows and entries left the case with which export: who must be told when one of them is withdrawn."""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, cast

import msgspec

from adtrace.case.canonical import read_json

if TYPE_CHECKING:
    from adtrace.case.reader import CaseReader

EVENT = "carried"


class Carrier(msgspec.Struct, frozen=True):
    """An export that carried some of what was asked for.

    seq: its record. files: their names. is_known: False for exports of an adtrace that did not yet note what they
    carried; such a one may have carried all that was there.
    """

    seq: int
    time: str
    audience: str
    files: tuple[str, ...]
    sightings: tuple[int, ...]
    entries: tuple[int, ...]
    is_known: bool = True


def carried_note(export: int, sightings: Iterable[int], entries: Iterable[int]) -> dict[str, object]:
    """The payload of the note that goes with an export; of the case alone, so that no reader of the export sees it."""
    return {
        "event": EVENT,
        "export": export,
        "sightings": spans(sightings),
        "entries": spans(entries),
    }


def find_carriers(
    case: "CaseReader", sightings: Collection[int], entries: Collection[int] = ()
) -> list[Carrier]:
    """The exports that carried any of these rows or entries, oldest first."""
    noted = {}
    for row in case.rows("SELECT payload FROM notes WHERE event = ?", (EVENT,)):
        said = cast("dict[str, int | str]", read_json(row["payload"]))
        noted[said["export"]] = (
            _among(sightings, str(said["sightings"])),
            _among(entries, str(said["entries"])),
        )
    found = []
    for row in case.rows("SELECT seq, time, payload FROM exports ORDER BY seq"):
        rows, listed = noted.get(row["seq"], ((), ()))
        is_known = row["seq"] in noted
        if rows or listed or not is_known:
            manifest = cast("dict[str, object]", read_json(row["payload"]))
            listed_files = cast("list[dict[str, object]]", manifest.get("files", []))
            files = tuple(str(one["file"]) for one in listed_files)
            audience = str(manifest.get("audience", "nobody named"))
            found.append(Carrier(row["seq"], row["time"], audience, files, rows, listed, is_known))
    return found


def spans(numbers: Iterable[int]) -> str:
    """Numbers as runs, ascending; "" for none.

    >>> spans([7, 1, 2, 3])
    '1-3,7'
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _among(wanted: Collection[int], text: str) -> tuple[int, ...]:
    """Those of the wanted numbers that lie in the runs."""
    runs = [
        (int(first), int(last or first))
        for first, _, last in (run.partition("-") for run in text.split(",") if run)
    ]
    begins = [first for first, _ in runs]
    found = []
    for number in sorted(wanted):
        place = bisect_right(begins, number) - 1
        if place >= 0 and number <= runs[place][1]:
            found.append(number)
    return tuple(found)
