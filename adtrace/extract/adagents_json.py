"""adagents.json: which sales agents a site says may sell its inventory.

Source: Ad Context Protocol (AdCP), schema /schemas/adagents.json and "adagents.json Tech Spec", "Managed Network
Deployment", "URL Canonicalization" of its documentation (github.com/adcontextprotocol/adcp, read 2026-11-22; a public
draft that still changes). A JSON object at /.well-known/adagents.json, of one of two forms:

- inline: `authorized_agents`, each the `url` of an agent and what it may sell: properties by id, by tag, inline, or of
  other publishers; with `delegation_type` direct, delegated or ad_network, `exclusive`, countries and dates;
- a reference: `authoritative_location`, the https address at which the inline form stands, one hop away. What stands
  beside it does not count.

It is fetched where ads.txt is, by the same rules (fetch/candidates.py, fetch/policy.py). A reference, like a redirect,
is followed only where the policy allows the address: in the entry's scope, or on the host of a network's card at reach
tags. Wherever else it leads is recorded and not contacted. A 404 declares nothing. A file that cannot be read, or of
which a part cannot, says why in its parse_status.

What it gives is declared, never observed: an agent is an account of kind `agent` at its host, whose network is named
if a card knows that host, and of a scope that nothing merges by; no brand follows from it. Names, descriptions,
e-mail addresses, keys, placements, collections, signals, apps and who certifies a property are not kept.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from adtrace.errors import HostError
from adtrace.extract.finder import Finder
from adtrace.extract.server_page import is_server_page
from adtrace.extract.sighting import Proposal, Sighting
from adtrace.extract.skeleton import VERSION
from adtrace.names import canonical_host, join_url

KIND = "agent"  # account_kind of an agent's address
MAX_SITES = 1_000  # of one file, over all its agents: a network's own file names each site of thousands
_MAX_ADDRESS = 300

# Kind of authorisation → the field that says what of the inventory; agents of data signals sell none.
_SELECTORS = {
    "property_ids": "property_ids",
    "property_tags": "property_tags",
    "inline_properties": "properties",
    "publisher_properties": "publisher_properties",
}
_TYPES = frozenset({*_SELECTORS, "signal_ids", "signal_tags"})
_DELEGATIONS = frozenset({"direct", "delegated", "ad_network"})
_LIMITING = ("collections", "placement_ids", "placement_tags")
_DATES = ("effective_from", "effective_until")
# RFC 3986, with no user, and of what the canonical form leaves.
_ADDRESS = re.compile(r"https?://[a-z0-9._-]+(?::\d{1,5})?/[\w.~:/?\[\]@!$&'()*+,;=%-]*", re.ASCII)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T[0-9:.]{1,20}(?:Z|[+-]\d\d:?\d\d)?)?")
_ID = re.compile(r"[\x21-\x7e]{1,255}")
_COUNTRY = re.compile(r"[A-Z]{2}")

# One fact; its first key says what it is, the value there is what was seen.
_Line = dict[str, str | int]


def write_skeleton(text: str) -> tuple[str, list[str]]:
    """One canonical JSON line for each agent, site, contact or reference, and what was not read, with its reason."""
    limits: list[str] = []
    body = "".join(f"{json.dumps(line)}\n" for line in _read(text, limits))
    return f"{VERSION} adagents_json {len(body)}\n{body}", [f"adagents_json: {limit}" for limit in limits]


def _read(text: str, limits: list[str]) -> Iterator[_Line]:
    if is_server_page(text):
        limits.append("the answer is a page, not a declaration")
        return
    try:
        file = msgspec.json.decode(text.removeprefix("\ufeff"))
    except (msgspec.DecodeError, RecursionError) as error:  # says where, and nothing of the text
        limits.append(f"no JSON ({error})")
        return
    if not isinstance(file, dict):
        limits.append("no JSON object")
    elif "authoritative_location" in file:
        yield from _reference(file, limits)
    elif not isinstance(file.get("authorized_agents"), list):
        limits.append("neither a list of authorized_agents nor an authoritative_location")
    else:
        yield from _contact(file.get("contact"))
        yield from _agents(file, limits)


def _reference(file: dict[str, Any], limits: list[str]) -> Iterator[_Line]:
    address = _address(file["authoritative_location"])
    if address is None or not address.startswith("https:"):
        limits.append("an authoritative_location that is no https address")
    else:
        yield {"reference": address, **_dated(file, ("last_updated",))}
    if beside := _list(file.get("authorized_agents")):
        limits.append(f"a reference: {len(beside)} agents beside it do not count")


def _contact(contact: Any) -> Iterator[_Line]:
    """Who manages the file, by domain and by the ids it states."""
    if isinstance(contact, dict) and (host := _host(contact.get("domain"))):
        ids = {name: _text(contact.get(name)) for name in ("seller_id", "tag_id")}
        yield {"contact": host, **{name: value for name, value in ids.items() if _ID.fullmatch(value)}}


def _agents(file: dict[str, Any], limits: list[str]) -> Iterator[_Line]:
    """Each agent, followed by the sites it may sell, as far as the file names them."""
    agents = _list(file["authorized_agents"])
    if not agents:
        limits.append("no agent, so nobody is authorised")
    inventory = _Inventory(_list(file.get("properties")))
    refused = named = 0
    for agent in agents:
        address = _address(agent.get("url")) if isinstance(agent, dict) else None
        if address is None:
            refused += 1
            continue
        yield {"agent": address, **_terms(agent), **_dated(file, ("last_updated",))}
        # One more than may be named shows that there are more; the distinct alone are looked at, and no further.
        for site in islice(_distinct(inventory.sites_of(agent)), MAX_SITES + 1 - named):
            named += 1
            if named <= MAX_SITES:
                yield {"site": site}
    if named > MAX_SITES:
        limits.append(f"cut at {MAX_SITES} sites")
    if refused:
        limits.append(f"{refused} agents refused, which are no object with an agent's address")


def _terms(agent: dict[str, Any]) -> _Line:
    """What of an agent's authorisation is said in the protocol's own words."""
    found: _Line = {}
    if (delegation := _text(agent.get("delegation_type"))) in _DELEGATIONS:
        found["relation"] = delegation
    if (kind := _text(agent.get("authorization_type"))) in _TYPES:
        found["authorization_type"] = kind
    if agent.get("exclusive") is True:
        found["exclusive"] = 1
    if countries := sorted(filter(_COUNTRY.fullmatch, set(map(_text, _list(agent.get("countries")))))):
        found["countries"] = ", ".join(countries)
    if limiting := [name for name in _LIMITING if agent.get(name)]:
        found["limited_to"] = ", ".join(limiting)
    return {**found, **_dated(agent, _DATES)}


class _Inventory:
    """The properties of a file: the sites of each, by its id and by its tags."""

    def __init__(self, properties: list[Any]) -> None:
        self._all: dict[str, None] = {}
        self._by: dict[str, dict[str, dict[str, None]]] = {"property_ids": {}, "property_tags": {}}
        for one in properties:
            if not isinstance(one, dict):
                continue
            sites = dict.fromkeys(_sites_of_property(one))
            self._all |= sites
            for field, names in (
                ("property_ids", [one.get("property_id")]),
                ("property_tags", _list(one.get("tags"))),
            ):
                for name in filter(None, map(_text, names)):
                    self._by[field].setdefault(name, {}).update(sites)

    def sites_of(self, agent: dict[str, Any]) -> Iterator[str]:
        """The sites an agent may sell; all of the file if it is not said what.

        The protocol's selection: any of the ids, any of the tags, the properties given with the agent itself, or
        those of the publishers named.
        """
        kind = _text(agent.get("authorization_type"))
        if not kind:
            yield from self._all
        field = _SELECTORS.get(kind, "")
        held = _list(agent.get(field))
        if field in self._by:
            for name in dict.fromkeys(map(_text, held)):
                yield from self._by[field].get(name, ())
            return
        for one in held:
            if isinstance(one, dict) and field == "properties":
                yield from _sites_of_property(one)
            elif isinstance(one, dict):
                named = [one.get("publisher_domain"), *_list(one.get("publisher_domains"))]
                yield from filter(None, map(_host, named))


def _sites_of_property(one: dict[str, Any]) -> Iterator[str]:
    """The domains by which a property is known; *. before one stands for its subdomains and is left out."""
    for identifier in _list(one.get("identifiers")):
        if isinstance(identifier, dict) and identifier.get("type") in ("domain", "subdomain"):
            host = _host(_text(identifier.get("value")).removeprefix("*."))
            if host:
                yield host


def _address(value: Any) -> str | None:
    """The address in the protocol's canonical form, by which two that are one agent's are equal; None if it is none.

    >>> _address("HTTPS://Agent.Example:443/a/../%7Emcp#top")
    'https://agent.example/~mcp'
    """
    text = _text(value)
    joined = join_url(None, text) if len(text) <= _MAX_ADDRESS else None
    if joined is None:
        return None
    scheme, _, rest = joined.partition("//")
    authority, slash, path = rest.partition("#")[0].partition("/")
    host, colon, port = authority.rpartition("@")[2].partition(":")
    if _host(host) != host:
        return None
    address = _ESCAPE.sub(_unescaped, f"{scheme}//{host}{colon}{port}{slash}{path}")
    return address if len(address) <= _MAX_ADDRESS and _ADDRESS.fullmatch(address) else None


def _unescaped(match: re.Match[str]) -> str:
    character = unquote(match[0], "latin-1")
    return character if _UNRESERVED.fullmatch(character) else match[0].upper()


def _host(value: Any) -> str | None:
    try:
        host = canonical_host(_text(value))
    except HostError:
        return None
    return host if "." in host else None


def _distinct(values: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for value in values:
        if value not in seen:
            seen.add(value)
            yield value


def _dated(row: dict[str, Any], names: Iterable[str]) -> _Line:
    found = {name: _text(row.get(name)) for name in names}
    return {name: value for name, value in found.items() if _DATE.fullmatch(value)}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def find(finder: Finder) -> None:
    """A declaration line for each agent, with a declared_site line for each site it may sell; a declared_site line
    for the domain of who manages the file, and for where a reference leads."""
    at = finder.skeleton.start
    agent: Sighting | None = None
    for line in finder.skeleton.elements.splitlines():
        stated: dict[str, str | int] = json.loads(line)
        what = next(iter(stated))
        value = str(stated.pop(what))
        start = at + line.index(value)
        place = (start, start + len(value))
        if what == "agent":
            host = urlsplit(value).hostname or ""
            agent = finder.add(
                "declaration", "adagents_json/agent", *place,
                card=finder.knowledge.card_of_host(host, finder.at) or finder.knowledge.system(host), host=host,
                account=value, account_kind=KIND, scope="unknown", basis="declared", declared=stated,
            )  # fmt: skip
        elif what == "site":
            _site(finder, "property", place, value, {"variable": "PROPERTY"}, via=agent)
        elif what == "contact":
            _site(finder, "contact", place, value, {"variable": "CONTACT", **stated})
        else:
            host = urlsplit(value).hostname or ""
            declared = {"variable": "AUTHORITATIVE_LOCATION", **stated}
            _site(finder, "authoritative_location", place, host, declared, url=value)
        at += len(line) + 1


def _site(
    finder: Finder,
    name: str,
    place: tuple[int, int],
    host: str,
    declared: dict[str, str | int],
    *,
    via: Sighting | None = None,
    url: str | None = None,
) -> None:
    finder.add(
        "declared_site", f"adagents_json/{name}", *place, host=host, basis="declared", declared=declared,
        via=via.id if via else None, url=url,
    )  # fmt: skip


def propose(sightings: Iterable[Sighting]) -> list[Proposal]:
    """Where a reference says that the file itself stands; [] for any other."""
    return [
        Proposal(found.url, "redirect")
        for found in sightings
        if found.url and found.rule == "adagents_json/authoritative_location"
    ]
