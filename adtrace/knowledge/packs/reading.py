"""What the readers share: JSON files of a stated form, and folders of them."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from adtrace.errors import UsageError

T = TypeVar("T")


def read_json(path: Path, form: type[T]) -> T:
    """The file as this form.

    Raises:
        UsageError: the file cannot be read, is not JSON, or is not of that form.
    """
    try:
        return msgspec.json.decode(read_bytes(path), type=form)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"not a file of this kind ({error}).",
            where=str(path),
            do="See `adtrace knowledge import --help`.",
        ) from None


def read_folder_json(path: Path, form: type[T], skipped: list[str]) -> Iterator[tuple[Path, T]]:
    """Each JSON file of a folder and of those within it, or the one file, as this form.

    Of a folder, files of another form are passed over and named in skipped.
    """
    if not path.is_dir():
        yield path, read_json(path, form)
        return
    for file in sorted(path.rglob("*.json")):
        try:
            yield file, read_json(file, form)
        except UsageError:
            skipped.append(str(file))


def read_bytes(path: Path) -> bytes:
    """The file's bytes, without a byte order mark.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise UsageError(f"{error.strerror}.", where=str(path)) from None


def sha256_of(path: Path) -> str:
    """SHA-256 of a file; of a folder, of its files' names and hashes."""
    if not path.is_dir():
        return hashlib.sha256(read_bytes(path)).hexdigest()
    whole = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        whole.update(f"{file.relative_to(path)} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def text_or_none(value: Any) -> str | None:
    """The value if it is text with something in it."""
    return value.strip() or None if isinstance(value, str) else None
