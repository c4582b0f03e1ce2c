"""Content security policies, as a header or a meta element: of all they say, the hosts they allow."""

import re
from collections.abc import Iterator

POLICIES = frozenset(("content-security-policy", "content-security-policy-report-only"))
MAX_HOSTS = 300  # of one policy or header
HOST = r"(?:\*\.)?(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{1,62}"
SOURCE = re.compile(rf"(?:[a-z]+://)?({HOST})(?::[\d*]+)?(?:/\S*)?")


def policy_hosts(policy: str) -> str:
    """The policy with the hosts of its directives alone: no keywords, nonces, hashes, paths or keys; "" if none.

    >>> policy_hosts("script-src 'self' 'nonce-r4nd' https://cdn.net.example/a.js; img-src data:")
    'script-src cdn.net.example'
    """
    return "; ".join(_directives(policy))


def _directives(policy: str) -> Iterator[str]:
    most = MAX_HOSTS
    for directive in policy.split(";"):
        name, *sources = directive.split() or [""]
        hosts = dict.fromkeys(m[1].lower() for s in sources if (m := SOURCE.fullmatch(s)))
        if hosts and most > 0 and re.fullmatch(r"[a-z-]{1,40}", name.lower()):
            yield " ".join((name.lower(), *list(hosts)[:most]))
            most -= len(hosts)
