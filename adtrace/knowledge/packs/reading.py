"""What the readers share: JSON files of a stated form, read entry by entry, and folders of them."""

import hashlib
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
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

    One that cannot be read, or is of another form, is passed over and named in skipped.
    """
    for file in files_of(path, ".json"):
        try:
            yield file, read_json(file, form)
        except UsageError as error:
            skipped.append(f"{file}: {error.what}")


def files_of(path: Path, suffix: str) -> list[Path]:
    """The files of a folder, and of those within it, that end so, in order; or the one file."""
    return sorted(path.rglob(f"*{suffix}")) if path.is_dir() else [path]


def read_bytes(path: Path) -> bytes:
    """The file's bytes, without a byte order mark.

    Raises:
        UsageError: it cannot be read.
    """
    with open_file(path) as opened:
        return opened.read().removeprefix(b"\xef\xbb\xbf")


@contextmanager
def open_file(path: Path) -> Iterator[BufferedReader]:
    """The file's bytes, to be read.

    Raises:
        UsageError: they cannot be read to their end; or it is a pipe or a device, which could be read only once, or
            would be waited for.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError("is no plain file.", where=str(path), do="Save what it gives in one.")
        with path.open("rb") as opened:
            yield opened
    except OSError as error:
        raise UsageError(f"{error.strerror}.", where=str(path), do="Give a file that can be read.") from None


def sha256_of(path: Path) -> str:
    """SHA-256 of a file; of a folder, of the names and hashes of its files that can be read."""
    if not path.is_dir():
        return _sha256(path)
    lines = []
    for file in files_of(path, ""):
        with suppress(UsageError):
            lines.append(f"{file.relative_to(path)} {_sha256(file)}\n")
    return hashlib.sha256("".join(lines).encode(errors="surrogateescape")).hexdigest()


def _sha256(file: Path) -> str:
    with open_file(file) as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def name_of(value: Any) -> str | None:
    """The `name` of an object that has one; None of anything else."""
    name = value.get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) else None
