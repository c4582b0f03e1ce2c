"""checked.py: what was kept is used only where it is what the files and the code would give again."""

import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from adtrace.knowledge import checked
from adtrace.knowledge.folder import hash12


class Word(msgspec.Struct, frozen=True):
    """A card of one word."""

    text: str


class Folder:
    """A folder of one card, the code beside it, and how often a card was checked."""

    def __init__(self, code: Path) -> None:
        self.files, self.checks, self.kept = {"a": b"tea"}, 0, code / "__pycache__" / "words.cards"

    def read(self, kind: type = Word) -> object:
        cards, hashes = checked.read_checked("words", kind, self._check)
        assert hashes == {"a": hash12(self.files["a"])}
        return cards

    def _check(self, _name: str, data: bytes) -> Word:
        self.checks += 1
        return Word(data.decode())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    made = Folder(tmp_path)
    monkeypatch.setattr(checked, "CODE", tmp_path)
    monkeypatch.setattr(checked, "read_folder", lambda _: iter(made.files.items()))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return made


def test_the_same_files_are_checked_once(folder: Folder) -> None:
    """What was kept is what the check gave."""
    assert folder.read() == folder.read() == {"a": Word("tea")}
    assert folder.checks == 1


def cut(kept: bytes) -> bytes:
    return kept[:-1]


def altered(kept: bytes) -> bytes:
    return kept.replace(b"tea", b"pea")


def empty(_kept: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("harm", [cut, altered, empty])
def test_what_is_not_as_it_was_written_is_not_used(folder: Folder, harm: Callable[[bytes], bytes]) -> None:
    """A byte changed or lost sends the reader back to the files, and is mended."""
    folder.read()
    folder.kept.write_bytes(harm(folder.kept.read_bytes()))
    assert folder.read() == folder.read() == {"a": Word("tea")}
    assert folder.checks == 2


def test_another_file_another_check(folder: Folder) -> None:
    """A changed card, or changed code, is checked again."""
    folder.read()
    folder.files["a"] = b"rye"
    assert folder.read() == {"a": Word("rye")}
    (checked.CODE / "card.py").write_text("# a new rule")
    assert folder.read() == {"a": Word("rye")}
    assert folder.checks == 3


def test_cards_of_another_form_are_not_used(folder: Folder) -> None:
    """What no longer fits the type is read from the files."""
    folder.read()

    class Number(msgspec.Struct, frozen=True):
        text: int

    folder.read(Number)
    assert folder.checks == 2


def test_nothing_is_written_where_bytecode_is_not(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers and whoever sets PYTHONDONTWRITEBYTECODE read the files each time."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert folder.read() == folder.read() == {"a": Word("tea")}
    assert folder.checks == 2
    assert not folder.kept.exists()


def test_where_nothing_can_be_written_all_is_read(folder: Folder) -> None:
    """A read-only installation works, and nothing half-written is left."""
    folder.kept.mkdir(parents=True)
    assert folder.read() == {"a": Word("tea")}
    assert list(folder.kept.parent.iterdir()) == [folder.kept]
