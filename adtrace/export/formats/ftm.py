"""FollowTheMoney entities, one a line: accounts, networks and brands, each linked to the domain it was seen on.

Its schema has no web site: a domain is an Asset, which says that it can be owned and not by whom; every link is an
UnknownLink with its sentence (followthemoney 4.11, schema read 2026-11-22).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from adtrace.export.cells import show
from adtrace.export.formats.format import Format, one_file
from adtrace.export.statements import Statement, make_statements

if TYPE_CHECKING:
    from adtrace.export.source import Source

_SCHEMATA = {"network": "Organization", "account": "UserAccount", "brand": "LegalEntity"}


def write(source: Source, stream: BinaryIO) -> None:
    """Each entity once, before the first link that names it."""
    known: set[str] = set()
    for statement in make_statements(source):
        for entity in _entities(source, statement):
            if entity["id"] not in known:
                known.add(entity["id"])
                stream.write(
                    json.dumps(entity, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"
                )


def _entities(source: Source, statement: Statement) -> Iterator[dict[str, Any]]:
    domain = _entity(
        source,
        "Asset",
        f"domain {statement.domain}",
        name=statement.domain,
        description="A domain that an authority confirmed as hostile.",
    )
    schema = _SCHEMATA[statement.kind]
    name = f"{statement.kind} {statement.network} {statement.account_kind} {statement.what}"
    if statement.kind == "account":
        what = _entity(
            source,
            schema,
            name,
            username=statement.what,
            service=statement.network,
            description=f"{statement.account_kind or 'id'}, scope {statement.scope or 'unknown'}",
        )
    else:
        what = _entity(source, schema, f"{statement.kind} {statement.what}", name=statement.what or "unknown")
    yield from (domain, what)
    yield _entity(
        source,
        "UnknownLink",
        f"link {statement.row}",
        subject=domain["id"],
        object=what["id"],
        role=statement.grade,
        startDate=statement.first_seen,
        endDate=statement.last_seen,
        summary=statement.sentence,
        description=statement.limit,
        recordId=statement.row,
    )


def _entity(source: Source, schema: str, key: str, **properties: str | None) -> dict[str, Any]:
    digest = hashlib.sha1(source.own_name(key).encode("utf-8", "surrogatepass"), usedforsecurity=False)
    properties["description"] = " ".join(filter(None, (properties.get("description"), source.marking.labels)))
    kept = {name: [show(value)] for name, value in properties.items() if value}
    return {"id": f"adtrace-{digest.hexdigest()}", "schema": schema, "properties": kept}


FTM = Format("ftm", "case", one_file("ftm.jsonl", write))
