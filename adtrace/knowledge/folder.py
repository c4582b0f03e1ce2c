"""Folders of data cards: every TOML file of one folder, read once, each named by its own hash."""

import hashlib
from collections.abc import Iterator
from importlib.resources import files
from typing import TypeVar

import msgspec

from adtrace.errors import CardError

T = TypeVar("T")


def read_folder(name: str) -> Iterator[tuple[str, bytes]]:
    """(stem, bytes) of each TOML file in adtrace/knowledge/<name>/, in the order of their names."""
    for file in sorted((files("adtrace.knowledge") / name).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            yield file.name.removesuffix(".toml"), file.read_bytes()


def decode_card(where: str, data: bytes, kind: type[T]) -> T:
    """The bytes of one card file as its type.

    Raises:
        CardError: not TOML, or a field or word the type does not have.
    """
    try:
        return msgspec.toml.decode(data, type=kind)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CardError(
            f"{error}.", where=where, do=f"See adtrace/knowledge/{kind.__module__.rpartition('.')[2]}.py."
        ) from None


def hash12(data: bytes) -> str:
    """The first 12 hex digits of the SHA-256 of a card file: the end of every rule name."""
    return hashlib.sha256(data).hexdigest()[:12]


def hash_cards(hashes: dict[str, str]) -> str:
    """One name (32 hex digits) for a state of a whole folder, from {card id: hash}."""
    lines = "".join(f"{name} {value}\n" for name, value in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:32]
