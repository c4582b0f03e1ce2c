"""What every data card must hold, of whatever kind."""

import re
from collections.abc import Sequence
from typing import Any, Protocol

import re2

from adtrace.errors import CardError

# RE2 matches in time linear in the text; what one character costs grows with the program the pattern compiles to.
MAX_PROGRAM = 10_000  # instructions
_DATED = re.compile(r"\([^()]*\b\d{4}-\d\d-\d\d\b[^()]*\)$")


class Headed(Protocol):
    """A card of any kind."""

    @property
    def id(self) -> str:
        """The name of its file."""

    @property
    def source(self) -> list[str]:
        """Where its facts were read, each with the day in brackets at its end."""


def check_head(card: Headed, name: str, where: str, filled: Sequence[str]) -> None:
    """Refuse a card that is not its file's, leaves one of these fields empty, or states a source without its day.

    Raises:
        CardError: it is one of these.
    """
    if card.id != name:
        raise CardError(f'id "{card.id}" is not the file name.', where=where, do="Make them equal.")
    if empty := [field for field in filled if not getattr(card, field)]:
        raise CardError(f"{', '.join(empty)} may not be empty.", where=where, do="Fill in what is known.")
    for source in card.source:
        check_dated(source, where)


def check_dated(source: str, where: str) -> None:
    """Refuse a source that does not end with the day it was read.

    Raises:
        CardError: it does not.
    """
    if not _DATED.search(source):
        raise CardError(
            f'source "{source}" has no day.',
            where=where,
            do='End it with the day it was read: "(2026-01-10)".',
        )


def check_proof(hits: Sequence[object], misses: Sequence[object], where: str) -> None:
    """Refuse a rule that does not bring its own proof.

    Raises:
        CardError: it has no hit, or no miss.
    """
    if not hits or not misses:
        raise CardError(
            "hits and misses are required.", where=where, do="Add one it must find and a near miss."
        )


def compile_pattern(pattern: str, where: str) -> Any:
    """The pattern, compiled by RE2, which matches in time linear in the text; nothing is written to stderr.

    Raises:
        CardError: RE2 cannot take it, or it compiles to more instructions than MAX_PROGRAM.
    """
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else error
        raise CardError(
            f"RE2 cannot take the pattern: {reason}.",
            where=where,
            do="It matches in linear time: without look-around, back-references and counts above 1000.",
        ) from None
    if compiled.programsize > MAX_PROGRAM:
        raise CardError(
            f"the pattern compiles to {compiled.programsize} instructions; {MAX_PROGRAM} are the most.",
            where=where,
            do="Repeat less: {1,200} is two hundred copies.",
        )
    return compiled
