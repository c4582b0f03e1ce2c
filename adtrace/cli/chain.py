"""adtrace chain: the observed way from a domain's page to whom its ads come from, document by document."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from adtrace.cli.entry_names import site_named
from adtrace.cli.options import examples, json_lines_option
from adtrace.cli.terminal import fold, json_line, names_given, shown

if TYPE_CHECKING:
    from adtrace.relate.chains import Chain, Fact, Step


@click.command(
    "chain",
    epilog=examples("adtrace chain mycase clip.example", "adtrace chain mycase - --json <domains.txt"),
)
@click.argument("case", metavar="CASE")
@click.argument("domain", metavar="DOMAIN|-")
@json_lines_option
def command(case: str, domain: str, *, as_json: bool) -> None:
    """The observed way from DOMAIN's page to whom its ads come from.

    Through tags, loaders and ad answers, with the evidence of each step. Waterfalls and networks behind networks stand
    under what named them; an ad request that was not made is said with the rule. What files only declare stands apart.
    - reads domains, one a line. Shown is what the investigator may see, defanged; a picture for others is made by
    `adtrace draw CASE --chain DOMAIN`.
    """
    from adtrace.case import Case
    from adtrace.relate.chains import find_chain

    with Case.open(case) as opened:
        for one in map(site_named, names_given(domain)):
            found = find_chain(opened, one)
            if as_json:
                click.echo(json_line(found))
                continue
            for line in _InWords(opened.short).lines(found):
                click.echo("\n".join(fold(line)))


class _InWords:
    """A chain in words: a line a document and a thing it says, indented by what stands behind what.

    Records are named as `adtrace show` takes them, without this case's part.
    """

    def __init__(self, case: str) -> None:
        self._case = f"{case}-"

    def lines(self, found: "Chain") -> "Iterator[str]":
        yield f"{shown(found.domain)}: run {found.run}, {found.reached}"
        if found.others_pages:
            yield f"  {found.others_pages}"
        for step in found.steps:
            yield from self._step(step, 1)
        if found.declared:
            yield "  declared in ads.txt or adagents.json, which shows no placement:"
            for network, relations in found.declared.items():
                counted = ", ".join(f"{number} {relation}" for relation, number in relations.items())
                yield f"    {network}: {counted}"

    def _step(self, step: "Step", indent: int) -> "Iterator[str]":
        asked = f"asked {step.network} for {_document(step.document)}" if step.network else step.document
        said = f"did not {asked.replace('asked', 'ask', 1)}" if step.end == "not asked" else asked
        end = "" if step.end in ("captured", "not asked") else f", {_ENDS.get(step.end, step.end)}"
        state = (
            f", {step.page_state.replace('_', ' ')}" if step.page_state and step.document == "page" else ""
        )
        from adtrace.report.words import words_of

        words = words_of(step.rule)
        reason = f"{words}, {step.rule}" if words else step.rule or shown(step.reason)
        why = f" ({reason})" if reason else ""
        evidence = self._evidence([step.capture or step.decision])
        yield f"{'  ' * indent}{said} {shown(step.url)}{end}{state}{why}{evidence}"
        is_code = step.network is not None and step.document == "script"
        yield from self._facts(step.facts, indent + 1, is_code=is_code)
        if step.more:
            yield f"{'  ' * (indent + 1)}and {step.more} more"
        for one in step.steps:
            yield from self._step(one, indent + 1)

    def _facts(self, facts: "Iterable[Fact]", indent: int, *, is_code: bool) -> "Iterator[str]":
        """A line for each fact; is_code: in a script of a network's own, which places nothing."""
        for fact, sightings in _alike(facts):
            what = _WORDS.get(fact.kind) or _relation(fact, is_code=is_code)
            role = f", role {fact.role}" if fact.role else ""
            ids = "".join(f" {_account(one)}" for one in fact.ids)
            how = f"({fact.basis}, {fact.state}{role})"
            yield f"{'  ' * indent}{what} {shown(fact.name)}{ids} {how}{self._evidence(sightings)}"
            yield from self._facts(fact.inside, indent + 1, is_code=is_code)

    def _evidence(self, records: "Iterable[str | None]") -> str:
        return "".join(f"  {one.removeprefix(self._case)}" for one in records if one)


def _alike(facts: "Iterable[Fact]") -> "Iterable[tuple[Fact, list[str]]]":
    """Each fact with its sighting; what a document says several times with nothing inside once, with all of them."""
    from msgspec.structs import replace

    found: dict[Fact, list[str]] = {}
    for fact in facts:
        key = fact if fact.inside else replace(fact, sighting="")
        found.setdefault(key, []).append(fact.sighting)
    return found.items()


def _account(name: str) -> str:
    """What an account's id is called, the id, and what it identifies."""
    kind, scope, account = name.split("/", 2)
    return f"{kind} {shown(account)} [{scope}]"


def _document(kind: str) -> str:
    return _DOCUMENTS.get(kind) or f"a {kind}"


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


_ENDS = {"above": "told of above", "open": "no answer yet"}
_DOCUMENTS = {"vast": "a VAST answer", "sellers_json": "its sellers.json"}
_WORDS = {
    "brand": "offers",
    "landing": "leads to",
    "tracker": "routes through",
    "declared_site": "names as its site",
}
