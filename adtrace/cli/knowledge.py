"""adtrace knowledge: what is known of ad systems, whether it holds, what others say, and how to add to it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from adtrace.cli.options import examples, json_lines_option
from adtrace.cli.terminal import names_given, shown
from adtrace.names import defang, display
from adtrace.wording import count

if TYPE_CHECKING:
    from adtrace.knowledge.card import Card, Dated, Shape
    from adtrace.knowledge.coverage import Coverage

_MOST_FAULTS = 20  # shown; the first explains the next
_MOST_HOSTS = 15


@click.group()
def command() -> None:
    """What is known of ad systems, and how it grows. Cards, their proof and coverage, second opinions, new cards."""


@command.command(
    "list", epilog=examples("adtrace knowledge list --role pop", "adtrace knowledge list --packs")
)
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="Only cards of this role; repeatable.")
@click.option(
    "--packs", is_flag=True, help="The imported packs instead: name, kind, day, entries, licence, source."
)
@json_lines_option
def list_cards(roles: tuple[str, ...], packs: bool, as_json: bool) -> None:
    """List the network cards. Id, name, roles, hosts, shapes, contacts."""
    import msgspec

    from adtrace.errors import UsageError
    from adtrace.knowledge import load_knowledge
    from adtrace.knowledge.card import ROLES

    if packs:
        if roles:
            raise UsageError("packs have no roles.", do="Leave out --role or --packs.")
        _list_packs(as_json)
        return
    if unknown := sorted(set(roles) - set(ROLES)):
        raise UsageError(f"{unknown[0]} is no role.", do=f"Choose from {', '.join(ROLES)}.")
    for card in load_knowledge().cards.values():
        if roles and not set(roles) & set(card.roles):
            continue
        hosts, shapes = [host.name for host in card.host], [shape.name for shape in card.shape]
        if as_json:
            words = {"id": card.id, "name": card.name, "company": card.company, "owner": card.owner()}
            lists = {"roles": card.roles, "hosts": hosts, "shapes": shapes, "contact": card.contact}
            click.echo(msgspec.json.encode({**words, **lists}))
        else:
            counts = f"{count(len(hosts), 'host')}\t{count(len(shapes), 'shape')}"
            contact = ", ".join(contact.kind for contact in card.contact) or "no contact"
            click.echo(f"{card.id}\t{display(card.name)}\t{', '.join(card.roles)}\t{counts}\t{contact}")


def _list_packs(as_json: bool) -> None:
    import msgspec

    from adtrace.knowledge.packs import load_packs

    for pack in load_packs().packs:
        row = msgspec.structs.asdict(pack) | {"entries": len(pack.entries)}
        if as_json:
            click.echo(msgspec.json.encode(row))
        else:
            words = ("name", "kind", "imported", "entries", "licence", "source")
            click.echo("\t".join(display(str(row[word])) for word in words))


@command.command(epilog=examples("adtrace knowledge show exoclick", "adtrace knowledge show cdn.popcash.net"))
@click.argument("name", metavar="ID|HOST|-")
@json_lines_option
def show(name: str, as_json: bool) -> None:
    """Show all that one network card says. By its id, another name it goes by, or a host or address of it.

    - is names on standard input, one a line.
    """
    import msgspec

    from adtrace.errors import UsageError
    from adtrace.knowledge import load_knowledge
    from adtrace.knowledge.route import describe_route

    knowledge = load_knowledge()
    for number, wanted in enumerate(names_given(name)):
        card = knowledge.card_called(wanted)
        if card is None:
            raise UsageError(f'there is no card "{wanted}".', do="See `adtrace knowledge list`.")
        if as_json:
            click.echo(msgspec.json.encode(card))
        else:
            route = describe_route(card, knowledge.cards.values())
            click.echo("\n" * bool(number) + "\n".join(_card_lines(card, route)))


def _card_lines(card: "Card", route: str) -> Iterator[str]:
    yield f"{card.id}: {card.name}" + (f" ({card.company})" if card.company else "")
    yield card.what
    yield f"Roles     {', '.join(card.roles)}" + ("" if card.advertising else " (not advertising)")
    if card.aliases:
        yield f"Known as  {', '.join(card.aliases)}"
    for parent in card.parent:
        yield f"Parent    {parent.name}{_times(parent)}"
    if card.host:
        yield f"Hosts     {', '.join(defang(host.name) + _times(host) for host in card.host)}"
    if card.ads_txt:
        yield f"ads.txt   {', '.join(defang(system) for system in card.ads_txt)}"
    if address := card.sellers_address():
        yield f"Sellers   {defang(address)}"
    if card.gvl is not None:
        yield f"Vendor    {card.gvl} in the IAB's Global Vendor List"
    if route:
        yield f"Contact   {defang(route)}"
    for shape in card.shape:
        yield f"Shape     {shape.name}: {', '.join(dict.fromkeys(_shape_words(shape)))}"
    yield f"Limits    {card.limits}"
    for source in card.source:
        yield f"Source    {defang(source)}"


def _times(dated: "Dated") -> str:
    starts, ends = dated.valid_from, dated.valid_to
    return f" from {starts}" * bool(starts) + f" until {ends}" * bool(ends)


def _shape_words(shape: "Shape") -> Iterator[str]:
    yield f"at {shape.at}"
    yield shape.certainty
    if shape.host_bound:
        yield "on the card's own hosts only"
    if shape.beside:
        yield "beside the card's other tags only"
    if shape.not_beside:
        yield f"not beside {' or '.join(shape.not_beside)}"
    ids = [(shape.kind, shape.scope), *((further.kind, further.scope) for further in shape.ids)]
    for kind, scope in ids:
        if kind:
            yield f"{kind} names the {scope}" if scope != "unknown" else f"{kind}: what it names is not known"
    if shape.at == "url":
        yield f"requesting it: {shape.effect}"


@command.command(epilog=examples("adtrace knowledge check", "adtrace knowledge check examplenet.toml"))
@click.argument("files", metavar="[FILE…|-]", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
def check(files: tuple[Path, ...]) -> int:
    """Prove the cards. Each hit found, each miss not, every pattern taken by the linear-time engine.

    Without FILE all cards that ship are checked; with FILE these network cards, read among those that ship.
    Silent if all hold; else the first faults, and exit code 1. Of a FILE that holds, what would slow every page down is
    told on standard error.
    """
    from itertools import chain, islice

    from adtrace.knowledge.proof import find_costly, find_faults, find_faults_in

    cards = [_card_file(file) for file in files]
    found = chain.from_iterable(find_faults_in(*card) for card in cards) if files else find_faults()
    faults = list(islice(found, _MOST_FAULTS))
    for fault in faults:
        click.echo(display(str(fault)))
    for card in cards if not faults else ():
        for words in find_costly(*card):
            click.echo(display(words), err=True)
    return 1 if faults else 0


def _card_file(file: Path) -> tuple[str, bytes]:
    from adtrace.errors import UsageError

    if str(file) != "-":
        try:
            return file.name.removesuffix(".toml"), file.read_bytes()
        except OSError as error:
            raise UsageError(
                f"{error.strerror}.", where=str(file), do="Give a card that can be read, or -."
            ) from None
    import tomllib

    data = sys.stdin.buffer.read()
    try:
        return str(tomllib.loads(data.decode()).get("id", "")), data
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return "-", data


@command.command(epilog=examples("adtrace knowledge coverage saved"))
@click.argument(
    "paths", metavar="PATH…|-", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True)
)
@click.option("--json", "as_json", is_flag=True, help="The counts as one JSON object.")
def coverage(paths: tuple[Path, ...], as_json: bool) -> int:
    """Count how much of what saved pages load is known. Hosts of scripts and frames; where to write to the networks.

    A folder is read whole; - is one page on standard input.
    """
    import msgspec

    from adtrace.knowledge.coverage import measure_coverage

    unread: list[str] = []
    found = measure_coverage(_pages(paths, unread))
    for name in unread:
        click.echo(f"{display(name)}: cannot be read. The other files go on.", err=True)
    if as_json:
        click.echo(msgspec.json.encode(_coverage_counts(found)))
    else:
        click.echo("\n".join(_coverage_lines(found)))
    return 3 if unread else 0


def _coverage_counts(found: "Coverage") -> dict[str, object]:
    hosts = {host: {"known": how, "pages": pages} for host, (how, pages) in sorted(found.hosts.items())}
    networks = {name: {"pages": found.networks[name], "route": route} for name, route in found.routes.items()}
    roles = dict(found.roles.most_common())
    return {
        "pages": found.pages,
        "known": found.known(),
        "roles": roles,
        "networks": networks,
        "hosts": hosts,
    }


def _coverage_lines(found: "Coverage") -> Iterator[str]:
    from adtrace.knowledge.card import CONTACT_KINDS

    total = len(found.hosts)
    yield f"Scripts and frames of {count(found.pages, 'page')}: {count(total, 'host')}."
    for how, number in found.known().items():
        yield f"  {how:13}{number:7}  {number / max(total, 1):4.0%}"
    yield "Pages with a network of a role:"
    for role, number in found.roles.most_common():
        yield f"  {role:15}{number:5}"
    yield f"The best contact of {count(len(found.routes), 'network')} seen there is for:"
    routes = list(found.routes.values())
    for kind in (*CONTACT_KINDS, None):
        if number := routes.count(kind):
            yield f"  {kind or 'none known':15}{number:5}"
    for head, rows in (
        ("Most seen without one", found.without_route(_MOST_HOSTS)),
        ("Most loaded of the unidentified", found.most_seen("unidentified", _MOST_HOSTS)),
        ("Most loaded of the unknown", found.most_seen("unknown", _MOST_HOSTS)),
    ):
        if rows:
            yield f"{head}:"
        yield from (f"  {number:5}  {shown(name)}" for name, number in rows)


def _pages(paths: tuple[Path, ...], unread: list[str]) -> Iterator[str]:
    from adtrace.fetch.charset import decode_text

    for path in paths:
        if str(path) == "-":
            yield decode_text(sys.stdin.buffer.read(), None)[1]
            continue
        for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
            try:
                yield decode_text(file.read_bytes(), None)[1]
            except OSError:
                unread.append(str(file))


@command.command(
    "import", epilog=examples("adtrace knowledge import filter-list easylist.txt --licence CC-BY-SA-3.0")
)
@click.argument("kind", metavar="KIND")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, exists=True))
@click.option("--licence", required=True, metavar="TEXT", help="Under which licence you use this database.")
@click.option("--source", metavar="URL", help="Where it came from; by default the file's name.")
@click.option(
    "--name", metavar="NAME", help="Of the pack, by default KIND; one of the same name is replaced."
)
def import_database(kind: str, path: Path, licence: str, source: str | None, name: str | None) -> int:
    """Import a database that others made, as a second opinion. One that you have a licence for; cards win.

    \b
    KIND is one of
      ghostery         Ghostery TrackerDB: trackerdb.json
      duckduckgo       DuckDuckGo: tds.json, or Tracker Radar's folder domains/
      disconnect       Disconnect: services.json
      adguard          AdGuard companiesdb: trackers.json, beside companies.json
      third-party-web  third-party-web: entities.json
      filter-list      a list in EasyList's syntax: its rules for whole domains
      gvl              IAB Global Vendor List: vendor-list.json
      prebid           Prebid: metadata/modules.json, or metadata/modules/
      sellers-json     a folder of sellers.json files
    """
    from datetime import UTC, datetime

    from adtrace.knowledge.packs.importing import import_pack

    today = datetime.now(UTC).date()
    pack, skipped = import_pack(
        kind, path, licence=licence, source=source or path.name, today=today, name=name
    )
    for what in skipped[:_MOST_FAULTS]:
        click.echo(f"Passed over: {display(what)}", err=True)
    if (more := len(skipped) - _MOST_FAULTS) > 0:
        click.echo(f"Passed over: {more} more.", err=True)
    hosts = len({host for entry in pack.entries for host in entry.hosts})
    click.echo(
        f"Pack {pack.name}: {count(len(pack.entries), 'entry', 'entries')}, {count(hosts, 'host')}.", err=True
    )
    return 3 if skipped else 0


@command.command(
    epilog=examples("adtrace knowledge conflicts", "adtrace knowledge conflicts filter-list --json")
)
@click.argument("pack", metavar="[PACK]", required=False)
@json_lines_option
def conflicts(pack: str | None, as_json: bool) -> None:
    """List where imported packs contradict the cards. The cards win, a person decides.

    A line each: pack, card, what about (name, category or gvl), the hosts both know, the card's words, the pack's.
    """
    import msgspec

    from adtrace.errors import UsageError
    from adtrace.knowledge import load_knowledge
    from adtrace.knowledge.packs.conflicts import find_conflicts

    knowledge = load_knowledge()
    if pack and pack not in [one.name for one in knowledge.packs.packs]:
        raise UsageError(f'there is no pack "{pack}".', do="See `adtrace knowledge import --help`.")
    if not knowledge.packs.packs:
        click.echo("No pack is imported. See `adtrace knowledge import --help`.", err=True)
    for found in find_conflicts(knowledge, knowledge.packs):
        if pack not in (None, found.pack):
            continue
        if as_json:
            click.echo(msgspec.json.encode(found))
        else:
            hosts = ", ".join(defang(host) for host in found.hosts)
            words = (found.pack, found.card, found.about, hosts, found.card_says, found.pack_says)
            click.echo("\t".join(display(word) for word in words))


@command.command(
    epilog=examples("adtrace extract saved/*.html --json | adtrace knowledge draft - >newnet.toml")
)
@click.argument("file", metavar="FILE|-", type=click.File("rb"))
def draft(file: BinaryIO) -> None:
    """Begin a card from unidentified sightings. From the first among the lines of `extract --json`.

    Those on its domain, and on others by addresses of the same form, are drafted with it: give the lines of all pages
    that hold the tag. What only a person can know is left empty, and `knowledge check` refuses the card until it is
    filled.
    """
    import msgspec

    from adtrace.errors import UsageError
    from adtrace.extract.sighting import Sighting
    from adtrace.knowledge.draft import draft_card

    try:
        found = [msgspec.json.decode(line, type=Sighting) for line in file if line.strip()]
    except msgspec.DecodeError as error:
        raise UsageError(f"not a sighting ({error}).", do="Give lines of `extract --json`.") from None
    card, others = draft_card([sighting for sighting in found if sighting.kind == "unidentified"])
    if others:
        click.echo(
            f"{len(others)} more unidentified, of other hosts and forms: give their lines alone.", err=True
        )
    click.echo(card, nl=False)
