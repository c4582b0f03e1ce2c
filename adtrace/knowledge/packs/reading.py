"""What the readers share: JSON files of a stated form, read entry by entry, and folders of them."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from adtrace.errors import UsageError

T = TypeVar("T")
# RecursionError: what is nested deeper than any database is.
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read_json(path: Path, form: type[T]) -> T:
    """The file as this form.

    Raises:
        UsageError: the file cannot be read, is not JSON, or is not of that form.
    """
    try:
        return msgspec.json.decode(read_bytes(path), type=form)
    except _UNREADABLE as error:
        raise UsageError(
            f"not a file of this kind ({error}).",
            where=str(path),
            do="See `adtrace knowledge import --help`.",
        ) from None


def read_entries(
    entries: Iterable[tuple[object, msgspec.Raw]], form: type[T], where: str, skipped: list[str]
) -> Iterator[tuple[str, T]]:
    """(name, entry) of each entry that is of this form, numbers also where they are quoted.

    One that is not costs itself alone: it is passed over, and named in skipped after where.
    """
    for name, raw in entries:
        try:
            yield str(name), msgspec.json.decode(raw, type=form, strict=False)
        except _UNREADABLE as error:
            skipped.append(f"{where}, {name}: {error}.")


def read_folder_json(path: Path, form: type[T], skipped: list[str]) -> Iterator[tuple[Path, T]]:
    """Each JSON file of a folder and of those within it, or the one file, as this form.

    Of a folder, files of another form are passed over and named in skipped.
    """
    for file in files_of(path, ".json"):
        try:
            yield file, read_json(file, form)
        except UsageError as error:
            if not path.is_dir():
                raise
            skipped.append(f"{file}: {error.what}")


def files_of(path: Path, suffix: str) -> list[Path]:
    """The files of a folder, and of those within it, that end so, in order; or the one file."""
    return sorted(path.rglob(f"*{suffix}")) if path.is_dir() else [path]


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
        return _sha256(path)
    files = (file for file in files_of(path, "") if file.is_file())
    lines = "".join(f"{file.relative_to(path)} {_sha256(file)}\n" for file in files)
    return hashlib.sha256(lines.encode(errors="surrogateescape")).hexdigest()


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def name_of(value: Any) -> str | None:
    """The `name` of an object that has one; None of anything else."""
    name = value.get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None
