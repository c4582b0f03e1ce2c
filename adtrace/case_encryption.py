"""A closed case as one age-encrypted file, and back: without one of its recipients' keys it is nothing."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from adtrace.age import age_library, read_identities, read_recipient
from adtrace.case import Case, Verification
from adtrace.case.database import FILE_NAME, backups
from adtrace.case.own_file import new_own_file
from adtrace.errors import CaseError, IntegrityError, UsageError
from adtrace.export.files import make_folder
from adtrace.relate.links import links_of

STUB = "case.encrypted.txt"


def encrypt_case(folder: Path, target: Path, recipients: Sequence[str], *, remove: bool = False) -> str:
    """Write case.db of a closed case, verified and written anew, to a new file (0600); its last checkpoint.

    recipients: public keys of age; any one of them opens it, and without all of them it is lost. remove: take the
    clear case.db away, with the copies of its older schemas, and leave the checkpoint in its place.

    Raises:
        UsageError: no recipient, or one that is no key. IntegrityError: the case is damaged.
        CaseError: the case is not closed, or the file is there or cannot be written.
    """
    if not recipients:
        raise UsageError("nobody could open it.", do="Give the public keys of two people at least.")
    keys = [read_recipient(text) for text in recipients]
    with Case.open(folder, write=True) as case:
        if not case.retention().closed:
            raise CaseError("is not closed.", where=str(folder), do="Close it first: `adtrace case close`.")
        case.verify(links_of)
        case.sign()
        case.compact()
        note = str(case.seal_summary().checkpoint)
        with (folder / FILE_NAME).open("rb") as clear, _new(target) as stream:
            age_library().encrypt_io(clear, stream, keys)
    if remove:
        # In this order: whoever finds no case.db finds where it went.
        stub = (
            f"This case was encrypted to {len(keys)} keys, as {target.name}. Its last checkpoint:\n\n{note}"
        )
        with _new(folder / STUB) as stream:
            stream.write(stub.encode())
        for file in (*backups(folder / FILE_NAME), folder / FILE_NAME, folder / "case.lock"):
            file.unlink()
    return note


def decrypt_case(file: Path, identities: str, folder: Path, *, where: str = "the key file") -> Verification:
    """Make a folder (0700) of such a file and verify what is in it.

    identities: the text of an age identity file; where: its name, for messages.

    Raises:
        UsageError: no private key, or none that opens it. IntegrityError: the file, or what came out, is damaged.
        CaseError: the folder cannot be made, or holds something.
    """
    keys = read_identities(identities, where)
    make_folder(folder)
    if any(folder.iterdir()):
        raise CaseError("is no empty folder.", where=str(folder), do="Give another place for the case.")
    pyrage = age_library()
    with file.open("rb") as sealed, _new(folder / FILE_NAME) as clear:
        try:
            pyrage.decrypt_io(sealed, clear, keys)
        except pyrage.DecryptError as error:
            raise UsageError(
                f"is not opened by this key ({error}).",
                where=str(file),
                do="Give the key of another recipient.",
            ) from None
        except OSError as error:
            if error.errno:
                raise
            # pyrage: the key is one of its recipients', and what follows is not what they encrypted.
            raise IntegrityError(
                "is damaged, or was cut off; nothing of it was kept.",
                where=str(file),
                do="Take another copy.",
            ) from None
    with Case.open(folder) as case:
        return case.verify(links_of)


@contextlib.contextmanager
def _new(target: Path) -> Iterator[BinaryIO]:
    try:
        with new_own_file(target) as stream:
            yield stream
    except FileExistsError:
        raise CaseError("is there already.", where=str(target), do="Give another name.") from None
    except OSError as error:
        raise CaseError(
            f"cannot be written ({error.strerror}).", where=str(target), do="Give another place."
        ) from None
