"""A contradiction: two statements of a case that do not fit together."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from adtrace.relate.contradiction_kinds import KINDS


class Contradiction(msgspec.Struct, frozen=True):
    """Two statements that do not fit: kind (of KINDS), whose, what each says, and the records that show it.

    system: the network card's id, else the system's host. account: "" where no seller is spoken of. evidence: public
    ids of sightings, and of a request's outcome where that is what shows it. other: the site that is named instead, in
    clear, for the investigator alone. is_of_page: a tag says so, no file. shown: those of the innocent explanations
    that the case itself bears out.
    """

    kind: str
    domain: str
    system: str
    account: str
    says: str
    against: str
    evidence: tuple[str, ...]
    other: str = ""
    is_of_page: bool = False
    shown: frozenset[str] = frozenset()

    @property
    def suggests(self) -> str:
        """What it may mean."""
        return KINDS[self.kind].suggests

    @property
    def innocent(self) -> Mapping[str, str]:
        """How it comes about without anybody's bad faith, by a word for each."""
        return KINDS[self.kind].innocent

    @property
    def copied(self) -> bool:
        """Whether the file or page that says so is near-identical to another's, and may speak of that one."""
        return "copied" in self.shown
