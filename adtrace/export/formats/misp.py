"""A MISP event: tracking-ids and placements as objects, no attribute for detection, for the own organisation only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import NAMESPACE_URL, uuid5

from adtrace.export.formats.format import Format, one_file
from adtrace.export.formats.optional import need
from adtrace.export.formats.stix import domain_name
from adtrace.export.limits import LIMITS
from adtrace.export.statements import Statement, make_statements
from adtrace.names import defang

if TYPE_CHECKING:
    from adtrace.export.source import Source

TEMPLATES = files("adtrace.export.formats").joinpath("misp_objects")
_NAMESPACE = uuid5(NAMESPACE_URL, "adtrace/misp")
_ORGANISATION_ONLY, _INHERIT = 0, 5  # distribution
_UNDEFINED, _COMPLETED = 4, 2  # threat level, analysis


def write(source: Source, stream: BinaryIO) -> None:
    """One event; each statement an object, ids of accounts as `tracking-id`, which MISP itself knows.

    Pseudonyms of domains are names under .invalid; the objects' uuids are made of the rows' names, so that a second
    export updates the first. Each object is written as soon as it is made: an event of pymisp holds all of them.
    """
    pymisp = need("pymisp", "misp")
    event = pymisp.MISPEvent()
    event.uuid = str(uuid5(_NAMESPACE, f"{source.case.short}/{source.audience}/{source.party}"))
    event.info = f"adtrace: advertising seen on confirmed domains, for the {source.audience}"
    event.date = source.as_of[:10] if len(source.as_of) >= 10 else f"{source.as_of}-01"
    event.distribution, event.threat_level_id, event.analysis = _ORGANISATION_ONLY, _UNDEFINED, _COMPLETED
    for tag in (f"tlp:{source.marking.tlp}", f"PAP:{source.marking.pap.upper()}"):
        event.add_tag(tag)
    event.add_attribute("comment", "\n".join(LIMITS), to_ids=False, distribution=_INHERIT)
    said = json.loads(event.to_json())
    said.pop("Object", None)
    stream.write(f'{{"Event": {json.dumps(said)[:-1]}, "Object": ['.encode("ascii"))
    for number, made in enumerate(_objects(pymisp, source)):
        stream.write(b",\n" if number else b"\n")
        stream.write(json.dumps(json.loads(made.to_json())).encode("ascii"))
    stream.write(b"\n]}}\n")


def _objects(pymisp: Any, source: Source) -> Iterator[Any]:
    for statement in make_statements(source):
        yield _placement(pymisp, source, statement)
        if statement.kind == "account":
            yield _tracking_id(pymisp, source, statement)


def _placement(pymisp: Any, source: Source, statement: Statement) -> Any:
    made = pymisp.MISPObject("adtrace-placement", misp_objects_template_custom=_template())
    made.uuid = _uuid(source, f"placement {statement.row}")
    made.comment = defang(f"{statement.sentence} {statement.limit}")
    values = {
        "domain": domain_name(source, statement.domain),
        "kind": statement.kind,
        "what": statement.what,
        "network": statement.network,
        "account-kind": statement.account_kind,
        "scope": statement.scope,
        "basis": statement.basis,
        "state": statement.state,
        "certainty": statement.certainty,
        "sightings": statement.sightings,
        "first-seen": statement.first_seen,
        "last-seen": statement.last_seen,
        "row": statement.row,
    }
    return _filled(made, source, statement, values)


@cache
def _template() -> dict[str, Any]:
    """How MISP is told what the object holds."""
    found: dict[str, Any] = json.loads(
        TEMPLATES.joinpath("adtrace-placement", "definition.json").read_text("utf-8")
    )
    return found


def _tracking_id(pymisp: Any, source: Source, statement: Statement) -> Any:
    made = pymisp.MISPObject("tracking-id")
    made.uuid = _uuid(source, f"tracking-id {statement.row}")
    values = {
        "id": statement.what,
        "tracker": statement.network,
        "hostname": domain_name(source, statement.domain),
        "description": defang(f"{statement.sentence} ({statement.grade}) {statement.limit}"),
    }
    return _filled(made, source, statement, values)


def _filled(made: Any, source: Source, statement: Statement, values: dict[str, Any]) -> Any:
    made.distribution = _INHERIT
    for name, value in values.items():
        if value not in (None, ""):
            made.add_attribute(
                name,
                value=str(value),
                to_ids=False,
                distribution=_INHERIT,
                uuid=_uuid(source, f"{made.name} {statement.row} {name}"),
            )
    return made


def _uuid(source: Source, name: str) -> str:
    return str(uuid5(_NAMESPACE, source.own_name(name)))


MISP = Format("misp", "case", one_file("misp.json", write), extra="formats")
