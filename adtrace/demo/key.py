"""The answer key of an invented web: what a correct run at its reach must find, and nothing else.

A JSON object, version 1. Lists stand in no particular order, but always the same; a list of lists is a set of rows.

  version, seed, domains, reach    of the key's form, and of the world
  entries        [domain, active | hold | expired]
  accounts       [domain, network, account, account_kind, scope, basis, state, count] of every document whose facts
                 count: the operator's page, or no page at all. A network line has account, kind and scope null; an
                 ads.txt record and a node of a supply chain have kind seller_id, an adagents.json's agent has kind
                 agent, and network null if no card knows the system.
  not_operators  the same of pages that are not the operator's
  sellers        [network, account]: rows kept of sellers.json; they are said of nobody's domain
  brands         [domain, brand, role, basis, network]
  stated         [domain, variable, site] of each site that a declaration file names, by what it calls it
  landings       [domain, registrable domain at which a click URL ends]
  trackers       [domain, registrable domain of a tracker at which one ends, its network or null]
  unidentified   [domain, host or token]
  page_states    [domain, page_state]
  operators      sets of domains that may be taken for one operator's; everything else may not
  nodes, edges   [kind, name]; [edge, kind, source, kind, target]; without companies, which only cards know
  answers        question → rows (answers_key.py, answers_more.py)
  contradictions [kind, system, seller, domains, on, copied]: contradictions_key.py
  chains         [domain, who names it, URL, document, depth, how it ended, whom it names] of each document of an ad
                 network on the way from the domain's page; of reach ads alone: chain_key.py
  outcomes       URL → captured, redirected, refused, failed, of every URL that is asked for
  never          URLs named on the way that nobody may ask for
  requests       [scheme, host, target, times] as they reach the server; all are GET

Where the design leaves a choice, the key takes this one:
  - One address is one place: one network line, however many forms of one card it fits, and each id in it once.
    So is one start tag for the forms of its attributes, and one match in a script.
  - A host in quotes in a script is an address; the system of a supply chain's node is not: it is declared.
  - id_only is markup that runs nothing itself (ins, div) without a live script of its network on the page, and
    every meta element. What a live script sets up runs, so a Prebid bidder is live.
  - A tag found inside a live tag's value is live, and came through the other.
  - What a link to click says, its network and account, has basis landing: anybody may have posted it.
  - A placeholder id leaves its network line and gives no account line.
  - A declaration's state is live.
"""

import json
from pathlib import Path
from typing import Any

from adtrace.demo.answers_key import write_answers
from adtrace.demo.answers_more import write_more_answers
from adtrace.demo.chain_key import write_chains
from adtrace.demo.contradictions_key import write_contradictions
from adtrace.demo.found import Found, count, find_operators
from adtrace.demo.graph import draw_edges, list_nodes
from adtrace.demo.plan import Part
from adtrace.demo.visit import Visit
from adtrace.demo.web import Web

VERSION = 1


def write_key(seed: int, found: Found, visit: Visit, web: Web) -> dict[str, Any]:
    """The key of the web of this seed, from what a correct run found there."""
    edges = draw_edges(found)
    counting = [(document.part.host, document.told) for document in found.documents if document.counts]
    answers = {**write_answers(found), **write_more_answers(found)}
    return {
        "version": VERSION,
        "seed": seed,
        "domains": len(found.parts),
        "reach": visit.reach,
        "entries": [[part.host, _status(part)] for part in found.parts],
        "accounts": count(found.facts()),
        "not_operators": count(found.facts(counting=False)),
        "sellers": [[fact.network, fact.account] for fact in found.sellers],
        "brands": _rows(
            [(d, o.brand, o.role, o.basis, o.network) for d, told in counting for o in told.offers]
        ),
        "stated": _rows([(domain, *one) for domain, told in counting for one in told.stated]),
        "landings": _rows([(domain, one) for domain, told in counting for one in told.landings]),
        "trackers": _rows([(domain, *one) for domain, told in counting for one in told.trackers]),
        "unidentified": _rows([(domain, one) for domain, told in counting for one in told.unidentified]),
        "page_states": _rows([(d.part.host, d.page_state) for d in found.documents if d.page_state]),
        "operators": find_operators(found),
        "nodes": [list(node) for node in list_nodes(found, edges)],
        "edges": [list(edge) for edge in edges],
        "answers": {question: sorted(rows, key=str) for question, rows in answers.items()},
        "contradictions": sorted(write_contradictions(found), key=str),
        "chains": write_chains(visit),
        "outcomes": dict(sorted(visit.outcomes.items())),
        "never": _never(visit, web),
        "requests": [[*request, times] for request, times in sorted(visit.requests.items())],
    }


def save_key(key: dict[str, Any], path: Path) -> None:
    """Write the key as JSON a person can read and compare."""
    path.write_text(json.dumps(key, indent=1, ensure_ascii=True) + "\n", encoding="ascii")


def _status(part: Part) -> str:
    return (
        "hold" if part.twist.get("handling") == "hold" else "expired" if "expired" in part.twist else "active"
    )


def _rows(rows: list[tuple[str | None, ...]]) -> list[list[str | None]]:
    return [list(row) for row in sorted(set(rows), key=lambda row: [str(cell) for cell in row])]


def _never(visit: Visit, web: Web) -> list[str]:
    """Every URL the world names or serves that no request may be made for."""
    found = set(web.adverts)
    for told in web.told():
        urls = (*told.never, *(ask.address for ask in told.asks))
        found |= {f"https:{url}" if url.startswith("//") else url for url in urls}
    for site in (site for one in web.built for site in one.sites):
        found.add(f"https://{site.host}/")
        for path, answer in site.answers.items():
            found.add(f"https://{site.host}{path}")
            location = dict(answer.headers).get("Location", "")
            if location.startswith("http"):
                found.add(location)
    return sorted(url for url in found if url not in visit.outcomes)
