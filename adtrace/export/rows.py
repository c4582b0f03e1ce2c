"""The rows of each table, in clear, from the case and what was related; rewriting comes after (source.py)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from adtrace.case.links import feeds_links
from adtrace.case.row_ids import row_id
from adtrace.export.batches import Batch, read_sightings
from adtrace.relate.schema import load_schema
from adtrace.relate.seen import CERTAINTIES

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.case.entry import EntryRow
    from adtrace.relate.findings import Findings
    from adtrace.relate.graph import Graph

Row = dict[str, Any]
_EVIDENCE = 3  # sightings that a row names; `adtrace show` names all


class Facts:
    """A case, with what its rows need looked up once, each when it is first needed.

    allowed: the sightings an outside reader may be told of (party.py); None: all. entries: those it may be told of
    (sharing.py); None: all that are not withdrawn.
    """

    def __init__(
        self,
        case: Case,
        allowed: Collection[int] | None = None,
        entries: Mapping[int, EntryRow] | None = None,
    ) -> None:
        self.case, self.allowed = case, allowed
        if entries is None:
            entries = {row.seq: row for row in case.entries() if row.status != "withdrawn"}
        self.entries = entries
        self.authority: dict[str, Row] = {}
        by_domain = defaultdict(list)
        for row in entries.values():
            by_domain[row.entry.domain].append(row.entry)
        for domain, listed in by_domain.items():
            self.authority[domain] = {
                "domain": domain,
                "authority": _joined(entry.authority for entry in listed),
                "reference": _joined(entry.reference for entry in listed),
            }

    @cached_property
    def findings(self) -> Findings:
        """What is concluded of the whole case."""
        from adtrace.relate.findings import relate

        return relate(self.case)

    @cached_property
    def captures(self) -> dict[int, tuple[str, str, str | None]]:
        """Time, document and page state of each capture, by the number of its record."""
        rows = self.case.rows("SELECT seq, time, document, page_state FROM captures")
        return {row["seq"]: (row["time"], row["document"], row["page_state"]) for row in rows}

    @cached_property
    def through(self) -> dict[int, str]:
        """The network whose click URL or ad response names a brand, by the number of the brand's sighting."""
        rows = self.case.rows(
            "SELECT sighting, target FROM link_sightings JOIN links ON links.id = link"
            " WHERE edge = 'offered_through'"
        )
        return {row["sighting"]: row["target"] for row in rows}

    def evidence(self, members: Sequence[int]) -> list[str]:
        """Public ids of the first of these sightings."""
        return [self.case.public_id("sighting", row) for row in members[:_EVIDENCE]]

    def number_by(self, column: str) -> dict[Any, int]:
        """How many sightings there are for each value of a column."""
        return dict(
            map(tuple, self.case.rows(f"SELECT {column}, count(*) FROM current_sightings GROUP BY 1"))
        )


def domains(facts: Facts) -> Iterator[Row]:
    """Every domain that is not withdrawn, in order of name."""
    operators = {domain: found.id for found in facts.findings.operators for domain in found.domains}
    captured, tied, numbers = _captured(facts), _tied(facts.findings.graph), facts.number_by("domain")
    entries = defaultdict(list)
    for row in facts.entries.values():
        entries[row.entry.domain].append(row)
    for domain in sorted(entries):
        seen = captured[domain]
        states = Counter(row["page_state"] for row in seen if row["page_state"])
        yield {
            **facts.authority[domain],
            **_as_listed(entries[domain]),
            "seen": facts.findings.domains[domain],
            "page_states": _joined(f"{state} {n}" for state, n in sorted(states.items())),
            "networks": len(tied["places", domain]),
            "accounts": len(tied["carries", domain]),
            "brands": len(tied["offered_on", domain]),
            "operator": operators.get(domain, ""),
            "sightings": numbers.get(domain, 0),
            "first_seen": min((row["time"] for row in seen), default=None),
            "last_seen": max((row["time"] for row in seen), default=None),
            "captures": [facts.case.public_id("outcome", row["seq"]) for row in seen],
        }


def _captured(facts: Facts) -> dict[str, list[Row]]:
    """The captures of each domain, in the order of the ledger."""
    found: dict[str, list[Row]] = defaultdict(list)
    # "+": in the order of the ledger SQLite would look every capture's entry up in a list without an index.
    for row in facts.case.rows(
        "SELECT seq, time, domain, page_state FROM captures WHERE entry_status <> 'withdrawn' ORDER BY +seq"
    ):
        found[row["domain"]].append(dict(row))
    return found


def _tied(graph: Graph) -> dict[tuple[str, str], set[str]]:
    """What is placed, carried and offered on each domain, by (edge, domain)."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for source, target, data in graph.edges(data=True):
        if data["edge"] in ("places", "carries"):
            found[data["edge"], graph.nodes[source]["name"]].add(target)
        elif data["edge"] == "offered_on":
            found["offered_on", graph.nodes[target]["name"]].add(source)
    return found


def _as_listed(entries: Sequence[EntryRow]) -> Row:
    """What the entries of one domain say of it, each different word once."""
    return {
        "units": _joined(row.entry.unit for row in entries),
        "category": _joined(row.entry.category for row in entries),
        "site_role": _joined(row.entry.site_role for row in entries),
        "handling": _joined(row.entry.handling for row in entries),
        "tlp": _joined(row.entry.tlp for row in entries),
        "status": _joined(row.status for row in entries),
        "stale": any(row.stale for row in entries),
    }


def networks(facts: Facts) -> Iterator[Row]:
    """Networks on the operators' own pages, a row a domain and network."""
    keys = ("domain", "network", "basis", "state")
    yield from _grouped(facts, "networks", keys, ("company", "advertising"), "kind = 'network'")


def accounts(facts: Facts) -> Iterator[Row]:
    """Accounts on the operators' own pages and declared in their files, a row a domain and account."""
    keys = ("domain", "network", "system", "account", "account_kind", "scope", "basis", "state")
    where = "kind IN ('account', 'declaration') AND locator ->> 'part' <> 'sellers_json'"
    for row in _grouped(facts, "accounts", keys, ("ad_domain", "relation"), where, _with_system):
        name = f"{row['network']}/{row['account_kind']}/{row['account']}"
        # Who holds it is concluded of the whole case, which an outside reader is not told of.
        holder = None if facts.allowed is not None else facts.findings.holders.get(name, "unknown")
        yield {**row, "holder_role": holder}


def brands(facts: Facts) -> Iterator[Row]:
    """Brands on the operators' own pages, a row a domain and brand."""
    keys = ("domain", "brand", "role", "through", "basis", "state")

    def with_through(batch: Batch) -> Batch:
        return {**batch, "through": [facts.through.get(row, "") for row in batch["row"]]}

    yield from _grouped(facts, "brands", keys, (), "kind = 'brand'", with_through)


def sightings(facts: Facts, columns: Collection[str]) -> Iterator[Batch]:
    """Every sighting, whatever page it was on, in batches; of these columns of its table."""
    stored = [_SIGHTING_NAMES.get(name, name) for name in columns]
    for batch in read_sightings(facts, [*stored, "kind", "domain"]):
        shown = {name: batch[_SIGHTING_NAMES.get(name, name)] for name in (*columns, "kind", "domain", "row")}
        for column, type_ in (("id", "sighting"), ("capture", "outcome")):
            if column in shown:
                shown[column] = facts.case.public_ids(type_, shown[column])
        if "advertising" in shown:
            shown["advertising"] = [bool(value) for value in shown["advertising"]]
        yield shown


# Columns of the table whose values stand under another name in current_sightings.
_SIGHTING_NAMES = {"id": "row", "fact": "id"}


def captures(facts: Facts) -> Iterator[Row]:
    """Documents read and redirects seen, in order of time."""
    numbers = facts.number_by("capture")
    for row in _outcomes(facts, ("captured", "redirected")):
        yield {
            **row,
            "sightings": numbers.get(row["seq"], 0),
            "run": facts.case.public_id("note", row["run"]),
        }


def refusals(facts: Facts) -> Iterator[Row]:
    """What was denied before contact, then what ended without a document; each in order of time."""
    for found in facts.case.rows("SELECT * FROM decisions WHERE verdict = 'deny' ORDER BY seq"):
        entry = facts.entries.get(found["entry"])
        if entry:
            yield {
                **facts.authority[entry.entry.domain],
                "id": facts.case.public_id("decision", found["seq"]),
                "seen": found["time"],
                "document": found["document"],
                "outcome": "denied",
                "layer": "policy",
                "rule": found["rule"],
                "reason": found["reason"],
                "address": found["url"],
                "url": found["url"],
            }
    for row in _outcomes(facts, ("refused", "failed", "interrupted")):
        yield {**row, "rule": None, "address": row["url"]}


def links(facts: Facts) -> Iterator[Row]:
    """Distinct edges, in the order they were first written; one is in memory at a time."""
    sentences = {edge.id: edge.sentence for edge in load_schema().edge}
    for found in facts.case.rows(_LINKS):
        row = dict(zip(found.keys(), found, strict=True))
        pairs: list[tuple[int, int]] = msgspec.json.decode(row["seen"])
        members = [number for number, _ in pairs]
        captures = sorted({capture for _, capture in pairs})
        yield {
            **row,
            "row": row_id(facts.case, "links", [row["id"]]),
            "members": members,
            "evidence": facts.evidence(members),
            **facts.authority[row["domain"]],
            "sentence": sentences.get(row["edge"], ""),
            "sightings": row["count"],
            "captures": facts.case.public_ids("outcome", captures),
        }


_LINKS = """
SELECT links.*, (
  SELECT json_group_array(json_array(row, capture))
  FROM (SELECT row, capture FROM link_sightings JOIN sightings ON row = sighting WHERE link = links.id ORDER BY row)
) AS seen
FROM links ORDER BY rowid"""


# The rows of each table but sightings, by its name.
MAKERS: Mapping[str, Callable[[Facts], Iterator[Row]]] = {
    "domains": domains,
    "networks": networks,
    "accounts": accounts,
    "brands": brands,
    "captures": captures,
    "refusals": refusals,
    "links": links,
}


def _outcomes(facts: Facts, wanted: tuple[str, ...]) -> Iterator[Row]:
    for found in facts.case.rows(
        "SELECT o.*, d.entry, d.url, d.run, d.depth, d.document AS asked FROM outcomes AS o"
        " JOIN decisions AS d ON d.seq = o.decision ORDER BY o.seq"
    ):
        entry = facts.entries.get(found["entry"])
        if entry and found["outcome"] in wanted:
            row = dict(zip(found.keys(), found, strict=True))
            about = facts.authority[entry.entry.domain]
            public = facts.case.public_id("outcome", row["seq"])
            yield {
                **row,
                **about,
                "id": public,
                "seen": row["time"],
                "document": row["document"] or row["asked"],
            }


def _with_system(batch: Batch) -> Batch:
    """The selling system's domain, of what is declared."""
    pairs = zip(batch["kind"], batch["host"], strict=True)
    return {**batch, "system": [host if kind == "declaration" else None for kind, host in pairs]}


def _grouped(
    facts: Facts,
    table: str,
    keys: tuple[str, ...],
    more: Sequence[str],
    where: str,
    complete: Callable[[Batch], Batch] = lambda batch: batch,
) -> Iterator[Row]:
    """One row for each distinct value of keys, as first seen, with what its sightings have together.

    more: columns of which the first sighting's value is taken. members: the numbers of the sightings it stands for.
    complete: adds the keys that are no columns of sightings.
    """
    stored = (*(key for key in keys if key not in ("system", "through")), *more, "kind", "host")
    read = dict.fromkeys((*stored, "capture", "seen", "page_state", "certainty", "relation"))
    groups: dict[tuple[Any, ...], _Group] = {}
    for batch in map(complete, read_sightings(facts, read, where)):
        own = map(feeds_links, batch["page_state"])
        seen = zip(*(batch[name] for name in _Group.READS), strict=True)
        named = zip(*(batch[key] for key in keys), strict=True)
        for number, (is_own, key, one) in enumerate(zip(own, named, seen, strict=True)):
            if not is_own:
                continue
            group = groups.get(key)
            if group is None:
                group = groups[key] = _Group({name: batch[name][number] for name in more})
            group.add(*one)
    for key, group in groups.items():
        row = dict(zip(keys, key, strict=True))
        row["row"] = row_id(facts.case, table, key)
        row["evidence"] = facts.evidence(group.members)
        yield {**facts.authority[row["domain"]], **row, **group.cells(facts.case)}


class _Group:
    """The sightings of one row of a table, added one by one."""

    __slots__ = ("captures", "certainty", "first", "last", "members", "more", "relations")
    READS = ("row", "capture", "seen", "certainty", "relation")

    def __init__(self, more: Row) -> None:
        self.more = more
        self.members: list[int] = []
        self.captures: list[int] = []
        self.relations: dict[str, None] = {}
        self.certainty, self.first, self.last = len(CERTAINTIES), "", ""

    def add(self, row: int, capture: int, seen: str, certainty: str, relation: str | None) -> None:
        self.members.append(row)
        if not self.captures or self.captures[-1] != capture:
            self.captures.append(capture)
        self.certainty = min(self.certainty, CERTAINTIES.index(certainty))
        self.first = min(self.first or seen, seen)
        self.last = max(self.last, seen)
        if relation:
            self.relations[relation] = None

    def cells(self, case: Case) -> Row:
        captures = dict.fromkeys(self.captures)
        return {
            **{name: bool(value) if name == "advertising" else value for name, value in self.more.items()},
            "certainty": CERTAINTIES[self.certainty],
            "relation": _joined(self.relations),
            "sightings": len(self.members),
            "first_seen": self.first,
            "last_seen": self.last,
            "captures": [case.public_id("outcome", seq) for seq in captures],
            "members": self.members,
        }


def _joined(words: Any) -> str:
    return "; ".join(dict.fromkeys(words))
