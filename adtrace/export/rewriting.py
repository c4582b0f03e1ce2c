"""Cells as an audience reads them: a column at a time, each distinct value once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any

from adtrace.export.tables import Column, Rewrite

if TYPE_CHECKING:
    from adtrace.export.audience import Names
    from adtrace.export.batches import Batch
    from adtrace.relate.questions import Answer

# What is remembered of one kind of cell; then it begins anew, so that a million different URLs cost no memory.
_MOST = 1 << 16
# The investigator reads these as they are.
_CLEAR: frozenset[Rewrite] = frozenset(("domain", "account", "operator", "source", "target", "text"))
# Inside the case everybody reads these as they are.
_EXACT: frozenset[Rewrite] = frozenset(("record", "time", "number"))
# Columns of a declared site, which name somebody nobody confirmed; of an offer, what is offered and not who serves it.
_DECLARED_SITE = ("value", "host", "ad_domain")
_OFFERED = ("brand", "landing")


class Rewriting:
    """Rewrites columns of batches for one audience."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._known: dict[str, dict[Hashable, Any]] = {}

    def cells(self, column: Column, batch: Batch) -> list[Any]:
        """The column's cells of this batch; a column the batch lacks is empty."""
        values = batch.get(column.name)
        if values is None:
            return [None] * len(next(iter(batch.values())))
        rewrite, names = column.rewrite, self.names
        if rewrite == "word" or (rewrite in _EXACT and not names.is_outside):
            return values
        if rewrite in _CLEAR and names.audience == "investigator":
            return values
        if column.type == "list":  # of records, for a reader outside
            return [cell and [names.record(one) for one in cell] for cell in values]
        if rewrite == "account":
            issuers = zip(batch["network"], batch["ad_domain"], batch["account_kind"], values, strict=True)
            keys = [(network or domain or "", kind or "", value) for network, domain, kind, value in issuers]
            return self._each(rewrite, keys, values, lambda key: names.account(*key))
        if rewrite in ("source", "target"):
            nodes = list(zip(batch[f"{rewrite}_kind"], values, strict=True))
            return self._each("node", nodes, values, lambda key: names.node(*key))
        if rewrite == "operator":
            return self._each(rewrite, values, values, lambda value: value and names.operator(value))
        cells = self._each(rewrite, values, values, getattr(names, rewrite))
        return self._by_kind(column, batch, values, cells) if column.name in _DECLARED_SITE else cells

    def _by_kind(self, column: Column, batch: Batch, values: list[Any], cells: list[Any]) -> list[Any]:
        """The cells, those of kinds whose host is somebody else's rewritten as that."""
        kinds = batch.get("kind", ())
        if "declared_site" not in kinds and not any(kind in kinds for kind in _OFFERED):
            return cells
        names = self.names
        for number, kind in enumerate(kinds):
            if values[number] is None:
                continue
            if kind == "declared_site" and batch["host"][number]:
                cells[number] = names.host(batch["host"][number])
            elif column.name == "ad_domain" and kind in _OFFERED:
                cells[number] = names.text(values[number])
        return cells

    def _each(self, what: str, keys: list[Any], values: list[Any], make: Callable[[Any], Any]) -> list[Any]:
        """What is made of each key; None where the value is."""
        first = keys[0]
        if values[0] is not None and keys.count(first) == len(keys):
            return [make(first)] * len(keys)
        known = self._known.setdefault(what, {})
        if len(known) > _MOST:
            known.clear()
        for key in {key for key, value in zip(keys, values, strict=True) if value is not None}:
            if key not in known:
                known[key] = make(key)
        return [None if value is None else known[key] for key, value in zip(keys, values, strict=True)]


def rewrite_answer(names: Names, found: Answer) -> list[list[Any]]:
    """The rows of an answer, each cell rewritten as its column says."""
    readers: Mapping[str, Callable[[Any], Any]] = {
        "domain": names.domain,
        "domains": lambda several: sorted(map(names.domain, several)),
        "accounts": lambda several: sorted(names.node("account", one) for one in several),
        "seller": lambda seller: names.node("seller", seller),
        "system": names.selling_system,
        "operator": names.operator,
    }
    columns = [column.name for column in found.columns]
    rows = []
    for row in found.rows:
        beside: dict[str, Any] = dict(zip(columns, row, strict=True))
        new: list[Any] = []
        cell: Any
        for column, cell in zip(found.columns, row, strict=True):
            if column.holds == "account":
                cell = names.account(beside["network"], beside["account_kind"], cell)
            elif column.holds in readers:
                cell = readers[column.holds](cell)
            elif isinstance(cell, str):
                cell = names.text(cell)
            new.append(cell)
        rows.append(new)
    return rows
