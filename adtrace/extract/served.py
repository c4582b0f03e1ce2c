"""What the lines of a served ad become, whoever answered with it: system, advertisers, where clicks lead."""

import re
from collections.abc import Mapping

from adtrace.errors import HostError
from adtrace.extract import click_urls
from adtrace.extract.ad_lines import AdLine
from adtrace.extract.finder import Finder
from adtrace.knowledge.card import Card
from adtrace.names import canonical_host, registrable_domain


class ServedAd:
    """One ad being recorded: what it states stands beside each of its facts, and its system is what they came by."""

    def __init__(self, finder: Finder, stated: Mapping[str, str]) -> None:
        self._finder, self._stated = finder, stated
        self._via: str | None = None

    def add_system(self, rule: str, line: AdLine, name: str, card: Card | None) -> None:
        """The network line of the system that line names; none where no card is meant."""
        if card is None:
            return
        found = self._finder.add(
            "network", rule, *line.place(name), card=card, value=line.values[name], basis="served",
            declared=dict(self._stated),
        )  # fmt: skip
        self._via = found.id if found else None

    def add_brand(self, rule: str, line: AdLine, name: str) -> None:
        """The brand line of an advertiser that line names, by domain or name."""
        value = line.values[name]
        domain = brand_domain(value)
        self._finder.add(
            "brand", rule, *line.place(name), value=value, basis="served", brand=domain or value, role="served",
            via=self._via, host=domain, declared=dict(self._stated),
        )  # fmt: skip

    def add_click(self, rule: str, line: AdLine, *, names_brand: bool) -> None:
        """Where the click leads whose url the line holds; names_brand: whether to its advertiser."""
        click_urls.find_served(
            self._finder, line.values["url"], *line.place("url"), rule=rule, via=self._via, declared=self._stated,
            names_brand=names_brand,
        )  # fmt: skip


def brand_domain(text: str) -> str | None:
    """The registrable domain of an adomain as written, also where a whole address stands; None if it is none."""
    host = re.sub(r"^[a-z]+://", "", text.strip().lower()).partition("/")[0]
    try:
        return registrable_domain(canonical_host(host))
    except HostError:
        return None
