"""adtrace draw: pictures for documents, without a browser."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from adtrace.cli.entry_names import site_named
from adtrace.cli.options import examples, inside_option
from adtrace.errors import UsageError

if TYPE_CHECKING:
    from adtrace.export import Audience

_FORMS = ("svg", "png")


@click.command(
    "draw",
    epilog=examples(
        "adtrace draw mycase --domain clip.example -o domain.svg",
        "adtrace draw mycase --cluster 1 -o cluster.svg --audience investigator",
    ),
)
@click.argument("case", metavar="CASE")
@click.option("--domain", metavar="D", help="What is placed on one domain: accounts, networks, brands.")
@click.option(
    "--chain", metavar="D", help="What stands behind the tags of one domain: network behind network."
)
@click.option(
    "--cluster",
    metavar="[N]",
    is_flag=False,
    flag_value="1",
    help="An operator hypothesis and what ties it: number N, the largest first, or op-…. [default: 1]",
)
@click.option("--brand", metavar="B", help="Where a brand is offered, and through whom.")
@click.option("--intervention", is_flag=True, help="How far letters to networks reach, letter by letter.")
@click.option("-o", "--output", required=True, metavar="FILE", help="FILE.svg or FILE.png.")
@inside_option
def command(
    case: str,
    domain: str | None,
    chain: str | None,
    cluster: str | None,
    brand: str | None,
    output: str,
    audience: str,
    *,
    intervention: bool,
) -> None:
    """Draw one picture of CASE for a document. A domain, what stands behind it, a cluster, a brand, or the letters.

    The case is verified first: a damaged one yields nothing. What leaves is recorded in its ledger.
    """
    asked = {
        "domain": domain,
        "chain": chain,
        "cluster": cluster,
        "brand": brand,
        "intervention": "" if intervention else None,
    }
    picture, what = _chosen(asked)
    form = Path(output).suffix[1:].lower()
    if form not in _FORMS:
        raise UsageError(f"{output} is no picture's name.", do="Give FILE.svg or FILE.png.")
    from adtrace.case import Case
    from adtrace.draw import draw
    from adtrace.export.write import write_document
    from adtrace.names import display

    with Case.open(case, write=True) as opened:
        write_document(
            opened,
            f"picture-{picture}",
            form,
            Path(output),
            cast("Audience", audience),
            lambda source: draw(source, picture, site_named(what), form),
        )
    click.echo(f"{display(str(output))}: for the {audience}.", err=True)


def _chosen(asked: dict[str, str | None]) -> tuple[str, str]:
    """The one picture that was asked for, and of what."""
    chosen = [(picture, what) for picture, what in asked.items() if what is not None]
    if len(chosen) != 1:
        raise UsageError(
            "what shall be drawn?",
            do="Give one of --domain D, --chain D, --cluster, --brand B, --intervention.",
        )
    return chosen[0]
