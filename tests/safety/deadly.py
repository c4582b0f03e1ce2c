"""Texts that would kill a careless reader: `python -m tests.safety.deadly found|pages|patterns` reads them, or dies.

A page that kills its worker is not read: who can write one hides a whole site. Each line of the output names what is
about to be tried, so that the last one is what did not end.
"""

import base64
import importlib
import pkgutil
import re
import resource
import sys
from collections.abc import Iterator
from itertools import islice, product
from types import ModuleType

import adtrace
from adtrace.extract import extract_page
from adtrace.fetch.worker import CPU_S

CHARACTERS = 200_000
FOUND = 7  # of the pages, the first: what once killed us


def _times(part: str) -> str:
    return part * (CHARACTERS // len(part))


def _code(text: str) -> str:
    return f"<script>{text}</script>"


def _base64(text: str) -> str:
    return _code(f"a='{base64.b64encode(text.encode()).decode()}'")


def pages() -> dict[str, str]:
    """By what each is made of; a page is at most some hundred kilobytes, so that a killed one is no matter of size."""
    many = range(CHARACTERS // 80)
    return {
        # Found by us: each of these once took for ever.
        "comments with tags": _times("<!--<script src=//a.magsrv.com/x.js></script>-->"),
        "refresh of spaces": f'<meta http-equiv=refresh content="{_times(" ")}">',
        "refresh after spaces": f'<meta http-equiv=refresh content="0;{_times(" ")}">',
        "base64 of comments": _base64("<!--x-->" * 60 + "!" * 600),
        "base64 of declarations": _base64("<?xml a?>" * 60 + "!" * 600),
        "base64 of spaces": _base64(" " * 30_000 + "!" * 600),
        "links to click": _times('<a href="https://ad.doubleclick.net/pcs/click?adurl=https%3A%2F%2Fa.example">'),
        # Of the kinds that killed others.
        "deep elements": _times("<div>"),
        "attributes of one tag": "<div " + " ".join(f"a{n}=1" for n in many) + ">",
        "frames": "".join(f'<iframe src="https://ad.a-ads.com/{n}?size=1"></iframe>' for n in many),
        "loaders of any host": "".join(f'<script src="//h{n}.example/{n:032x}/{n:032x}.js"></script>' for n in many),
        "doubling variables": _code("".join(f"var a{n}=a{n - 1}+a{n - 1};" for n in range(1, 60)) + "s.src=a59"),
        "sum of strings": _code("s.src=" + "+".join(['"https://a.magsrv.com/"'] * 8000)),
        "nested brackets": _code("s.src=" + "[" * 90_000 + "]" * 90_000),
        "nested calls": _code("s.src=" + "atob(" * 30_000 + "'aHR0cA=='" + ")" * 30_000),
        "nested functions": _code("(function(){" * 12_000 + "})()" * 12_000),
        "endless repeats": _code("s.src='https://a.magsrv.com/'+'a'.repeat(1e9)+new Array(1e9).join('x')"),
        "packed in itself": _code(
            f"eval(function(p,a,c,k,e,d){{return p}}('{'0 ' * 40_000}',62,1,'{'x.js ' * 9000}'.split('|'),0,{{}}))"
        ),
        "percent of percent": f'<a href="https://s.magsrv.com/click.php?d={"%25" * 60_000}">',
        "escapes": _code("a='" + _times("\\x41") + "'"),
        "slashes": "".join(f'<a href="https://h{n}.magsrv.com{"/" * 4000}">' for n in range(50)),
        "dots": _code(f'"{_times("a.")}"'),
        "VAST that begins": _code(_times("<VAST version ")),
        "bids that begin": _code(_times('{"seatbid":[')),
        "chains that begin": _code(_times('"schain":{"nodes":[{"asi":"a.example","sid":"1"},')),
        "quotes": _code(_times("'\"`")),
        "expressions": _code(_times("/[")),
        "open comment": "<!--" + _times("<script "),
        "markup written": _code(_times("document.write('<script src=\\'//a.magsrv.com/x.js\\'><\\/script>');")),
    }  # fmt: skip


_READING = tuple(f"adtrace.{name}" for name in ("extract", "fetch", "names", "knowledge", "case"))


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(adtrace.__path__, "adtrace."):
        if found.name.startswith(
            ("adtrace.extract", "adtrace.fetch", "adtrace.names", "adtrace.knowledge", "adtrace.case")
        ):
            yield importlib.import_module(found.name)


def patterns() -> dict[str, re.Pattern[str] | re.Pattern[bytes]]:
    """Every pattern of Python's own engine that a module which reads pages holds."""
    found: dict[re.Pattern[str] | re.Pattern[bytes], str] = {}
    for module in _modules():
        for name, value in vars(module).items():
            values = value.values() if isinstance(value, dict) else value
            for each in values if isinstance(values, list | tuple) or values is not value else [value]:
                if isinstance(each, re.Pattern):
                    found.setdefault(each, f"{module.__name__}.{name} {len(found)}")
    return {name: pattern for pattern, name in found.items()}


# A part a word, | for a space; and a line break and a space themselves.
_WORDS = """
    <!--x--> <!-- --> <?xml|a?> a a= 'a' "a" \\x41 \\ / // /* */ ( { [ <a| < = : , %41 &#65; A 1 . - _ a.b| a=b&
    "a": x, # $ ` http://a ' |a=" \\u0041 1, 0x41,
"""
PARTS = ["\n", " ", *(word.replace("|", " ") for word in _WORDS.split())]


def probes() -> Iterator[str]:
    """Each part, and each pair, thirty times, and an end that no pattern takes: 2^30 steps where it explodes."""
    for one, other in product(PARTS, ["", *PARTS]):
        yield (one + other) * 30 + "\0!"


def main() -> None:
    """Try each; the kernel ends the process at the worker's own limit of processor time for one document."""
    what = sys.argv[1]
    extract_page("<p>", url="https://warm.example/")
    texts = list(probes())
    tried = (
        patterns()
        if what == "patterns"
        else dict(islice(pages().items(), FOUND if what == "found" else None))
    )
    for name, each in tried.items():
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + CPU_S
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        print(name, flush=True)
        if isinstance(each, str):
            extract_page(each, url="https://clip.example/", key=b"k", links=200)
            continue
        for text in texts:
            subject = text.encode() if isinstance(each.pattern, bytes) else text
            each.match(subject)  # type: ignore[arg-type]
            each.search(subject)  # type: ignore[arg-type]
    print("all", flush=True)


if __name__ == "__main__":
    main()
