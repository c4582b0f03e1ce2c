"""STIX 2.1: what was observed, and relations that say no more than "related"; nothing in it is an indicator.

A pseudonym of a domain stands as a name under .invalid, which nothing can resolve (RFC 2606). Ids are made of what is
shown, so that a second export of the same names has the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import NAMESPACE_URL, uuid5

from adtrace.export.formats.format import Format, one_file
from adtrace.export.formats.optional import need
from adtrace.export.limits import LIMITS
from adtrace.export.statements import Statement, make_statements

if TYPE_CHECKING:
    from adtrace.case.entry import Tlp
    from adtrace.export.source import Source

# The marking definitions of TLP 2.0 and their extension (OASIS, cti-stix-common-objects, 2022-10-01).
_TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_TLP: dict[Tlp, str] = {
    "clear": "94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_TLP_CREATED = "2022-10-01T00:00:00.000Z"
_NAMESPACE = uuid5(NAMESPACE_URL, "adtrace/stix")


def write(source: Source, stream: BinaryIO) -> None:
    """One bundle, an object a line, each written as soon as it is made."""
    stix2 = need("stix2", "stix")
    start = f'{{"type": "bundle", "id": "bundle--{_uuid(source, "bundle")}", "objects": [\n'
    stream.write(start.encode("ascii"))
    for number, made in enumerate(_objects(source, stix2)):
        stream.write((b",\n" if number else b"") + made.serialize(ensure_ascii=True).encode("ascii"))
    stream.write(b"\n]}\n")


def _objects(source: Source, stix2: Any) -> Iterator[Any]:
    as_of = _time(source.as_of)
    markings = _markings(source, stix2, as_of)
    refs = [made.id for made in markings]
    author = stix2.v21.Identity(
        id=f"identity--{_uuid(source, 'adtrace')}",
        name="adtrace",
        identity_class="system",
        description="Reads which advertising stands on domains that an authority confirmed; judges nobody.",
        created=as_of,
        modified=as_of,
        object_marking_refs=refs,
    )
    common = {"created_by_ref": author.id, "created": as_of, "modified": as_of, "object_marking_refs": refs}
    yield from (*markings, author)
    known: set[str] = set()
    listed: list[str] = []
    for statement in make_statements(source):
        for made in _told(source, stix2, statement, common, refs):
            if made.id not in known:
                known.add(made.id)
                listed.append(made.id)
                yield made
    if listed:
        yield stix2.v21.Grouping(
            id=f"grouping--{_uuid(source, 'grouping')}",
            name="Advertising seen on domains that an authority confirmed",
            context="unspecified",
            object_refs=listed,
            **common,
        )
        yield stix2.v21.Note(
            id=f"note--{_uuid(source, 'limits')}",
            abstract="What this does not say",
            content="\n".join(LIMITS),
            object_refs=[f"grouping--{_uuid(source, 'grouping')}"],
            **common,
        )


def _markings(source: Source, stix2: Any, as_of: str) -> list[Any]:
    label = source.marking.tlp
    tlp = stix2.v21.MarkingDefinition(
        id=f"marking-definition--{_TLP[label]}",
        name=f"TLP:{label.upper()}",
        created=_TLP_CREATED,
        extensions={_TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": label}},
    )
    pap = stix2.v21.MarkingDefinition(
        id=f"marking-definition--{_uuid(source, f'pap {source.marking.pap}')}",
        created=as_of,
        definition_type="statement",
        definition=stix2.v21.StatementMarking(statement=source.marking.lines[1]),
    )
    return [tlp, pap]


def _told(
    source: Source, stix2: Any, statement: Statement, common: dict[str, Any], refs: list[str]
) -> Iterator[Any]:
    """The objects of one statement: its two ends, their relation, and when both were observed together."""
    domain = stix2.v21.DomainName(value=domain_name(source, statement.domain), object_marking_refs=refs)
    end = _ENDS[statement.kind](source, stix2, statement, common)
    yield from (domain, end)
    yield stix2.v21.Relationship(
        id=f"relationship--{_uuid(source, statement.row)}",
        relationship_type="related-to",
        source_ref=domain.id,
        target_ref=end.id,
        description=f"{statement.sentence} ({statement.grade}) {statement.limit}",
        **common,
    )
    seen = [domain.id, end.id] if statement.kind == "account" else [domain.id]
    yield stix2.v21.ObservedData(
        id=f"observed-data--{_uuid(source, statement.row)}",
        first_observed=_time(statement.first_seen),
        last_observed=_time(statement.last_seen),
        number_observed=max(statement.sightings, 1),
        object_refs=seen,
        **common,
    )


def _identity(source: Source, stix2: Any, statement: Statement, common: dict[str, Any]) -> Any:
    what = {"network": "An ad system, by its name in adtrace's cards.", "brand": "Named by what is offered."}
    return stix2.v21.Identity(
        id=f"identity--{_uuid(source, f'{statement.kind} {statement.what}')}",
        name=statement.what or "unknown",
        identity_class="organization",
        description=what[statement.kind],
        **common,
    )


def _account(source: Source, stix2: Any, statement: Statement, common: dict[str, Any]) -> Any:
    network = statement.network or "unknown"
    return stix2.v21.UserAccount(
        id=f"user-account--{_uuid(source, f'account {network} {statement.account_kind} {statement.what}')}",
        user_id=statement.what,
        account_type=network,
        display_name=f"{network} {statement.account_kind} (scope {statement.scope or 'unknown'})",
        object_marking_refs=common["object_marking_refs"],
    )


_ENDS: dict[str, Callable[[Source, Any, Statement, dict[str, Any]], Any]] = {
    "network": _identity,
    "account": _account,
    "brand": _identity,
}


def domain_name(source: Source, shown: str) -> str:
    """The shown domain as a domain name: a pseudonym under .invalid."""
    return shown if source.names.shows_domains else f"{shown}.invalid"


def _time(time: str) -> str:
    """A time that may be rounded to a day or month, as the first moment of it."""
    return f"{time}-01T00:00:00Z" if len(time) == 7 else f"{time}T00:00:00Z" if len(time) == 10 else time


def _uuid(source: Source, name: str) -> str:
    return str(uuid5(_NAMESPACE, source.own_name(name)))


STIX = Format("stix", "case", one_file("stix.json", write), extra="formats")
