"""Sightings as rows of their table, and back."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from adtrace.case.canonical import read_json, sealed_bytes
from adtrace.case.stored_text import stored_text
from adtrace.extract.sighting import Decoded, Locator, Sighting

# The table's columns: whose it is, then the fields of a Sighting in their order.
OWNERS = ("row", "extraction", "capture", "entry", "domain")
FIELDS = tuple(field.name for field in msgspec.structs.fields(Sighting))
Cell = str | int | None
_DECODED = msgspec.json.Decoder(tuple[Decoded, ...])
_LOCATOR = msgspec.json.Decoder(Locator)
_DECLARED = msgspec.json.Decoder(dict[str, str | int])


def sighting_cells(sighting: Sighting) -> tuple[Cell, ...]:
    """The cells of FIELDS, in stored form."""
    locator = sighting.locator
    return (
        sighting.id,
        sighting.kind,
        sighting.via,
        _common(sighting.network),
        _common(sighting.company),
        int(sighting.advertising),
        _text(sighting.account),
        _common(sighting.account_kind),
        sighting.scope,
        _text(sighting.brand),
        sighting.role,
        _common(sighting.host),
        _common(sighting.ad_domain),
        stored_text(sighting.value),
        _json([{"encoding": item.encoding, "text": item.text} for item in sighting.decoded]),
        sighting.basis,
        sighting.state,
        sighting.certainty,
        _json({"part": locator.part, "path": locator.path, "start": locator.start, "end": locator.end}),
        _common(sighting.url),
        _common(sighting.rule),
        _text(sighting.source),
        _json(sighting.declared),
    )


def sighting_of(cells: Sequence[Cell]) -> Sighting:
    """The sighting whose cells of FIELDS `Case.rows` gives."""
    found: dict[str, object] = dict(zip(FIELDS, cells, strict=True))
    found["advertising"] = bool(found["advertising"])
    found["decoded"] = _value(str(found["decoded"]), _DECODED)
    found["locator"] = _value(str(found["locator"]), _LOCATOR)
    found["declared"] = _value(str(found["declared"]), _DECLARED)
    return Sighting(**found)  # type: ignore[arg-type]


def _value(text: str, decoder: msgspec.json.Decoder[Any]) -> object:
    # One pass for nearly all; only escaped characters need read_json.
    return decoder.decode(text) if "\\u001a" not in text else msgspec.convert(read_json(text), decoder.type)


def _text(value: str | None) -> str | None:
    return None if value is None else stored_text(value)


# What cards and addresses say recurs from line to line.
_common = lru_cache(maxsize=4096)(_text)


def _json(value: dict[str, Any] | list[Any]) -> str:
    if not value:  # as nearly always
        return "{}" if isinstance(value, dict) else "[]"
    return sealed_bytes(value).decode()
