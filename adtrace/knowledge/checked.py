"""Cards that were read and checked before, kept beside this package's bytecode and in its manner.

Reading and checking some two thousand TOML files costs a quarter of a second at every start. What came of it is kept
in `__pycache__`: whoever may write there may write the code that would do the checking. It is used only if it was
made of these very files by this very code, whole and of the right shape; on any doubt the files are read again, and
where nothing may be written (PYTHONDONTWRITEBYTECODE, a read-only installation) they are read at every start.
"""

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from adtrace.knowledge.folder import hash12, read_folder

T = TypeVar("T")
_DIGEST_BYTES = 32
CODE = Path(__file__).parent
# What the checks themselves stand on.
_BESIDE = (CODE.parent / "names.py", CODE.parent / "linear.py", CODE.parent / "extract" / "sighting.py")


def read_checked(
    folder: str, kind: type[T], check: Callable[[str, bytes], T]
) -> tuple[dict[str, T], dict[str, str]]:
    """The cards of a folder and the hash12 of each one's file, by name; each was through `check` when it was new.

    check: makes a card of a file's name and bytes.

    Raises:
        CardError: the first card that is not valid.
    """
    found = list(read_folder(folder))
    hashes = {name: hash12(data) for name, data in found}
    made_of = _digest_of(found)
    kept = CODE / "__pycache__" / f"{folder}.cards"
    cards = _load(kept, made_of, dict[str, kind])  # type: ignore[valid-type]
    if cards is None:
        cards = {name: check(name, data) for name, data in found}
        if not sys.dont_write_bytecode:
            _keep(kept, made_of, cards)
    return cards, hashes


def _digest_of(found: Iterable[tuple[str, bytes]]) -> bytes:
    """What kept cards must have been made of: the code that checks, and each file by name and bytes."""
    digest = hashlib.sha256()
    code = ((file.name, file.read_bytes()) for file in (*sorted(CODE.glob("*.py")), *_BESIDE))
    for name, data in (*code, *found):
        digest.update(f"{name} {len(data)}\n".encode())
        digest.update(data)
    return digest.digest()


def _load(file: Path, made_of: bytes, kind: type[T]) -> T | None:
    """What _keep wrote of the same files; None if there is none, or it is not as it was written."""
    try:
        whole = file.read_bytes()
        body = whole[2 * _DIGEST_BYTES :]
        if whole[: 2 * _DIGEST_BYTES] != made_of + hashlib.sha256(body).digest():
            return None
        return msgspec.msgpack.decode(body, type=kind)
    except (OSError, msgspec.DecodeError):
        return None


def _keep(file: Path, made_of: bytes, cards: dict[str, T]) -> None:
    """Write both digests and the cards, at once or not at all."""
    body = msgspec.msgpack.encode(cards)
    part = file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(exist_ok=True)
        part.write_bytes(made_of + hashlib.sha256(body).digest() + body)
        part.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
