"""adtrace case encrypt, decrypt: a closed case as one file that only its recipients open."""

from pathlib import Path

import click

from adtrace.cli.options import examples
from adtrace.wording import count


@click.command(epilog=examples("adtrace case encrypt mycase --recipient age1… --recipient age1… -o c.age"))
@click.argument("case", metavar="CASE")
@click.option(
    "--recipient",
    "recipients",
    metavar="KEY",
    multiple=True,
    required=True,
    help="A public key of age (age1…) or SSH; repeatable. Two at least: one may be lost.",
)
@click.option(
    "-o", "--output", metavar="FILE", required=True, type=click.Path(path_type=Path), help="The new file."
)
@click.option("--remove", is_flag=True, help="Take the clear case away and leave its last checkpoint.")
def encrypt(case: str, recipients: tuple[str, ...], output: Path, *, remove: bool) -> None:
    """Encrypt a closed CASE with age, to be kept. Any one recipient opens it with `adtrace case decrypt`.

    Destroying all their keys destroys the case: the one deletion that also reaches copies and worn drives. With
    --remove, reports and exports beside the case stay as they are.
    """
    from adtrace.case_encryption import encrypt_case

    note = encrypt_case(Path(case), output, recipients, remove=remove)
    if len(recipients) == 1:
        click.echo("One key opens it: if that is lost, so is the case.", err=True)
    click.echo(note, nl=False)


@click.command(epilog=examples("adtrace case decrypt mycase.age --identity key.txt -o mycase"))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--identity",
    metavar="FILE",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Your private key: an age identity file, or an SSH key.",
)
@click.option(
    "-o",
    "--output",
    "case",
    metavar="CASE",
    required=True,
    type=click.Path(path_type=Path),
    help="A new folder.",
)
def decrypt(file: Path, identity: Path, case: Path) -> None:
    """Make the case that FILE holds, and verify it."""
    from adtrace.case_encryption import decrypt_case

    found = decrypt_case(file, identity.read_text("utf-8", "replace"), case, where=str(identity))
    click.echo(f"Intact: {count(found.total, 'record')}.", err=True)
