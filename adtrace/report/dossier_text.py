"""A dossier in a terminal or as plain data: all that is known of one name, and each tie with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from adtrace.errors import UsageError
from adtrace.knowledge import load_knowledge
from adtrace.limits import NOT_CLEAN
from adtrace.names import defang, display

if TYPE_CHECKING:
    from adtrace.export.source import Source
    from adtrace.report.dossiers import Dossier, Tie
    from adtrace.report.model import Report


def find_dossiers(report: Report, source: Source, name: str) -> list[Dossier]:
    """The dossiers of that name: a domain (in clear or as this audience reads it), network, account id, brand, company.

    A brand is also found by the www. host of its site, a network by any of its names.

    Raises:
        UsageError: there is none.
    """
    small = name.lower()
    card = load_knowledge().card_called(name)
    wanted = {small, small.removeprefix("www."), source.names.domain(small)} | ({card.id} if card else set())
    named = [(dossier, _names(dossier)) for dossier in report.dossiers]
    # Ids tell capital letters apart; whoever types a name need not.
    found = [dossier for dossier, names in named if name in names]
    found = found or [dossier for dossier, names in named if {one.lower() for one in names} & wanted]
    if not found:
        do = "Give a domain, a network's id, an account's id or a brand as a table names it."
        if source.audience != "investigator":
            do += " Ids of accounts in clear are the investigator's: --audience investigator."
        raise UsageError(f'nothing is called "{defang(display(name))}" in this case. {NOT_CLEAN}', do=do)
    return found


def _names(dossier: Dossier) -> set[str]:
    """What the dossier goes by: an account's and a seller's own id stands at the end of its name."""
    own = dossier.label.id.partition(":")[2]
    return {own, own.rpartition("/")[2]}


def print_dossier(dossier: Dossier, console: Console) -> None:
    """Print it folded to the terminal's width; every word safe in any terminal."""
    console.print(Text(display(f"{dossier.label.name}  {dossier.kind}"), style="bold"))
    facts = Table.grid(padding=(0, 2))
    for what, value in dossier.facts:
        facts.add_row(Text(what), Text(value))
    console.print(_indented(facts))
    for group in dossier.groups:
        shown = f" (the first {len(group.ties)} of {group.total:,})" if len(group.ties) < group.total else ""
        console.print(Padding(Text(f"{group.caption}{shown}", style="bold"), (1, 0, 0, 2), expand=False))
        ties = Table.grid(padding=(0, 2))
        ties.add_column(ratio=2, overflow="fold")
        ties.add_column(ratio=3)
        for tie in group.ties:
            ties.add_row(Text(tie.other.title), Text(_evidence(tie)))
        console.print(_indented(ties, 4))
    if not dossier.groups:
        console.print(_indented(Text(f"No tie was seen. {NOT_CLEAN}")))
    console.print()


def plain_dossier(dossier: Dossier) -> dict[str, Any]:
    """The same as lists and dicts, without the anchors of the page."""
    found: dict[str, Any] = _without_anchors(msgspec.to_builtins(dossier))
    return found


def _evidence(tie: Tie) -> str:
    rows = ", ".join(piece.text for piece in tie.evidence)
    more = f" and {tie.more:,} more" if tie.more else ""
    return f"{tie.how}; {tie.last_seen[:10]}; sighting {rows}{more}"


def _without_anchors(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_anchors(item) for key, item in value.items() if key != "anchor"}
    return [_without_anchors(item) for item in value] if isinstance(value, list) else value


def _indented(what: RenderableType, by: int = 2) -> RenderableType:
    return Padding(what, (0, 0, 0, by), expand=False)
