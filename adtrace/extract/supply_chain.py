"""SupplyChain objects in code and in addresses: the sellers a bid request is said to have passed through.

Source: IAB Tech Lab, OpenRTB SupplyChain object 1.0 (nodes of asi, sid, hp; `complete`; the serialised form
`1.0,complete!asi,sid,hp,rid,name,domain!…` in a schain parameter).
"""

import re
from urllib.parse import unquote

from adtrace.extract.finder import Finder

_NODE = re.compile(r"\{[^{}]*?[\"']?\basi[\"']?\s*:\s*[\"'][^{}]*\}")
_HINT = re.compile(r"asi[\"']?\s*:\s*[\"']")  # begins with letters: the search can leap
_ASI = re.compile(r"[\"']?\basi[\"']?\s*:\s*[\"']([^\"']{1,255})[\"']")
_SID = re.compile(r"[\"']?\bsid[\"']?\s*:\s*[\"']([^\"']{1,64})[\"']")
_NAME = re.compile(r"[\"']?\b(name|domain)[\"']?\s*:\s*[\"']([^\"']{1,255})[\"']")
_COMPLETE = re.compile(r"[\"']?\bcomplete[\"']?\s*:\s*([01])")
_SERIAL = re.compile(r"[?&;]schain=(1\.0(?:,|%2C)[01](?:!|%21)[^&\"'\s<>\\]{3,2000})")


def find(finder: Finder) -> None:
    """A declaration line for each node, with its position from 1 and whether the chain says it is complete."""
    text = finder.skeleton.text
    if _HINT.search(text, finder.skeleton.end):
        _find_objects(finder, text)
    if "schain=1" in text:
        for match in _SERIAL.finditer(text, finder.skeleton.start):
            _find_serial(finder, match)


def _find_objects(finder: Finder, text: str) -> None:
    position, last, complete = 0, -1, 0
    for node in _NODE.finditer(text, finder.skeleton.end):
        asi, sid = _ASI.search(node[0]), _SID.search(node[0])
        if not asi or not sid:
            continue
        if last < 0 or text[last : node.start()].strip(" \t\n\\nr,"):
            position = 0  # something other than a comma between two nodes: another chain
            before = text[max(finder.skeleton.end, node.start() - 200) : node.start()]
            after = text[node.end() : node.end() + 200]
            flags = _COMPLETE.findall(before) or _COMPLETE.findall(after)
            complete = int(flags[-1]) if flags else 0
        position, last = position + 1, node.end()
        named = {m[1]: m[2] for m in _NAME.finditer(node[0])}
        start = node.start() + sid.start(1)
        _add(finder, asi[1], sid[1], start, position, complete, named)


def _find_serial(finder: Finder, match: "re.Match[str]") -> None:
    head, *nodes = match[1].replace("%21", "!").replace("%2C", ",").split("!")
    for position, node in enumerate(nodes, 1):
        fields = [unquote(part) for part in node.split(",")]
        if len(fields) >= 2 and fields[0] and fields[1]:
            named = dict(zip(("name", "domain"), fields[4:6], strict=False))
            start = match.start(1) + max(match[1].find(fields[1]), 0)
            _add(
                finder,
                fields[0],
                fields[1],
                start,
                position,
                int(head[-1] == "1"),
                {k: v for k, v in named.items() if v},
            )


def _add(
    finder: Finder, asi: str, sid: str, start: int, position: int, complete: int, named: dict[str, str]
) -> None:
    domain = asi.strip().lower()
    finder.add(
        "declaration", "supply_chain/node", start, start + len(sid), card=finder.knowledge.system(domain), host=domain,
        account=sid, account_kind="seller_id", scope="account", basis="declared",
        declared={"position": position, "complete": complete, **named},
    )  # fmt: skip
