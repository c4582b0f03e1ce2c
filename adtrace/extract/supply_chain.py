"""SupplyChain objects in code, attributes and addresses: the sellers a bid request is said to have passed through.

Source: IAB Tech Lab, OpenRTB SupplyChain object 1.0 (nodes of asi, sid, hp; `complete`; the serialised form
`1.0,complete!asi,sid,hp,rid,name,domain!…` in a schain parameter). Objects are read as JavaScript or JSON, also with
their quotes escaped in a string or percent-encoded in an address; the serialised form however often it was encoded.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from adtrace.extract.finder import Finder
from adtrace.extract.layers import Layer, as_written, undo_percent, undo_quotes
from adtrace.extract.plain import MAX_PERCENT_LAYERS

# Bounded, so that what never closes costs no more than its length: a node's fields are short by the standard.
_EXTENSION = r"\{[^{}]{0,300}\}"
for _ in range(2):  # objects within a node's ext
    _EXTENSION = rf"\{{(?>[^{{}}]|{_EXTENSION}){{0,500}}+\}}"
_NODE = re.compile(
    rf"\{{(?:[^{{}}]|{_EXTENSION}){{0,600}}?[\"']?\basi[\"']?\s*:\s*[\"'](?>[^{{}}]|{_EXTENSION}){{0,1500}}+\}}"
)
# Each begins with letters: the search can leap.
_HINT = re.compile(r"asi[\"']?\s*:\s*[\"']")
_ENCODED_HINT = re.compile(r"asi(?:(\\+(?:[\"']|u0022|x22)|&(?:quot|#34);)|%((?:25)*)22)")
_ASI = re.compile(r"[\"']?\basi[\"']?\s*:\s*[\"']([^\"']{1,255})[\"']")
_SID = re.compile(r"[\"']?\bsid[\"']?\s*:\s*(?:[\"']([^\"']{1,64})[\"']|(\d{1,20}))")
_NAME = re.compile(r"[\"']?\b(name|domain)[\"']?\s*:\s*[\"']([^\"']{1,255})[\"']")
_SCHEME = re.compile(r"https?://")
_COMPLETE = re.compile(r"[\"']?\bcomplete[\"']?\s*:\s*([01])")
_LAYERS = f"(?:25){{0,{MAX_PERCENT_LAYERS}}}"
_SERIAL = re.compile(
    rf"schain(?:=|%{_LAYERS}3[Dd])(1\.0(?:,|%{_LAYERS}2[Cc])[01](?:!|%{_LAYERS}21)[^&#\"'\s<>\\]{{3,4000}})"
)
_BEFORE, _AFTER = 2_000, 12_000  # characters around an encoded node that are decoded together


def find(finder: Finder) -> None:
    """A declaration line for each node, with its position from 1 and whether the chain says it is complete."""
    text, hints = finder.skeleton.text, finder.skeleton.hints
    if "system" in hints and _HINT.search(text, finder.skeleton.end):
        _find_objects(finder, as_written(text, finder.skeleton.end, len(text)))
    if "encoded_system" in hints:
        for layer in _encoded(text, finder.skeleton.start):
            _find_objects(finder, layer)
    if "chain" in hints:
        for match in _SERIAL.finditer(text, finder.skeleton.start):
            _find_serial(finder, match)


def _encoded(text: str, at: int) -> Iterator[Layer]:
    """The stretches in which a chain stands with its quotes encoded, decoded."""
    while hint := _ENCODED_HINT.search(text, at):
        end = min(hint.end() + _AFTER, len(text))
        start = max(hint.start() - _BEFORE, at)
        if hint[1]:
            yield undo_quotes(text, start, end)
        else:
            yield undo_percent(text, start, end, len(hint[2]) // 2 + 1)
        at = end


def _find_objects(finder: Finder, layer: Layer) -> None:
    text = layer.text
    position, last, complete = 0, -1, 0
    for node in _NODE.finditer(text):
        asi, sid = _ASI.search(node[0]), _SID.search(node[0])
        if not asi or not sid:
            continue
        if last < 0 or text[last : node.start()].strip(" \t\n\\nr,"):
            position = 0  # something other than a comma between two nodes: another chain
            flags = _COMPLETE.findall(text[max(0, node.start() - 200) : node.start()])
            flags = flags or _COMPLETE.findall(text[node.end() : node.end() + 200])
            complete = int(flags[-1]) if flags else 0
        position, last = position + 1, node.end()
        named = {m[1]: m[2] for m in _NAME.finditer(node[0])}
        group = 1 if sid[1] else 2
        span = layer.span(node.start() + sid.start(group), node.start() + sid.end(group))
        _add(finder, asi[1], sid[group], span, position, complete, named)


def _find_serial(finder: Finder, match: re.Match[str]) -> None:
    chain = match[1]
    while chain[3] != ",":  # each pass undoes one encoding, of the separators too
        chain = unquote(chain)
    chain = chain.partition("&")[0]
    # What is encoded beside a plain separator is a value's own.
    head, *nodes = (chain if chain[5] == "!" else chain.replace("%21", "!")).split("!")
    at = 0
    for position, node in enumerate(nodes, 1):
        fields = [unquote(part) for part in node.split(",")]
        if len(fields) >= 2 and fields[0] and fields[1]:
            named = dict(zip(("name", "domain"), fields[4:6], strict=False))
            at = max(match[1].find(fields[1], at), at)
            start = match.start(1) + at
            span = (start, start + len(fields[1]))
            stated = {key: value for key, value in named.items() if value}
            _add(finder, fields[0], fields[1], span, position, int(head[-1] == "1"), stated)


def _add(
    finder: Finder,
    asi: str,
    sid: str,
    span: tuple[int, int],
    position: int,
    complete: int,
    named: dict[str, str],
) -> None:
    domain = _SCHEME.sub("", asi.strip().lower()).partition("/")[0]
    finder.add(
        "declaration", "supply_chain/node", *span, card=finder.knowledge.system(domain), host=domain,
        value=sid, account=sid, account_kind="seller_id", scope="account", basis="declared",
        declared={"position": position, "complete": complete, **named},
    )  # fmt: skip
