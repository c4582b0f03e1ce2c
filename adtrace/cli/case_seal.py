"""adtrace case checkpoint, sign, key, timestamp: what is signed of a case, by whom, and the keys that sign."""

import sys
from typing import BinaryIO

import click

from adtrace.cli.options import examples
from adtrace.names import display

_case = click.argument("case", metavar="CASE")


@click.command(epilog=examples("adtrace case checkpoint mycase >checkpoint.txt"))
@_case
def checkpoint(case: str) -> None:
    """Print the newest checkpoint of CASE. A copy kept elsewhere tells later whether the case was rolled back."""
    click.echo(_newest(case), nl=False)


def _newest(case: str) -> str:
    from adtrace.case import Case
    from adtrace.errors import CaseError

    with Case.open(case) as opened:
        note = opened.seal_summary().checkpoint
    if note is None:
        raise CaseError(
            "has no checkpoint yet.", where=case, do="The next command that writes to it makes one."
        )
    return note


@click.command(epilog=examples("adtrace case sign mycase --name reviewer-2 >checkpoint.txt"))
@_case
@click.option(
    "--name", required=True, metavar="NAME", help="Who witnesses, such as reviewer-2; names the key too."
)
def sign(case: str, name: str) -> None:
    """Verify CASE, and sign its state as a second person. Prints the checkpoint, to be kept elsewhere.

    The key of NAME is made on first use. A witness proves something only if nobody else can use that key: run this
    as another user, or on another machine, with a key folder (ADTRACE_KEYS) and passphrase of your own.
    """
    from adtrace.case import Case
    from adtrace.case.keys import load_signer
    from adtrace.relate.links import links_of

    with Case.open(case, write=True) as opened:
        opened.verify(links_of)
        note = opened.sign_as_witness(load_signer(opened.path, name))
    click.echo(note, nl=False)


@click.command(epilog=examples("adtrace case key", "adtrace case key --new --passphrase"))
@click.option("--name", metavar="NAME", help="The key of this witness, instead of the installation's own.")
@click.option("--new", is_flag=True, help="Sign on with a new key; the old one's file stays beside it.")
@click.option("--passphrase", is_flag=True, help="With --new: ask for a passphrase that guards the new key.")
def key(name: str | None, new: bool, passphrase: bool) -> None:
    """Print the public key that signs here. A line NAME+ID+KEY to give to those who verify."""
    import os

    from adtrace.case.keys import OWN, keys_folder, public_key, rotate
    from adtrace.errors import UsageError

    if passphrase and not new:
        raise UsageError("a key gets its passphrase when it is made.", do="Give --new as well.")
    who = name or OWN
    if new:
        given = (
            click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
            if passphrase
            else os.environ.get("ADTRACE_PASSPHRASE")
        )
        rotate(who, passphrase=given)
        click.echo(
            "What the one before it signed stays signed by it. Give this one to those who verify:", err=True
        )
    public, protection = public_key(who)
    click.echo(public)
    click.echo(
        f"In {keys_folder()}, guarded by {'a ' if protection == 'passphrase' else ''}{protection}.", err=True
    )


@click.command(
    epilog=examples(
        "adtrace case timestamp mycase --request query.tsq",
        "adtrace case timestamp mycase --reply reply.tsr --tsa root.pem",
    )
)
@_case
@click.option(
    "--request", metavar="FILE|-", type=click.File("wb"), help="Write the query for the newest checkpoint."
)
@click.option(
    "--reply", metavar="FILE|-", type=click.File("rb"), help="Check and keep the authority's reply."
)
@click.option(
    "--tsa",
    metavar="FILE",
    type=click.File("rb"),
    help="The authority's root certificates (PEM), with --reply.",
)
def timestamp(case: str, request: BinaryIO | None, reply: BinaryIO | None, tsa: BinaryIO | None) -> None:
    """Have an authority say that CASE exists as it is now. By RFC 3161: --request, then --reply.

    adtrace contacts nobody for this: you carry the query there and the reply back, for instance with curl, when and
    from where you choose. The authority learns one hash, and that somebody asked. It need not be trusted with more.
    """
    from adtrace.case import Case
    from adtrace.case.notes import read_note
    from adtrace.case.timestamps import make_request, read_roots
    from adtrace.errors import UsageError

    if (request is None) == (reply is None) or (reply is None) != (tsa is None):
        raise UsageError("What shall be done?", do="Give --request FILE, or --reply FILE with --tsa FILE.")
    if request:
        checkpoint = read_note(_newest(case)).checkpoint
        request.write(make_request(checkpoint))
        file = "FILE" if request is sys.stdout.buffer else display(request.name)
        click.echo(
            f"A query for records 1 to {checkpoint.size}. Send it, for instance:\n"
            f"  curl -H 'Content-Type: application/timestamp-query' --data-binary @{file} https://TSA"
            " > reply.tsr\n"
            "and keep what comes back, with the authority's root certificate, which its site names:\n"
            f"  adtrace case timestamp {display(case)} --reply reply.tsr --tsa root.pem",
            err=True,
        )
    elif reply and tsa:
        with Case.open(case, write=True) as opened, opened.transaction():
            stamped = opened.add_timestamp(reply.read(), read_roots(tsa.read()))
        click.echo(f"Kept: {display(stamped.authority)} says {stamped.time}.", err=True)
