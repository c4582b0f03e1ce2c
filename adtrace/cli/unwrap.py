"""adtrace unwrap: where click URLs lead, without clicking."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from adtrace.cli.options import examples, json_lines_option
from adtrace.cli.terminal import json_line, shown

if TYPE_CHECKING:
    from adtrace.extract.unwrap import Unwrapped

_MEANING = {
    "landing": "leads to {}",
    "tracker": "ends at the tracker {}; where that leads is not in the URL",
    "opaque": "the landing is not in the URL",
    "self": "leads back to {}",
    "plain": "no wrapper",
    "invalid": "no absolute http or https URL",
}


@click.command(
    epilog=examples(
        "adtrace unwrap 'https://clip.example/go?url=https%3A%2F%2Fshop.example'",
        "adtrace unwrap - --json <clicks.txt",
    )
)
@click.argument("urls", metavar="[URL…|-]", nargs=-1)
@click.option("--page", metavar="URL", help="The page the links stand on: links back to its site are `self`.")
@json_lines_option
def command(urls: tuple[str, ...], page: str | None, as_json: bool) -> None:
    """Say where each click URL leads, and what it states on the way. Nothing is contacted.

    - reads one URL a line from standard input.
    """
    from adtrace.extract.unwrap import unwrap
    from adtrace.names import refang

    if not urls:
        raise click.UsageError(
            "No URL was given. Give one or more, or - to read one a line from standard input."
        )
    show = json_line if as_json else _for_people
    for url in _each(urls):
        # As the commands print it; a plain URL may hold brackets of its own.
        given = refang(url) if url.lower().startswith("hxxp") else url
        click.echo(show(unwrap(given, page=page)))


def _each(urls: tuple[str, ...]) -> Iterator[str]:
    for url in urls:
        if url != "-":
            yield url
            continue
        for line in sys.stdin.buffer:
            if text := line.decode("utf-8", "surrogateescape").strip():
                yield text


def _for_people(found: "Unwrapped") -> str:
    lines = [shown(found.input)]
    lines += [f"  {hop.wrapper} ({hop.encoding}): {shown(hop.url)}" for hop in found.hops if hop.url]
    lines += [f"  {hop.wrapper}" for hop in found.hops if not hop.url]
    lines.append(
        f"  {found.kind}: {_MEANING[found.kind].format(shown(found.landing_domain or found.landing or ''))}"
    )
    lines += [f"  declared {name}: {shown(value)}" for name, value in sorted(found.declared.items())]
    return "\n".join(lines)
