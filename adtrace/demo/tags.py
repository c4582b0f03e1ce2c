"""Tags in the true formats of real networks, written from formats/*.toml, with what each must be seen as.

A format's fields:
  html     the tag; $name stands for an id, $domain for the site's own host
  ids      each id's owner (operator: the same on all its sites · site · tag: new in each tag) and form
           (digits, hex, lower, upper, mixed, letters with a length; slug; rotating: a host of the week)
  reports  the places where a correct tool sees the network, in page order: the network, its accounts as
           kind/scope/id, and basis or state where they are not embedded and live
  loads    URLs named that are loaders anyone gets alike
  asks     URLs named that answer with ads, or for one account: "script URL", "frame URL"; asked for at reach ads alone
  never    URLs named that count somewhere, or are on nobody's host
  bends    the states in which the tag is also written: commented, template, gated, rocket
  nested   a second network's tag, written into html as $nested in base64
  chain    the nodes of a SupplyChain object: card of the system, seller id
"""

import base64
import re
import tomllib
from functools import cache
from importlib.resources import files
from string import Template

import msgspec

from adtrace.demo.dice import Dice
from adtrace.demo.facts import Fact, Piece, Told, ask_of, facts_of


class Format(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One tag format; the fields are described above."""

    name: str
    html: str
    reports: list[str]
    ids: dict[str, str] = {}
    loads: list[str] = []
    asks: list[str] = []
    never: list[str] = []
    bends: list[str] = []
    nested: str | None = None
    chain: list[str] = []

    @property
    def network(self) -> str:
        """The card of the network whose tag this is."""
        return self.reports[0].split()[0]


@cache
def formats() -> dict[str, Format]:
    """Every format by its name, in the order of the files."""
    found = {}
    for file in sorted(files("adtrace.demo").joinpath("formats").iterdir(), key=lambda file: file.name):
        for data in tomllib.loads(file.read_text("utf-8"))["tag"]:
            found[data["name"]] = msgspec.convert(data, Format)
    return found


class Holder(msgspec.Struct, frozen=True):
    """Whose ids a tag carries: the seed's words for the operator, the site, and this one tag."""

    operator: str
    domain: str
    tag: str


def write_tag(seed: int, form: Format, holder: Holder, bend: str = "") -> Piece:
    """The tag with this holder's ids and what it tells; bend writes it in another state."""
    ids = {name: _value(seed, form, name, spec, holder) for name, spec in form.ids.items()}
    ids["domain"] = holder.domain
    if form.nested:
        inner = Template(form.nested).substitute(ids)
        ids["nested"] = base64.b64encode(inner.encode()).decode()
    reports = [Template(report).substitute(ids) for report in form.reports]
    facts = [fact for report in reports for fact in facts_of(report)]
    facts += [_chained(Template(node).substitute(ids)) for node in form.chain]
    loads = tuple(Template(url).substitute(ids) for url in form.loads)
    asks = tuple(ask_of(Template(ask).substitute(ids)) for ask in form.asks)
    never = tuple(Template(url).substitute(ids) for url in form.never)
    html = Template(form.html).substitute(ids)
    if bend:
        html, state = _BENDS[bend](html), _STATES[bend]
        if state != "live":
            facts = [msgspec.structs.replace(fact, state=state) for fact in facts]
            never += (*loads, *(ask.address for ask in asks))
            loads, asks = (), ()
    networks = [report.split()[0] for report in reports]
    nested = tuple((networks[0], inner) for inner in networks if inner != networks[0]) if form.nested else ()
    told = Told(facts=tuple(facts), loads=loads, asks=asks, never=never, nested=nested)
    return Piece(html, told, head=html.startswith("<meta"))


def _value(seed: int, form: Format, name: str, spec: str, holder: Holder) -> str:
    owner, shape, *more = spec.split()
    # A network gives an operator one account, whichever of its tags shows it.
    purpose = (
        form.network,
        name,
        getattr(holder, {"operator": "operator", "site": "domain", "tag": "tag"}[owner]),
    )
    dice = Dice(seed, "id", *purpose, *([form.name] if owner == "tag" else []))
    if shape == "slug":
        return dice.word() + "-" + dice.word(2) + "".join(more)
    if shape == "rotating":
        return dice.text("letters", 10) + ".test"
    return dice.text(shape, int(more[0]))


def _chained(node: str) -> Fact:
    network, account = node.split()
    return Fact(network, account, "seller_id", "account", "declared", source="chain")


def _comment(html: str) -> str:
    return f"<!-- {html} -->"


def _template(html: str) -> str:
    return f"<template>{html}</template>"


def _gate(html: str) -> str:
    bare = re.sub(r'<script( type="[^"]*")?', "<script", html)
    return bare.replace("<script", '<script type="text/plain" data-cookieconsent="marketing"')


def _rocket(html: str) -> str:
    """As the CDN's Rocket Loader rewrites it: deferred, but run."""
    bare = re.sub(r'<script( type="[^"]*")?', "<script", html)
    return bare.replace("<script", f'<script type="{_ROCKET_NONCE}-text/javascript"')


_ROCKET_NONCE = "6b1fae83c2d94e57a0b3c1d8"
ROCKET_LOADER = (
    '<script src="/cdn-cgi/scripts/7d0fa10a/cloudflare-static/rocket-loader.min.js" '
    f'data-cf-settings="{_ROCKET_NONCE}-|49" defer></script>'
)
_BENDS = {"commented": _comment, "template": _template, "gated": _gate, "rocket": _rocket}
_STATES = {"commented": "commented", "template": "dormant", "gated": "gated", "rocket": "live"}
