"""adtrace refer: hosts that were named and nobody confirmed, in a file for the authority."""

import sys
from collections import Counter
from pathlib import Path

import click

from adtrace.cli.export import labels_of
from adtrace.cli.options import examples
from adtrace.wording import count


@click.command(epilog=examples('adtrace refer mycase -o named.csv --to "Hotline North" --reason "to judge"'))
@click.argument("case", metavar="CASE")
@click.option("-o", "--output", "target", metavar="FILE|-", required=True, help="The CSV file to write.")
@click.option("--to", required=True, metavar="WHOM", help="The authority it is for; recorded in the case.")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is given; recorded in the case.")
def command(case: str, target: str, to: str, reason: str) -> None:
    """Write the hosts that were named and nobody confirmed. For an authority to judge.

    Redirect targets, sites that ad tags declare, sellers' domains, and addresses adtrace did not ask for: each with the
    confirmed domain that named it, how, when, and the record that says so. A host here was named, nothing more: many
    are innocent, and adtrace contacted none of them.
    """
    from adtrace.case import Case
    from adtrace.referral import write_referral

    with Case.open(case, write=True) as opened:
        place = sys.stdout.buffer if target == "-" else Path(target)
        manifest, found = write_referral(opened, place, to=to, reason=reason)
    hosts = len({one.host for one in found})
    ways = Counter(one.how for one in found)
    counts = f" ({', '.join(f'{how} {number}' for how, number in sorted(ways.items()))})" if ways else ""
    click.echo(
        f"{count(hosts, 'host')} nobody confirmed{counts}; {labels_of(manifest)}; on record as {manifest.record}.",
        err=True,
    )
