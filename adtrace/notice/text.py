"""A notice in words: as Markdown, and as the plain text of a message. The sentences are in templates/."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import jinja2

from adtrace.names import defang, display
from adtrace.notice.letter import Letter, Placement, count_accounts, count_domains
from adtrace.wording import count

_HEADS = ("id", "what it is", "site", "confirmed by", "basis", "state", "seen", "evidence")
# What an id shows of who holds it, by its scope.
_SCOPES = {
    "account": "An id marked account names one of your publishers, or who manages its advertising.",
    "site": "An id marked site names a site as it was set up with you: whose it is, your records say.",
    "slot": "An id marked slot names a place for ads: of which account, your records say.",
    "platform": "An id marked platform is one that many of its users share: which of them it was, it does not say.",
    "unknown": "An id marked unknown is yours; what it identifies we do not know.",
}
# What stands in place of an id where there is none, by its basis; else it is a tag.
_WITHOUT_ID = {"declared": "a line without an id", "landing": "an address without an id"}
# What a notice is about, the strongest first: rows with an id, rows without.
_HEADLINES = (
    ("in live tags", "Live tags of {}"),
    ("in tags that are not live", "Tags of {}, none of them live,"),
    ("behind links or ads", "Addresses of {} behind links or ads"),
    ("in declarations", "Names of {} in declarations"),
)
_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>#|~$&!"})


class _Ours(str):
    """Text of ours, which is written as it is."""

    __slots__ = ()


def as_markdown(letter: Letter) -> str:
    """The whole draft: what to do before it is sent, then the notice."""
    return _render("before.md", letter, _in_markdown, _as_table) + _render(
        "notice.md", letter, _in_markdown, _as_table
    )


def as_text(letter: Letter) -> str:
    """The notice as the body of a message."""
    return _render("notice.md", letter, _in_text, _as_lines)


def subject(letter: Letter) -> str:
    """What the message is called."""
    return f"{_headline(letter, display(letter.name))} (case {letter.case})"


def _headline(letter: Letter, whose: str) -> str:
    """What was seen of the network, by the strongest kind alone: live tags, as of everything adtrace says, if any.

    whose: the network's name, or "yours".
    """
    kind = min(map(_kind, letter.placements))
    about = [one for one in letter.placements if _kind(one) == kind]
    named = [one for one in about if one.account]
    with_ids, without = _HEADLINES[kind]
    if not named:
        return f"{without.format(whose)} on {count(count_domains(about), 'confirmed site')}"
    said = f"{count(count_accounts(named), 'id')} of {whose} {with_ids} on"
    said += f" {count(count_domains(named), 'confirmed site')}"
    others = count_domains(about) - count_domains(named)
    return f"{said}, and without an id on {others:,} more" if others else said


def _kind(one: Placement) -> int:
    """Which line of _HEADLINES a row is of."""
    if one.is_live:
        return 0
    return {"landing": 2, "declared": 3}.get(one.basis, 1)


def _render(
    template: str, letter: Letter, write: Callable[[str], str], rows: Callable[[Iterable[Placement]], str]
) -> str:
    rest = [one for one in letter.placements if not one.is_live]
    found = _environment(write).get_template(template)
    texts = {"subject": subject(letter), "seen": _headline(letter, "yours"), "scopes": _SCOPES}
    return found.render(letter=letter, live=letter.live, rest=rest, rows=rows, **texts)


def _in_text(text: str) -> str:
    """A text that is one line and no link. The table beside the notice has it exact."""
    return display(defang(text))


def _in_markdown(text: str) -> str:
    """The same, and no markup."""
    return _in_text(text).translate(_MARKS)


def _as_table(placements: Iterable[Placement]) -> _Ours:
    lines = [_HEADS, ("---",) * len(_HEADS), *(tuple(map(_in_markdown, _cells(one))) for one in placements)]
    return _Ours("".join(f"| {' | '.join(line)} |\n" for line in lines))


def _as_lines(placements: Iterable[Placement]) -> _Ours:
    """A row takes two lines, which no mail program folds."""
    found = []
    for one in placements:
        account, what, domain, who, basis, state, seen, row = map(_in_text, _cells(one))
        found.append(f"- {account or 'no id'}, {what}, on {domain}\n")
        found.append(f"  {basis}, {state}, {seen}; {who}; {row}\n")
    return _Ours("".join(found))


def _cells(one: Placement) -> tuple[str, ...]:
    seen = one.first_seen if one.first_seen == one.last_seen else f"{one.first_seen} to {one.last_seen}"
    nameless = _WITHOUT_ID.get(one.basis, "a tag without an id")
    what = f"{one.account_kind} ({one.scope})" if one.account else nameless
    who = f"{one.authority}, {one.reference}"
    return one.account, what, one.domain, who, one.basis, one.state, seen, one.row


@cache
def _environment(write: Callable[[str], str]) -> jinja2.Environment:
    found = jinja2.Environment(
        loader=jinja2.PackageLoader("adtrace.notice", "templates"),
        autoescape=False,  # noqa: S701 - no HTML; what is not ours passes through `write`
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: value if isinstance(value, _Ours) else write(str(value)),
    )
    found.filters |= {"count": count, "ours": lambda text: _Ours(display(text))}
    return found
