"""adagents.json of the invented web: agents and what they may sell, references, and what is no such file."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from adtrace.demo.answers import NOT_FOUND, Answer, page
from adtrace.demo.answers import json as json_answer
from adtrace.demo.canaries import Canaries
from adtrace.demo.clicks import write_click
from adtrace.demo.dice import Dice
from adtrace.demo.facts import Fact, Told
from adtrace.demo.plan import Part

PATH = "/.well-known/adagents.json"
_MOVED = "/agents/current.json"
# Hosts of networks, each with its card; that agents run on hosts nobody knows is as common.
_HOSTS = {"sales.taboola.com": "taboola", "agents.pubmatic.com": "pubmatic", "agents.openx.com": "openx"}
_DELEGATIONS = ("direct", "delegated", "ad_network", "")


class Agents(NamedTuple):
    """What a site answers of its agents: path → answer, path or URL → what it tells; URL → answer at a network."""

    answers: dict[str, Answer]
    told: dict[str, Told]
    kept_elsewhere: dict[str, Answer]


class _Drawing(NamedTuple):
    dice: Dice
    part: Part
    canaries: Canaries
    keeper: str


def write_agents(seed: int, part: Part, canaries: Canaries, keeper: str) -> Agents:
    """One form of the file, or none; keeper: a network's host that keeps files for its publishers."""
    dice = Dice(seed, "agents", part.host)
    return dice.pick(_FORMS)(_Drawing(dice, part, canaries, keeper))


def _inline(drawing: _Drawing) -> Agents:
    answer, told = _file(drawing)
    return Agents({PATH: answer}, {PATH: told}, {})


def _moved(drawing: _Drawing) -> Agents:
    """A reference to another place of the site's own; what stands beside it does not count."""
    answer, told = _file(drawing)
    url = f"https://{drawing.part.host}{_MOVED}"
    reference = _reference(url, authorized_agents=[{"url": "https://nobody.test/"}])
    return Agents({PATH: reference, _MOVED: answer}, {PATH: _referring(url), _MOVED: told}, {})


def _kept(drawing: _Drawing) -> Agents:
    """A reference to the file that a network keeps for the site."""
    answer, told = _file(drawing)
    url = f"https://{drawing.keeper}/{drawing.part.host}/adagents.json"
    return Agents({PATH: _reference(url)}, {PATH: _referring(url), url: told}, {url: answer})


def _led_away(drawing: _Drawing) -> Agents:
    """A reference to a host that nobody confirmed."""
    url = f"https://{drawing.dice.word(4)}.test/adagents.json"
    return Agents({PATH: _reference(url)}, {PATH: _referring(url, never=(url,))}, {})


def _led_to_a_click(drawing: _Drawing) -> Agents:
    """A reference to a click on an ad: whoever followed it would have the site paid."""
    url = write_click(drawing.dice, drawing.part.host)
    return Agents({PATH: _reference(url)}, {PATH: _referring(url, never=(url,))}, {})


def _cut(drawing: _Drawing) -> Agents:
    """No JSON: the file ends in its middle."""
    answer, _ = _file(drawing)
    broken = Answer(body=answer.body[: len(answer.body) // 2], content_type="application/json")
    return Agents({PATH: broken}, {PATH: Told()}, {})


def _soft_404(drawing: _Drawing) -> Agents:
    """A page of the site's own with status 200, said to be one."""
    return Agents({PATH: page(_not_found(drawing))}, {PATH: Told()}, {})


def _page_as_json(drawing: _Drawing) -> Agents:
    """The same, said to be JSON."""
    return Agents({PATH: json_answer(_not_found(drawing))}, {PATH: Told()}, {})


def _nobody(drawing: _Drawing) -> Agents:
    """Valid JSON that authorises nobody."""
    contact = {"name": drawing.canaries.phrase()}
    return Agents({PATH: _json(contact=contact, authorized_agents=[])}, {PATH: Told()}, {})


def _missing(_drawing: _Drawing) -> Agents:
    return Agents({PATH: NOT_FOUND}, {}, {})


_FORMS: tuple[Callable[[_Drawing], Agents], ...] = (
    _inline, _inline, _inline, _moved, _kept, _led_away, _cut, _soft_404, _page_as_json, _nobody, _led_to_a_click,
    _missing,
)  # fmt: skip


def _file(drawing: _Drawing) -> tuple[Answer, Told]:
    """A file of one to three agents, and what it tells."""
    dice, part, canaries, _ = drawing
    owner = f"{dice.word(4)}.example"
    stated = [("CONTACT", owner)]
    agents, facts = [], []
    hosts = [*dice.sample(list(_HOSTS), dice.number(0, 2)), f"agent.{dice.word(3)}.test"]
    for host in hosts:
        url = f"https://{host}/{dice.word()}"
        delegation = dice.pick(_DELEGATIONS)
        terms, sites = dice.pick(_TERMS)(part.host, f"{dice.word(4)}.example", canaries)
        agents.append({"url": url, "authorized_for": canaries.phrase(), **terms})
        if delegation:
            agents[-1]["delegation_type"] = delegation
        card = _HOSTS.get(host)
        facts.append(
            Fact(
                card, url, "agent", "unknown", "declared", source="adagents_json", system=host,
                relation=delegation, sites=sites, is_exclusive="exclusive" in terms,
            )
        )  # fmt: skip
        stated += [("PROPERTY", site) for site in sites]
    contact = {"name": canaries.phrase(), "email": f"{canaries.word()}@{owner}", "domain": owner}
    properties = [_website(part.host, canaries, "own", "all"), _app(canaries)]
    told = Told(facts=tuple(facts), stated=tuple(stated))
    return _json(contact=contact, properties=properties, authorized_agents=agents), told


# What an agent may sell, as the protocol writes it, and the sites that this comes to.
_Terms = tuple[dict[str, Any], tuple[str, ...]]


def _by_id(own: str, _other: str, _canaries: Canaries) -> _Terms:
    return {"authorization_type": "property_ids", "property_ids": ["own", "app"]}, (own,)


def _by_tag(own: str, _other: str, _canaries: Canaries) -> _Terms:
    return {"authorization_type": "property_tags", "property_tags": ["all"], "exclusive": True}, (own,)


def _given_with_it(_own: str, other: str, canaries: Canaries) -> _Terms:
    return {"authorization_type": "inline_properties", "properties": [_website(other, canaries)]}, (other,)


def _of_others(own: str, other: str, _canaries: Canaries) -> _Terms:
    selected = [{"publisher_domains": [own, other], "selection_type": "all"}]
    return {"authorization_type": "publisher_properties", "publisher_properties": selected}, (own, other)


def _of_signals(_own: str, _other: str, canaries: Canaries) -> _Terms:
    return {"authorization_type": "signal_ids", "signal_ids": [canaries.word()]}, ()


_TERMS = (_by_id, _by_tag, _given_with_it, _of_others, _of_signals)


def _website(host: str, canaries: Canaries, name: str = "", *tags: str) -> dict[str, Any]:
    return {
        "property_id": name or canaries.word(),
        "property_type": "website",
        "name": canaries.phrase(),
        "identifiers": [{"type": "domain", "value": host}],
        "tags": [*tags, canaries.word()],
    }


def _app(canaries: Canaries) -> dict[str, Any]:
    bundle = {"type": "ios_bundle", "value": f"test.{canaries.word()}"}
    return {
        "property_id": "app",
        "property_type": "mobile_app",
        "name": canaries.phrase(),
        "identifiers": [bundle],
    }


def _reference(url: str, **beside: Any) -> Answer:
    return _json(authoritative_location=url, **beside)


def _referring(url: str, never: tuple[str, ...] = ()) -> Told:
    stated = (("AUTHORITATIVE_LOCATION", url.split("/")[2]),)
    return Told(refers=(url,), stated=stated, never=never)


def _json(**fields: Any) -> Answer:
    return json_answer(json.dumps({**fields, "last_updated": "2026-01-10T12:00:00Z"}, indent=1))


def _not_found(drawing: _Drawing) -> str:
    return f"<!doctype html><title>{drawing.canaries.phrase()}</title><p>home</p>"
