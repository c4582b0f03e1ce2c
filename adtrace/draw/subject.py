"""What pictures are drawn of: the graph of one audience, its nodes as spots, and the line that says of what case."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from adtrace import limits
from adtrace.draw.layers import Spot
from adtrace.errors import UsageError
from adtrace.knowledge import load_knowledge
from adtrace.report.labels import Labels
from adtrace.report.record import read_record
from adtrace.report.rows import Row, answer_rows

if TYPE_CHECKING:
    from adtrace.export.source import Source
    from adtrace.relate.graph import Graph

PLACED = f"{limits.PLACED} {limits.NOT_CLEAN}"
OFFERED = (
    "Dashed: offered, read from click URLs or ad responses; the brand may not know. Nothing was clicked."
)
_LONGEST = 32  # what fits into a box


class Subject:
    """A source with what several pictures ask of it."""

    def __init__(self, source: Source) -> None:
        self.source = source

    @cached_property
    def graph(self) -> Graph:
        """As this audience may see it."""
        return self.source.graph()

    @cached_property
    def _labels(self) -> Labels:
        return Labels(self.graph, load_knowledge(), [])

    @cached_property
    def stamp(self) -> str:
        """Of which case and of which of its records the picture is; the same for the same case."""
        record = read_record(self.source)
        return (
            f"adtrace, case {record.case[:8]}, as of record {record.verified:,}, {record.at[:10]}; "
            f"for the {self.source.audience}."
        )

    def rows(self, question: str) -> list[Row]:
        """The answer to a question, its cells by name."""
        from adtrace.relate.questions import load_questions

        return answer_rows(self.source.answer(load_questions()[question]))

    def listed(self, domain: str) -> str:
        """A listed domain in clear, asked for so or as this audience reads it.

        Raises:
            UsageError: the case has no such domain.
        """
        for row in self.source.case.entries():
            names = (row.entry.domain, self.source.names.domain(row.entry.domain))
            if row.status != "withdrawn" and domain.lower() in names:
                return row.entry.domain
        raise UsageError(f'there is no domain "{domain}" in this case.', do="Give a listed domain.")

    def text(self, kind: str, name: str) -> str:
        """A node's name as people read it: no link, nothing invisible, not too long."""
        text = self._labels.find(kind, name).text
        # A network's name may look like a host, which is no reason to write it as a hostile one.
        return text[:_LONGEST] if kind == "network" else self._labels.shorten(text, _LONGEST)

    def spot(self, node: str, note: str = "") -> Spot:
        """A node as a box; under an account stands whose it is and what the network calls it."""
        kind, name = self.graph.nodes[node]["kind"], self.graph.nodes[node]["name"]
        if kind == "account":
            network, account_kind, _ = name.split("/", 2)
            note = f"{self.text('network', network)}, {account_kind}"
        return Spot(node, self.text(kind, name), note, kind)
