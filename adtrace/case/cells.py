"""One cell of a list to one checked value, or the reason why not and what to do."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

import ada_url

from adtrace.errors import HostError, ListError
from adtrace.names import canonical_host, display, is_address, refang, registrable_domain

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SCHEME = re.compile(r"(?i)h(?:tt|xx)ps?:")
_YES = frozenset({"yes", "true", "1"})
_NO = frozenset({"no", "false", "0"})
# UTS 39 section 5.2, "highly restrictive": the scripts that one language writes together.
_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)


def read_host(text: str) -> str:
    """The canonical host a cell names, also if it was defanged.

    Raises:
        ListError: no registrable domain and no host under one; says which of the many reasons.
    """
    text = refang(text)
    if "*" in text:
        bare = text.replace("*", "").strip(".") or "clip.example"
        raise ListError(f'"{text}" is a wildcard.', do=f"Give {bare} with include_subdomains=yes.")
    if _SCHEME.match(text) or any(mark in text for mark in "/?#@\\"):
        raise ListError(
            f'"{text}" is a URL.', do="Give the bare domain, or unit=url to confirm this address alone."
        )
    if is_address(text):
        raise ListError(f'"{text}" is an address, not a domain.', do="adtrace takes confirmed domains.")
    if ":" in text:
        raise ListError(f'"{text}" names a port.', do="Give the domain alone.")
    try:
        host = canonical_host(text)
    except HostError as error:
        raise ListError(error.what, do=error.do) from None
    _refuse_mixed_scripts(text, host)
    if host.endswith(".onion"):
        # RFC 7686, 2: whoever does not speak Tor must not look such a name up; the resolver would learn of it.
        raise ListError(f'"{text}" is a name of Tor, which adtrace does not speak.', do="Leave the line out.")
    if registrable_domain(host) is None:
        if registrable_domain(f"any.{host}") == f"any.{host}":
            raise ListError(
                f'"{text}" is a public suffix: everybody\'s sites lie under it.',
                do=f"Give a domain such as clip.{host}.",
            )
        raise ListError(f'"{text}" has no public suffix.', do=f"Give a full domain such as {host}.example.")
    return host


def read_url(text: str) -> tuple[str, str]:
    """The canonical host and the normalised address of a cell with unit=url.

    Raises:
        ListError: no plain http or https address of a host that read_host takes.
    """
    plain = refang(text)
    if plain != text:
        # Whether a path held such brackets before is not to be told, and the address alone is confirmed.
        raise ListError(f'"{text}" is defanged.', do=f"Give it as it is: {plain}.")
    try:
        parts = ada_url.parse_url(
            text, attributes=("protocol", "hostname", "port", "username", "password", "hash")
        )
    except ValueError:
        parts = {"protocol": ""}
    if parts["protocol"] not in ("http:", "https:") or "://" not in text:
        raise ListError(f'"{text}" is no http or https URL.', do="Give the whole address for unit=url.")
    if "\\" in text or " " in text:
        raise ListError(
            f'"{text}" holds a character no URL may hold.', do="Give the address as a browser shows it."
        )
    if parts["username"] or parts["password"] or parts["port"] or parts["hash"]:
        raise ListError(
            f'"{text}" names a user, a port or a fragment.', do="Give scheme, host, path and query alone."
        )
    host = read_host(_host_as_written(text))
    if host != parts["hostname"]:
        raise ListError(f'"{text}" names another host to a browser.', do="Give the host in its plain form.")
    return host, str(ada_url.URL(text).href)


def read_word(text: str, allowed: Sequence[str], column: str) -> str:
    """The cell as one of a fixed set of words."""
    word = text.lower()
    if word not in allowed:
        raise ListError(f'{column} "{text}" is unknown.', do=f"Use one of: {', '.join(allowed)}.")
    return word


def read_tlp(text: str, allowed: Sequence[str]) -> str:
    """The cell as a TLP 2.0 label, with or without "TLP:" before it."""
    word = text.lower().removeprefix("tlp:").strip()
    if word == "white":
        raise ListError(f'tlp "{text}" is TLP 1.0.', do="Write clear (TLP 2.0).")
    return read_word(word, allowed, "tlp")


def read_date(text: str, column: str) -> date:
    """The cell as a day written YYYY-MM-DD."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ListError(f'{column} "{text}" is no date.', do="Write YYYY-MM-DD, such as 2026-01-31.")


def read_yes(text: str, column: str) -> bool:
    """The cell as yes or no."""
    word = text.lower()
    if word not in _YES | _NO:
        raise ListError(f'{column} "{text}" is neither yes nor no.', do="Write yes or no.")
    return word in _YES


def check_text(text: str, column: str) -> None:
    """Nothing, if every character of the cell shows.

    Raises:
        ListError: one does not, or there are more than a person would write.
    """
    if display(text) != text:
        raise ListError(
            f'{column} "{display(text)}" holds a character that does not show.',
            do="Remove it (written \\u{…} here).",
        )
    if len(text) > 2000:
        raise ListError(f"{column} is {len(text)} characters long.", do="Shorten it to 2000 at most.")


def _refuse_mixed_scripts(text: str, host: str) -> None:
    for label in text.split("."):
        # Name prefixes stand for scripts: the standard library has no script property.
        scripts = {unicodedata.name(c, "?").split()[0].split("-")[0] for c in label if c.isalpha()}
        if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
            names = " and ".join(sorted(script.capitalize() for script in scripts))
            raise ListError(
                f'"{text}" mixes {names} letters in one label.',
                do=f"If the authority confirmed exactly this name, write it {host}.",
            )


def _host_as_written(url: str) -> str:
    authority = re.split(r"[/?#]", url.split("//", 1)[-1], maxsplit=1)[0]
    return re.sub(r":\d*$", "", authority)
