"""RFC 3161 timestamps on checkpoints: somebody else's word that the signed state existed at a time.

What is stamped is the signed text of a checkpoint (three lines: case, size, root): SHA-256 of it is all that the
authority learns, and when it was asked. The request and the reply are files; nothing here contacts anybody.
"""

import base64
import binascii
import hashlib
import sqlite3
from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING

import msgspec

from adtrace.case.canonical import read_json
from adtrace.case.notes import Checkpoint
from adtrace.case.segments import span_of
from adtrace.errors import AdtraceError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

EVENT = "timestamp"


class TimestampError(AdtraceError):
    """A reply that does not say what it must, or that nobody who is trusted has signed."""


class TimestampNote(msgspec.Struct, frozen=True):
    """The payload of a timestamp record, in base64. roots: certificates its recorder trusted for this reply (DER)."""

    event: str
    size: int
    reply: str
    roots: tuple[str, ...]


class Stamped(msgspec.Struct, frozen=True):
    """What a reply says: when (UTC, whole seconds), and whose certificate signed it."""

    time: str
    authority: str


def make_request(checkpoint: Checkpoint) -> bytes:
    """The query (DER) to hand to a time-stamping authority: no nonce, so that it can be made again."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    builder = TimestampRequestBuilder(data=checkpoint.text.encode(), hash_algorithm=HashAlgorithm.SHA256)
    return builder.nonce(nonce=False).cert_request(cert_request=True).build().as_bytes()


def read_reply(reply: bytes, checkpoint: Checkpoint, roots: "Sequence[Certificate]") -> Stamped:
    """What the reply (DER) says of this checkpoint, if one of these roots stands behind its signer.

    The signer's certificate must be for time stamping alone and have been valid at the time it states.

    Raises:
        TimestampError: it is no such reply.
    """
    from cryptography.x509 import load_der_x509_certificate
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    if not roots:
        raise TimestampError("nobody is trusted to stamp.", do="Give the authority's root certificate.")
    try:
        response = decode_timestamp_response(reply)
        builder = VerifierBuilder(roots=list(roots))
        builder.build().verify_message(response, checkpoint.text.encode())
        info = response.tst_info
        signer = next(iter(response.signed_data.signer_infos))
        certificates = map(load_der_x509_certificate, response.signed_data.certificates)
        subject = next(one.subject for one in certificates if one.serial_number == signer.serial_number)
    except (VerificationError, ValueError, StopIteration) as error:
        raise TimestampError(
            f"this is no timestamp of that checkpoint ({error}).",
            do="Send the file of --request as it is, and give the reply, and the root certificate the authority names.",
        ) from None
    time = info.gen_time.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"
    return Stamped(time, subject.rfc4514_string())


def find_stamped(reply: bytes, checkpoints: Sequence[Checkpoint]) -> Checkpoint:
    """The newest of these checkpoints that the reply is about.

    Raises:
        TimestampError: it is about none of them.
    """
    from rfc3161_client import decode_timestamp_response

    try:
        imprint = decode_timestamp_response(reply).tst_info.message_imprint.message
    except ValueError as error:
        raise TimestampError(
            f"this is no reply to a timestamp request ({error}).", do="Give the file as sent."
        ) from None
    for one in reversed(checkpoints):
        if hashlib.sha256(one.text.encode()).digest() == imprint:
            return one
    raise TimestampError(
        "this timestamp is of no checkpoint of this case.", do="Send the file of --request as it is."
    )


def read_roots(pem: bytes) -> "list[Certificate]":
    """The certificates of a PEM file.

    Raises:
        TimestampError: it holds none.
    """
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(pem)
    except ValueError as error:
        raise TimestampError(
            f"holds no certificate ({error}).", do="Give the authority's root, and intermediate ones, as PEM."
        ) from None


def timestamp_note(checkpoint: Checkpoint, reply: bytes, roots: "Sequence[Certificate]") -> dict[str, object]:
    """The payload that keeps the reply, with all that is needed to check it again without anybody."""
    from cryptography.hazmat.primitives.serialization import Encoding

    ders = tuple(base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in roots)
    note = TimestampNote(EVENT, checkpoint.size, base64.b64encode(reply).decode(), ders)
    found: dict[str, object] = msgspec.to_builtins(note)
    return found


def check_note(note: TimestampNote, checkpoint: Checkpoint, roots: "Sequence[Certificate]" = ()) -> Stamped:
    """What a kept timestamp says; roots: trust these instead of those its recorder trusted.

    Raises:
        TimestampError: it is not one of this checkpoint.
    """
    from cryptography.x509 import load_der_x509_certificate

    try:
        reply = base64.b64decode(note.reply, validate=True)
        kept = [load_der_x509_certificate(base64.b64decode(one, validate=True)) for one in note.roots]
    except (binascii.Error, ValueError) as error:
        raise TimestampError(
            f"is no timestamp that was kept ({error}).", do="See `adtrace verify`."
        ) from None
    return read_reply(reply, checkpoint, roots or kept)


class StampUse(msgspec.Struct, frozen=True):
    """A timestamp of the case. seq: its record. size: records 1 to this one existed at that time.

    counted: False if the reader trusts other authorities.
    """

    seq: int
    size: int
    time: str
    authority: str
    counted: bool = True

    @property
    def sentence(self) -> str:
        """For people."""
        doubt = "" if self.counted else ", which none of the roots you named stands behind"
        return (
            f"Records 1 to {self.size} existed on {self.time}, by the timestamp of {self.authority}{doubt}."
        )


def read_timestamps(database: sqlite3.Connection, base: int = 0) -> list[tuple[int, TimestampNote]]:
    """The timestamp records with their own numbers, oldest first; [] if none. base: of a merged case."""
    rows = database.execute(
        "SELECT seq, payload FROM notes WHERE event = ? AND seq BETWEEN ? AND ? ORDER BY seq",
        (EVENT, *span_of(base)),
    )
    return [(row[0] - base, msgspec.convert(read_json(row[1]), TimestampNote)) for row in rows]
