"""adtrace chain: the observed way from a domain's page to whom its ads come from, document by document."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from adtrace.cli.options import json_option

if TYPE_CHECKING:
    from adtrace.relate.chains import Chain, Fact, Step


@click.command("chain")
@click.argument("case", metavar="CASE")
@click.argument("domain", metavar="DOMAIN|-")
@json_option
def command(case: str, domain: str, *, as_json: bool) -> None:
    """The observed way from DOMAIN's page through tags, loaders and ad answers, with the evidence of each step.

    Waterfalls and networks behind networks stand under what named them; an ad request that was not made is said with
    the rule. What files only declare stands apart. - reads domains, one a line. Shown is what the investigator may
    see, defanged; a picture for others is made by `adtrace draw CASE --chain DOMAIN`.
    """
    from adtrace.case import Case
    from adtrace.relate.chains import find_chain

    domains = [line.strip() for line in sys.stdin if line.strip()] if domain == "-" else [domain]
    with Case.open(case) as opened:
        for one in domains:
            found = find_chain(opened, one)
            click.echo(_as_json(found) if as_json else "\n".join(_lines(found)))


def _as_json(found: "Chain") -> str:
    import msgspec

    # Escaped to ASCII: nothing a page wrote can steer the terminal that shows it.
    return json.dumps(msgspec.to_builtins(found))


def _lines(found: "Chain") -> Iterator[str]:
    yield f"{_shown(found.domain)}: run {found.run}, reach {found.reach}, {found.deepest} deep"
    for step in found.steps:
        yield from _step(step, 1)
    if found.declared:
        yield "  declared in ads.txt or adagents.json, which shows no placement:"
        for network, relations in found.declared.items():
            counted = ", ".join(f"{count} {relation}" for relation, count in relations.items())
            yield f"    {network}: {counted}"


def _step(step: "Step", indent: int) -> Iterator[str]:
    whose = f" of {step.network}" if step.network else ""
    end = "" if step.end == "captured" else f", {step.end}{_because(step.reason)}"
    state = f", {step.page_state}" if step.page_state and step.document == "page" else ""
    yield f"{'  ' * indent}{step.document}{whose} {_shown(step.url)}{end}{state}{_evidence(step.capture)}"
    yield from _facts(step.facts, indent + 1, is_code=step.network is not None and step.document == "script")
    if step.more:
        yield f"{'  ' * (indent + 1)}and {step.more} more"
    for one in step.steps:
        yield from _step(one, indent + 1)


def _facts(facts: "Iterable[Fact]", indent: int, *, is_code: bool) -> Iterator[str]:
    """A line for each fact; is_code: in a script of a network's own, which places nothing."""
    for fact in facts:
        what = _WORDS.get(fact.kind) or _relation(fact, is_code=is_code)
        role = f", {fact.role}" if fact.role else ""
        ids = f" {', '.join(map(_shown, fact.ids))}" if fact.ids else ""
        how = f"({fact.basis}, {fact.state}{role})"
        yield f"{'  ' * indent}{what} {_shown(fact.name)}{ids} {how}{_evidence(fact.sighting)}"
        yield from _facts(fact.inside, indent + 1, is_code=is_code)


def _relation(fact: "Fact", *, is_code: bool) -> str:
    """What the document does with a network, in the words of graphs/schema.toml."""
    if fact.basis == "landing":
        return "links through"
    if fact.basis == "declared":
        return "claims"
    if is_code:
        return "names"
    if fact.state != "live":
        return "keeps"
    return "places" if fact.advertising else "uses"


_WORDS = {
    "brand": "offers",
    "landing": "leads to",
    "tracker": "routes through",
    "declared_site": "names as its site",
}


def _because(reason: str) -> str:
    return f" ({_shown(reason)})" if reason else ""


def _evidence(public_id: str | None) -> str:
    return f"  {public_id}" if public_id else ""


def _shown(text: str) -> str:
    from adtrace.names import defang, display

    return defang(display(text))
