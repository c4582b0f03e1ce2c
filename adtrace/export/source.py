"""A case as one audience may see it: tables, graph and answers with every name and id rewritten."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING

import msgspec

from adtrace.errors import UsageError
from adtrace.export.audience import Audience, Names
from adtrace.export.batches import SIZE, Batch, as_batches
from adtrace.export.inside_graph import inside_graph
from adtrace.export.marking import Marking, marking_for
from adtrace.export.own_graph import own_graph
from adtrace.export.party import Reader, confirmed_rows
from adtrace.export.rewriting import Rewriting, rewrite_answer
from adtrace.export.rows import MAKERS, Facts, sightings
from adtrace.export.sharing import Told
from adtrace.export.table_rows import Columns, TableRows, as_frame
from adtrace.export.tables import MARKING, TABLES, Column, Table, find_table
from adtrace.export.terms import PLAIN, Terms
from adtrace.knowledge import load_knowledge
from adtrace.relate.answer_rows import name_rows
from adtrace.relate.findings import Findings
from adtrace.relate.questions import Answer, Question, answer

if TYPE_CHECKING:
    import pandas as pd

    from adtrace.case import Case
    from adtrace.relate.graph import Graph

# Columns of sightings that say how others are to be rewritten, and what they rest on.
_READ_BESIDE = ("network", "ad_domain", "account_kind", "host", "capture")


class Source:
    """Everything that may leave the case for one audience; related once, however much is asked of it."""

    def __init__(
        self,
        case: Case,
        audience: Audience = "taskforce",
        party: str = "",
        terms: Terms = PLAIN,
    ) -> None:
        """party: the network or brand it is for, as party.checked_reader gives it.

        Raises:
            UsageError: nothing is confirmed that is an outside reader's own.
            SharingError: a label does not allow it, and nobody permitted it (sharing.py).
        """
        self.case, self.audience, self.party, self.terms = case, audience, party, terms
        self.names = Names(case, audience, load_knowledge(), party, reveals=terms.reveal is not None)
        self.told = Told(case, audience, terms)
        reader = Reader(audience, party)
        if not reader.is_outside:
            self.told.refuse_withheld(audience)
        # The sightings an outside reader may be told of; None: all.
        self.allowed = confirmed_rows(case, reader, self.told) if reader.is_outside else None
        # What was asked for so far: numbers of sightings, listed domains, and public ids of records.
        self.carried: set[int] = set()
        self.named: set[str] = set()
        self.records: set[str] = set()
        self._has_all = False

    def own_name(self, name: str) -> str:
        """A name that no other case's or reader's export has, of which formats make the ids of their objects."""
        return f"{self.case.short}/{self.audience}/{self.party}/{name}"

    @cached_property
    def as_of(self) -> str:
        """The time of the last record that is no export, review or note of one: what an export says is as of then."""
        (last,) = self.case.rows(
            "SELECT max(time) AS time FROM ledger WHERE type IN ('open', 'entry', 'outcome')"
        )
        return self.names.time(last["time"])

    @cached_property
    def marking(self) -> Marking:
        """The labels of all that this audience may see: as narrow as the narrowest entry behind it."""
        if self.allowed is None:
            seqs: Collection[int] = self.facts.entries
        else:
            rows = self.case.rows("SELECT row, entry FROM current_sightings")
            seqs = {row["entry"] for row in rows if row["row"] in self.allowed}
        tlps = (self.facts.entries[seq].entry.tlp for seq in seqs)
        return marking_for(self.audience, tlps, self.terms.pap)

    @property
    def findings(self) -> Findings:
        """In clear: for what is made here, never to be shown as it is."""
        return self.facts.findings

    @cached_property
    def facts(self) -> Facts:
        """In clear, as findings."""
        entries = None if self.allowed is None else self.told.entries
        return Facts(self.case, self.allowed, entries)

    @cached_property
    def _rewriting(self) -> Rewriting:
        return Rewriting(self.names)

    def tables(self) -> tuple[Table, ...]:
        """The tables this audience gets, in order."""
        return tuple(table for table in TABLES if table.columns_for(self.audience))

    def table(self, name: str) -> pd.DataFrame:
        """One table; see tables.table."""
        return as_frame(self.rows(name))

    def rows(self, name: str) -> TableRows:
        """One table, a batch at a time, in the order of what was seen; `domains`, and all of a reader outside, by what
        is shown. However long they are, `sightings` and `links` cost a batch's memory.

        Raises:
            UsageError: there is no such table, or it is not for this audience.
        """
        table = find_table(name)
        columns = table.columns_for(self.audience)
        if not columns:
            mine = ", ".join(table.name for table in self.tables())
            raise UsageError(f"{name} is no table for a {self.audience}.", do=f"Use one of: {mine}.")
        batches: Iterator[Columns] = (
            [self._rewriting.cells(column, batch) for column in columns]
            for batch in self._batches(name, columns)
        )
        if name == "domains" or self.names.is_outside:
            # By what is shown: the order of the list, of the alphabet or of the visits would say something about names
            # to who holds the list or a log. Inside, every other table is in the order of what was seen.
            batches = _sorted(batches)
        return TableRows(name, columns, self.audience, batches, self.marking.lines)

    def _batches(self, name: str, columns: tuple[Column, ...]) -> Iterator[Batch]:
        """The batches of a table in clear, each noted as carried."""
        if name == "sightings":
            read = (column.name for column in columns if column.name != MARKING)
            needed = dict.fromkeys((*read, *_READ_BESIDE))
            batches = sightings(self.facts, needed)
        else:
            batches = as_batches(MAKERS[name](self.facts))
        labels = self.marking.labels
        for batch in batches:
            if self.audience != "investigator" and "unidentified" in batch.get("kind", ()):
                # What no card knows is the investigator's, to become a card (design section 5).
                known = [kind != "unidentified" for kind in batch["kind"]]
                batch = {column: list(compress(values, known)) for column, values in batch.items()}
            if batch["domain"]:
                self._carry(batch)
                yield {**batch, MARKING: [labels] * len(batch["domain"])}

    def carried_entries(self) -> list[int]:
        """The entries of the domains that were named so far."""
        return [seq for seq, row in self.facts.entries.items() if row.entry.domain in self.named]

    def carry(self, domains: Collection[str], sightings: Collection[int], records: Collection[str]) -> None:
        """Note what a document that is made of no table says: listed domains, sightings, public ids of records."""
        self.named.update(domains)
        self.carried.update(sightings)
        self.records.update(records)

    def entries(self) -> dict[str, list[str]]:
        """Each listed domain with the public ids of its entries; {} where domains stand as pseudonyms.

        The numbers of entries are the order of the list, by which who has it could name them all.
        """
        found: dict[str, list[str]] = {}
        for seq, row in self.facts.entries.items() if self.names.shows_domains else ():
            found.setdefault(row.entry.domain, []).append(self.case.public_id("entry", seq))
        return found

    def _carry(self, batch: Batch) -> None:
        self.named.update(batch["domain"])
        self.records.update(*batch.get("captures", ()))
        if "members" in batch:
            self.carried.update(*batch["members"])
        elif "row" in batch:
            self.carried.update(batch["row"])
        for column in ("id", "capture", "run"):
            named = (name for name in batch.get(column, ()) if isinstance(name, str))
            self.records.update(name for name in named if "-sighting-" not in name)

    def _carry_all(self) -> None:
        """For what is made of the whole graph; what it needs is read once."""
        if self._has_all:
            return
        self._has_all = True
        self.named.update(self.findings.domains)
        self.carried.update(row["row"] for row in self.case.rows("SELECT row FROM current_sightings"))
        self.records.update(self.case.public_id("outcome", seq) for seq in self.facts.captures)

    def count_links(self) -> int:
        """How many links the graph is made of, or sightings, of which that of a reader outside is made."""
        if self.allowed is not None:
            return len(self.allowed)
        (row,) = self.case.rows("SELECT count(*) AS number FROM links")
        return int(row["number"])

    def graph(self, most: int | None = None) -> Graph:
        """The graph with its nodes renamed and no list of domains in clear; attributes as graph_of says.

        Domain nodes also carry authority, reference and operator. most: of a graph of more nodes, only the edges among
        so many (relate.part says which), and between domains and networks those without sightings; the graph then has
        `chosen`, their ids, and each of them `ties`, (kind of edge, whether it leaves) → how many there are in all.
        """
        if self.allowed is not None:
            return own_graph(self)
        self._carry_all()
        return inside_graph(self, most)

    def answer(self, question: Question) -> Answer:
        """The answer to one question, its cells rewritten as their columns say.

        Raises:
            UsageError: the reader is outside: an answer speaks of the whole case.
        """
        if self.allowed is not None:
            raise UsageError(
                "questions are asked of the whole case.", do="Give the tables to a reader outside."
            )
        self._carry_all()
        found = name_rows(self.case, answer(question, self.findings))
        rows = rewrite_answer(self.names, found)
        if found.columns[0].holds == "domain":
            rows.sort(key=lambda row: str(row[0]))
        return msgspec.structs.replace(found, rows=rows, behind=())


def _sorted(batches: Iterator[Columns]) -> Iterator[Columns]:
    """The same rows in the order of what they show."""
    rows = [row for columns in batches for row in zip(*columns, strict=True)]
    rows.sort(key=lambda row: [str(cell) for cell in row])
    for start in range(0, len(rows), SIZE):
        yield list(map(list, zip(*rows[start : start + SIZE], strict=True)))
