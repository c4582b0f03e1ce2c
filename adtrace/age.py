"""Keys of age (https://age-encryption.org/v1): whom something is encrypted to, and who can open it."""

from importlib import import_module
from typing import Any

from adtrace.errors import UsageError
from adtrace.names import display


def age_library() -> Any:
    """The library pyrage.

    Raises:
        UsageError: it is not installed.
    """
    try:
        return import_module("pyrage")
    except ImportError:
        raise UsageError(
            "encryption needs the library pyrage, which is not installed.", do="pip install 'adtrace[age]'."
        ) from None


def read_recipient(text: str) -> object:
    """A recipient's public key: age1…, or an SSH key line.

    Raises:
        UsageError: it is neither.
    """
    pyrage = age_library()
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        found: object = kind.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise UsageError(
            f'"{display(text[:80])}" is no public key of age.', do="Give a key age1…, or an SSH public key."
        ) from None
    return found


def read_identities(text: str, where: str) -> list[object]:
    """The private keys of an identity file: AGE-SECRET-KEY-1… lines, or one SSH key.

    Raises:
        UsageError: it holds none.
    """
    pyrage = age_library()
    try:
        if "PRIVATE KEY-----" in text:
            return [pyrage.ssh.Identity.from_buffer(text.encode())]
        lines = [line.strip() for line in text.splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise UsageError(
            "holds no private key of age.", where=where, do="Give a file with a line AGE-SECRET-KEY-1…."
        )
    return found
