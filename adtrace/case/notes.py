"""Checkpoints in the form other tools read: C2SP signed notes and tlog checkpoints, with Ed25519 signatures.

https://c2sp.org/signed-note and https://c2sp.org/tlog-checkpoint (read 2026-01): lines of text, a blank line, and
signature lines `— NAME base64(key id || signature)`.
"""

import base64
import binascii
import hashlib
import re
from typing import NamedTuple

from adtrace.errors import AdtraceError

ORIGIN = "adtrace/"
_ED25519 = b"\x01"
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_NAME = re.compile(r"[^\s+]+")


class NoteError(AdtraceError):
    """A text that is no checkpoint, or no public key."""


class PublicKey(NamedTuple):
    """Who signs: a name without spaces or plus signs, and the 32 bytes of an Ed25519 key."""

    name: str
    raw: bytes

    @property
    def id(self) -> bytes:
        """The four bytes with which a signature line names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:4]

    def __str__(self) -> str:
        """The one line in which it is printed: NAME+ID+KEY."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.raw).decode()}"

    def has_signed(self, text: str, signature: bytes) -> bool:
        """Whether this is this key's signature over that text."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


class Signature(NamedTuple):
    """One signature line."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_id + self.signature).decode()}"


class Checkpoint(NamedTuple):
    """What is signed: the first `size` records of the case are those of this root."""

    case: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The signed text, its last line end included."""
        return f"{ORIGIN}{self.case}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


class Note(NamedTuple):
    """A checkpoint with its signatures."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.checkpoint.text}\n" + "".join(f"{line}\n" for line in self.signatures)


def read_note(text: str) -> Note:
    """The note this text is, written exactly as adtrace writes it.

    Raises:
        NoteError: it is none.
    """
    try:
        origin, size, root, blank, *lines, end = text.split("\n")
        checkpoint = Checkpoint(origin.removeprefix(ORIGIN), int(size), _bytes(root))
        note = Note(checkpoint, tuple(map(_read_signature, lines)))
    except ValueError:
        raise _no_checkpoint() from None
    if blank or end or not lines or str(note) != text:
        raise _no_checkpoint()
    return note


def read_key(text: str) -> PublicKey:
    """The key this line names.

    Raises:
        NoteError: it is none, or its id is another key's.
    """
    try:
        name, _, rest = text.strip().partition("+")
        raw = _bytes(rest.partition("+")[2])
        key = PublicKey(name, raw[1:])
    except ValueError:
        key = None
    if key is None or not _NAME.fullmatch(key.name) or len(key.raw) != 32 or str(key) != text.strip():
        raise NoteError("is no public key.", where=f'"{text.strip()[:80]}"', do="Give a line NAME+ID+KEY.")
    return key


def _read_signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    if not found:
        raise ValueError(line)
    raw = _bytes(found[2])
    return Signature(found[1], raw[:4], raw[4:])


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error


def _no_checkpoint() -> NoteError:
    return NoteError(
        "this is no checkpoint of adtrace.", do="Give the text that `adtrace case checkpoint` printed."
    )
