"""adtrace brands: a brand owner's own list, and what a case holds of it."""

import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from adtrace.cli.options import examples, inside_option, json_lines_option
from adtrace.cli.terminal import echo_folded, names_given, shown
from adtrace.errors import UsageError
from adtrace.wording import count

if TYPE_CHECKING:
    from rich.console import Console

    from adtrace.export import Audience
    from adtrace.knowledge.brand import Brand

_MOST_ALIKE, _MOST_IDS = 6, 3  # that a terminal is told of


@click.group()
def command() -> None:
    """Take a brand owner's own list, and audit a case for it. Nothing is contacted."""


@command.command("import", epilog=examples("adtrace brands import owner.csv >owner.jsonl"))
@click.argument("file", metavar="FILE|-")
def import_list(file: str) -> None:
    """Check FILE, a brand owner's CSV, and print it as JSON lines. One a brand, for `brands audit --list`.

    Columns: brand, and any of domain, app (google-play/com.brand.app, facebook/brand.page, or its page's address),
    name, company; a row for each of them. A line that is wrong is named, and nothing of the list is taken. A domain
    stands for all below it, a host below one for itself alone, and apps are matched exactly; a name alone, and a
    domain that only resembles one of these, is a lead.
    """
    import msgspec

    found = _read(file)
    for brand in found:
        click.echo(msgspec.json.encode(brand))
    domains, apps = sum(len(b.domains) for b in found), sum(len(b.apps) for b in found)
    click.echo(
        f"{count(len(found), 'brand')} with {count(domains, 'domain')} and {count(apps, 'app')}.", err=True
    )


@command.command(
    epilog=examples(
        "adtrace brands audit mycase --brand shop.example",
        "adtrace brands audit mycase --list owner.csv --family",
    )
)
@click.argument("case", metavar="CASE")
@click.option(
    "--brand",
    "names",
    multiple=True,
    metavar="NAME|DOMAIN|-",
    help="Whom to look for; repeatable.",
)
@click.option(
    "--list", "file", metavar="FILE|-", help="An owner's list: CSV, or what `brands import` printed."
)
@click.option("--family", is_flag=True, help="All brands of the same companies too.")
@json_lines_option
@inside_option
def audit(
    case: str, names: tuple[str, ...], file: str | None, audience: str, *, family: bool, as_json: bool
) -> None:
    """Where CASE holds a brand, through whom, on whose evidence. At which grade and in which role.

    A row shows an offer, not that the brand knew, chose or paid; what was neither served nor seen in two runs or on two
    domains is a lead.
    Not observed is never clean.
    """
    given = names_given(*names)
    if not given and not file:
        do = "Give --brand NAME, or --list FILE; `adtrace ask CASE brand-shares` names those that were seen."
        raise UsageError("Which brand?", do=do)
    brands = _chosen(given, _read(file) if file else [], family=family)
    from adtrace.brands import audit as run_audit
    from adtrace.case import Case
    from adtrace.export.audience import Names
    from adtrace.export.sharing import Told
    from adtrace.knowledge import load_knowledge

    with Case.open(case) as opened, opened.snapshot():
        Told(opened, cast("Audience", audience)).refuse_withheld(cast("Audience", audience))
        found = run_audit(opened, brands)
        known = Names(opened, cast("Audience", audience), load_knowledge())
        for name in found.brands:
            rows = [_shown(row, known) for row in found.rows if row.brand == name]
            finding = found.finding(name)
            alike = [known.text(one) for one in found.alike.get(name, ())]
            if as_json:
                click.echo(json.dumps({"brand": name, "finding": finding, "alike": alike, "rows": rows}))
            else:
                echo_folded(partial(_print, name, finding, alike, rows, opened.short))


def _read(file: str) -> "list[Brand]":
    from adtrace.brands import read_owner_list

    if file == "-":
        return read_owner_list(sys.stdin.buffer.read(), name="standard input")
    try:
        return read_owner_list(Path(file).read_bytes(), name=file)
    except OSError as error:
        raise UsageError(f"{error.strerror}.", where=file, do="Name a list that can be read.") from None


def _chosen(names: Sequence[str], listed: "list[Brand]", *, family: bool) -> "list[Brand]":
    """The brands asked for: by the list if one is given, else by the cards; a domain no card has stands for itself."""
    from adtrace.knowledge.brand import Brand, Brands, fold, load_brands

    index = Brands(listed) if listed else load_brands()
    found = [] if names else list(listed)
    for name in names:
        domain = _domain(name)
        brand = index.of_name(name) or index.of_host(domain)
        if brand is None and domain:
            brand = Brand(id=domain, name=domain, domains=[domain])
        found.append(brand or Brand(id=fold(name), name=name))  # an ad response may name it so
    if family:
        found = [one for brand in found for one in index.family(brand)]
    return list({brand.id: brand for brand in found}.values())


def _domain(name: str) -> str | None:
    """The domain that is meant; None if it is a name, such as Dr. Harbour."""
    from adtrace.brands.owner_list import read_domain
    from adtrace.errors import ListError

    if "." not in name or " " in name:
        return None
    try:
        return read_domain(name)
    except ListError as error:
        if "/" in name:
            raise ListError(error.what, where="--brand", do=error.do) from None
        return None


def _shown(row: Any, names: Any) -> dict[str, Any]:
    import msgspec

    return {
        **msgspec.structs.asdict(row),
        "domain": names.domain(row.domain),
        "matched": names.text(row.matched),
        "authority": names.text(row.authority),
        "reference": names.text(row.reference),
    }


def _print(
    brand: str,
    finding: str,
    alike: Sequence[str],
    rows: Sequence[dict[str, Any]],
    case: str,
    console: "Console",
) -> None:
    """case: how public ids of this case begin; without it `adtrace show` takes them too."""
    from rich.padding import Padding
    from rich.text import Text

    def say(line: str, by: int) -> None:
        console.print(Padding(Text(shown(line)), (0, 0, 0, by), expand=False))

    say(f"{brand}: {finding}.", 0)
    if alike:
        say(
            f"Looked for by this name alone. Named alike in this case, and not counted: "
            f"{_first(_MOST_ALIKE, alike)}. Give the one that is meant with --brand.",
            2,
        )
    for row in rows:
        through = f", through {row['through']}" if row["through"] else ""
        ids = [one.removeprefix(f"{case}-") for one in row["sightings"]]
        seen = f"{_first(_MOST_IDS, ids)} in {count(len(row['captures']), 'capture')}"
        say(f"{'lead ' if row['is_lead'] else 'shown'}  {row['domain']}", 2)
        say(
            f"role {row['role']}, matched by {row['matched']}{through}; {row['basis']}, {row['state']},"
            f" {row['certainty']}; {seen}; confirmed by {row['authority']}, {row['reference']}",
            9,
        )


def _first(most: int, names: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
