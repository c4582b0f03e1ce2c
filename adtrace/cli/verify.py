"""adtrace verify: whether a case is what was written."""

import json
import sys

import click


@click.command()
@click.argument("case", metavar="CASE")
@click.option(
    "--rebuild-links", is_flag=True, help="First derive the links cache anew from the sealed sightings."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(case: str, rebuild_links: bool, as_json: bool) -> None:
    """Check every record, every table and every page of CASE; exit code 4 names the first bad record."""
    import msgspec

    from adtrace.case import Case
    from adtrace.errors import IntegrityError
    from adtrace.relate.links import links_of

    try:
        with Case.open(case, write=rebuild_links) as opened:
            if rebuild_links:
                with opened.transaction():
                    opened.rebuild_links(links_of)
            found = opened.verify(links_of)
    except IntegrityError as error:
        if not as_json:
            raise
        click.echo(json.dumps({"intact": False, "what": error.what, "where": error.where, "do": error.do}))
        sys.exit(error.exit_code)
    if as_json:
        click.echo(json.dumps({"intact": True, **msgspec.to_builtins(found)}))
        return
    kinds = ", ".join(f"{number} {kind}" for kind, number in found.records.items())
    click.echo(f"Intact: {found.total} records ({kinds}),")
    click.echo(f"{found.skeletons} skeletons, {found.sightings} sightings, {found.links} links.")
    if found.open_decisions:
        click.echo(f"{found.open_decisions} allowed requests have no outcome yet; the next run closes them.")
    click.echo(
        f"No signature covers {found.unsigned} of {found.total} records:"
        " integrity since capture only; not independently authenticated."
    )
    click.echo(f"Last record: {found.total} {found.head}. Keep a copy of this line outside the case.")
