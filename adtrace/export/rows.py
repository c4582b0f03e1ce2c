"""The rows of each table, in clear, from the case and what was related; rewriting comes after (source.py)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from adtrace.case import read_json
from adtrace.case.row_ids import row_id
from adtrace.relate.schema import load_schema

if TYPE_CHECKING:
    from adtrace.case import Case
    from adtrace.relate.findings import Findings

Row = dict[str, Any]
_CERTAINTIES = ("proven", "likely", "weak")
# Only these say something about the operator: its own page, or what is no page (a worker, an ads.txt).
_OWN = (None, "operator")


class Facts:
    """A case and its findings, with what every row needs looked up once."""

    def __init__(self, case: Case, findings: Findings) -> None:
        self.case, self.findings = case, findings
        self.entries = {row.seq: row for row in case.entries() if row.status != "withdrawn"}
        self.authority: dict[str, Row] = {}
        by_domain = defaultdict(list)
        for row in self.entries.values():
            by_domain[row.entry.domain].append(row.entry)
        for domain, entries in by_domain.items():
            self.authority[domain] = {
                "domain": domain,
                "authority": _joined(entry.authority for entry in entries),
                "reference": _joined(entry.reference for entry in entries),
            }
        self.through = {
            sighting: findings.graph.nodes[target]["name"]
            for _, target, data in findings.graph.edges(data=True)
            if data["edge"] == "offered_through"
            for sighting in data["sightings"]
        }

    def sightings(self) -> Iterator[Row]:
        """Every sighting of the newest generations, in the order they were found."""
        for found in self.case.rows(
            "SELECT s.*, c.time AS seen, c.document, c.page_state FROM current_sightings AS s"
            " JOIN captures AS c ON c.seq = s.capture ORDER BY s.row"
        ):
            row = dict(zip(found.keys(), found, strict=True))
            locator, declared = read_json(row["locator"]), read_json(row["declared"])
            assert isinstance(locator, dict)
            assert isinstance(declared, dict)
            is_seller = row["kind"] == "declaration"
            yield {
                **row,
                **self.authority[row["domain"]],
                "fact": row["id"],
                "id": self.case.public_id("sighting", row["row"]),
                "capture": self.case.public_id("outcome", row["capture"]),
                "advertising": bool(row["advertising"]),
                "part": locator["part"],
                "path": locator["path"],
                "start": locator["start"],
                "end": locator["end"],
                "relation": declared.get("relation"),
                "seller_type": declared.get("seller_type"),
                **(
                    {"seller_name": declared.get("name"), "seller_domain": declared.get("domain")}
                    if is_seller
                    else {}
                ),
                "position": declared.get("position"),
            }


def domains(facts: Facts) -> Iterator[Row]:
    """Every domain that is not withdrawn, in order of name."""
    graph = facts.findings.graph
    operators = {domain: found.id for found in facts.findings.operators for domain in found.domains}
    states: dict[str, Counter[str]] = defaultdict(Counter)
    captured: dict[str, list[Row]] = defaultdict(list)
    for found in facts.case.rows(
        "SELECT seq, time, domain, page_state FROM captures WHERE entry_status <> 'withdrawn' ORDER BY seq"
    ):
        public = facts.case.public_id("outcome", found["seq"])
        captured[found["domain"]].append({"seen": found["time"], "id": public})
        if found["page_state"]:
            states[found["domain"]][found["page_state"]] += 1
    ends: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for source, target, data in graph.edges(data=True):
        if data["edge"] in ("places", "carries"):
            ends[data["edge"]][graph.nodes[source]["name"]].add(target)
        elif data["edge"] == "offered_on":
            ends["offered_on"][graph.nodes[target]["name"]].add(source)
    entries = defaultdict(list)
    for row in facts.entries.values():
        entries[row.entry.domain].append(row)
    numbers = Counter(row["domain"] for row in facts.sightings())
    for domain in sorted(entries):
        rows = entries[domain]
        yield {
            **facts.authority[domain],
            "units": _joined(row.entry.unit for row in rows),
            "category": _joined(row.entry.category for row in rows),
            "site_role": _joined(row.entry.site_role for row in rows),
            "handling": _joined(row.entry.handling for row in rows),
            "tlp": _joined(row.entry.tlp for row in rows),
            "status": _joined(row.status for row in rows),
            "stale": any(row.stale for row in rows),
            "seen": facts.findings.domains[domain],
            "page_states": _joined(f"{state} {n}" for state, n in sorted(states[domain].items())),
            "networks": len(ends["places"][domain]),
            "accounts": len(ends["carries"][domain]),
            "brands": len(ends["offered_on"][domain]),
            "operator": operators.get(domain, ""),
            "sightings": numbers[domain],
            "first_seen": min((row["seen"] for row in captured[domain]), default=None),
            "last_seen": max((row["seen"] for row in captured[domain]), default=None),
            "captures": [row["id"] for row in captured[domain]],
        }


def networks(facts: Facts) -> Iterator[Row]:
    """Networks on the operators' own pages, by domain and network."""
    own = (row for row in facts.sightings() if row["kind"] == "network" and row["page_state"] in _OWN)
    yield from _grouped(facts.case, "networks", own, ("domain", "network", "basis", "state"))


def accounts(facts: Facts) -> Iterator[Row]:
    """Accounts on the operators' own pages and declared in their files, by domain and account."""
    own = (
        row
        for row in facts.sightings()
        if row["kind"] in ("account", "declaration")
        and row["page_state"] in _OWN
        and row["part"] != "sellers_json"
    )
    rows = _grouped(
        facts.case,
        "accounts",
        ({**row, "system": row["host"] if row["kind"] == "declaration" else None} for row in own),
        ("domain", "network", "system", "account", "account_kind", "scope", "basis", "state"),
    )
    for row in rows:
        name = f"{row['network']}/{row['account_kind']}/{row['account']}"
        yield {**row, "holder_role": facts.findings.holders.get(name, "unknown")}


def brands(facts: Facts) -> Iterator[Row]:
    """Brands on the operators' own pages, by domain and brand."""
    own = (row for row in facts.sightings() if row["kind"] == "brand" and row["page_state"] in _OWN)
    rows = ({**row, "through": facts.through.get(row["id"], "")} for row in own)
    yield from _grouped(facts.case, "brands", rows, ("domain", "brand", "role", "through", "basis", "state"))


def sightings(facts: Facts) -> Iterator[Row]:
    """Every sighting, whatever page it was on."""
    return facts.sightings()


def captures(facts: Facts) -> Iterator[Row]:
    """Documents read and redirects seen, in order of time."""
    numbers = Counter(row["capture"] for row in facts.sightings())
    for row in _outcomes(facts, ("captured", "redirected")):
        yield {**row, "sightings": numbers[row["id"]], "run": facts.case.public_id("note", row["run"])}


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
    """Distinct edges, by domain."""
    sentences = {edge.id: edge.sentence for edge in load_schema().edge}
    captured, members = defaultdict(set), defaultdict(list)
    for found in facts.case.rows(
        "SELECT link, row, capture FROM link_sightings JOIN sightings ON sightings.row = link_sightings.sighting"
        " ORDER BY row"
    ):
        captured[found["link"]].add(found["capture"])
        members[found["link"]].append(found["row"])
    for found in facts.case.rows(
        "SELECT * FROM links ORDER BY domain, edge, source, target, basis, state, certainty"
    ):
        row = dict(zip(found.keys(), found, strict=True))
        yield {
            **row,
            "row": row_id(facts.case, "links", [row["id"]]),
            "members": members[row["id"]],
            **facts.authority[row["domain"]],
            "sentence": sentences.get(row["edge"], ""),
            "sightings": row["count"],
            "captures": [facts.case.public_id("outcome", seq) for seq in sorted(captured[row["id"]])],
        }


# Each table's rows, by its name.
MAKERS: Mapping[str, Callable[[Facts], Iterator[Row]]] = {
    "domains": domains,
    "networks": networks,
    "accounts": accounts,
    "brands": brands,
    "sightings": sightings,
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


def _grouped(case: Case, table: str, rows: Iterator[Row], keys: tuple[str, ...]) -> list[Row]:
    """One row for each distinct value of keys, in their order, with what its rows have together.

    members: the numbers of the sightings it stands for.
    """
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys)].append(row)
    found = []
    for key in sorted(groups, key=lambda values: tuple(value or "" for value in values)):
        group = groups[key]
        times = [row["seen"] for row in group]
        found.append(
            {
                **group[0],
                "row": row_id(case, table, key),
                "members": [row["row"] for row in group],
                "certainty": min((row["certainty"] for row in group), key=_CERTAINTIES.index),
                "relation": _joined(row["relation"] for row in group if row["relation"]),
                "sightings": len(group),
                "first_seen": min(times),
                "last_seen": max(times),
                "captures": list(dict.fromkeys(row["capture"] for row in group)),
            }
        )
    return found


def _joined(words: Any) -> str:
    return "; ".join(dict.fromkeys(words))
