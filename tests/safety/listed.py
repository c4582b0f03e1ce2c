"""A list of invented names of every kind, each a canary: it can stand nowhere by chance."""

import secrets
from typing import NamedTuple

from adtrace.names import canonical_host

# Of each kind so many for each part of a list; how a row says it. Letters are those a registry allows.
_SCRIPTS = {
    "Cyrillic": "\u0430\u0431\u0432\u0433\u0434\u0436\u0437\u043a\u043b\u043c",
    "Greek": "\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8\u03bb\u03bc",
    "Latin with marks": "\u00e4\u00f6\u00fc\u00e5\u00e6\u00f8\u00e7\u00e9\u00f1\u0161",
    "Han": "\u6f22\u5b57\u6e2c\u8a66\u57df\u540d\u7db2\u7ad9\u6587\u66f8",
}
HEAD = "domain,unit,authority,reference,handling,include_subdomains\n"


class Listed(NamedTuple):
    """One row of the list. words: what of it must stand nowhere else, as people and as machines write it."""

    kind: str
    row: str
    host: str  # as the network knows it
    words: tuple[str, ...]


def listed(parts: int) -> list[Listed]:
    """31 rows for each part."""
    return [row for _ in range(parts) for row in _part()]


def _hex(number: int = 6) -> str:
    return secrets.token_hex(number)


def _part() -> list[Listed]:
    found = [_row("plain", f"zq{_hex()}.example") for _ in range(6)]
    found += [_row("hyphens", f"zq-{_hex(4)}-{_hex(4)}.test") for _ in range(3)]
    found += [_row("digits", f"{secrets.randbelow(10**12) + 10**12}.example") for _ in range(2)]
    found += [_row("long", f"{'zq' + _hex(30)}.example")]
    found += [_row("host", f"cdn.zq{_hex(4)}.zq{_hex(4)}.example", unit="host") for _ in range(3)]
    found += [_row("with subdomains", f"zq{_hex()}.co.uk", subdomains="yes") for _ in range(2)]
    found += [_row("held", f"zq{_hex()}.example", handling="hold") for _ in range(2)]
    for script, letters in _SCRIPTS.items():
        label = "".join(secrets.choice(letters) for _ in range(10))
        found += [
            _row(script, f"{label}.example"),
            _row(f"{script}, in punycode", canonical_host(f"{label[::-1]}a.test")),
        ]
    found += [_address(f"zq{_hex()}.example") for _ in range(4)]
    return found


def _row(
    kind: str, name: str, *, unit: str = "domain", handling: str = "standard", subdomains: str = "no"
) -> Listed:
    host = canonical_host(name)
    shown = {name, host, host.encode().decode("idna")}
    return Listed(kind, f"{name},{unit},A,R,{handling},{subdomains}\n", host, tuple(sorted(shown)))


def _address(host: str) -> Listed:
    path, value = f"film{_hex()}", f"{_hex()}"
    url = f"https://{host}/{path}?v={value}"
    return Listed("url", f"{url},url,A,R,standard,no\n", host, (host, path, value, url))
