"""The tables and their columns, written down once: CSV, JSONL, the report and the README are made from this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from adtrace.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from adtrace.case import Case
    from adtrace.export.audience import Audience

# How a cell is rewritten for an audience (audience.Names): word is a fixed vocabulary and stays; text may name a
# listed domain; quote is a page's own words; the others name what the cell holds.
Rewrite = Literal[
    "word",
    "record",
    "time",
    "number",
    "declared",
    "text",
    "quote",
    "domain",
    "account",
    "operator",
    "host",
    "system",
    "site",
    "url",
    "source",
    "target",
]
Type = Literal["text", "integer", "flag", "list", "time"]
_INSIDE: tuple[Audience, ...] = ("investigator", "taskforce")
_TOLD: tuple[Audience, ...] = (*_INSIDE, "network", "brand")
_NOT_BRANDS: tuple[Audience, ...] = (*_INSIDE, "network")
_NOT_NETWORKS: tuple[Audience, ...] = (*_INSIDE, "brand")


class Column(msgspec.Struct, frozen=True):
    """One column. audiences: who gets it; an audience that is not named never sees it, whatever is in it."""

    name: str
    meaning: str
    rewrite: Rewrite = "word"
    type: Type = "text"
    audiences: tuple[Audience, ...] = _INSIDE

    def type_for(self, audience: Audience) -> Type:
        """What its cells are for this audience: a rounded time is a text."""
        return "text" if self.type == "time" and audience not in _INSIDE else self.type


class Table(msgspec.Struct, frozen=True):
    """One table: what a row is, and its columns in order. audiences: who gets any of it."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    audiences: tuple[Audience, ...] = _INSIDE

    def columns_for(self, audience: Audience) -> tuple[Column, ...]:
        """The columns this audience may see, in order; () if the table is not for it."""
        if audience not in self.audiences:
            return ()
        return tuple(column for column in self.columns if audience in column.audiences)


def _mine(name: str, meaning: str, rewrite: Rewrite = "quote", type: Type = "text") -> Column:  # noqa: A002
    return Column(name, meaning, rewrite, type, ("investigator",))


def _told(column: Column, audiences: tuple[Audience, ...] = _TOLD) -> Column:
    """The column, for those outside too."""
    return msgspec.structs.replace(column, audiences=audiences)


_DOMAIN = _told(Column("domain", "The listed domain.", "domain"))
_AUTHORITY = (
    _told(Column("authority", "Who confirmed the domain.", "text")),
    # Not a brand's: lists that are published may carry it.
    _told(
        Column("reference", "The authority's reference; several are separated by a semicolon.", "text"),
        _NOT_BRANDS,
    ),
)
_EVIDENCE = (
    _told(Column("basis", "Grade of evidence: declared, embedded, served, landing, inferred.")),
    _told(Column("state", "Of the tag: live, gated, dormant, id_only, commented, injected.")),
    _told(Column("certainty", "The strongest of the sightings: proven, likely, weak.")),
)
_SEEN = (
    _told(Column("sightings", "Number of places it was seen at.", "number", "integer")),
    _told(Column("first_seen", "Time of the first capture (UTC).", "time", "time")),
    _told(Column("last_seen", "Time of the last capture (UTC).", "time", "time")),
    Column("captures", "Ids of the captures.", "word", "list"),
)
_ROW = (
    _told(Column("row", "Name of this row for `adtrace show` and `adtrace review`.", "record")),
    _told(Column("evidence", "Ids of the first sightings behind it, three at most.", "record", "list")),
)
# The last column of every table: no other place of a CSV or of a line of JSON is sure to be seen.
MARKING = "marking"
_MARKING = _told(Column(MARKING, "How far the row may travel (TLP 2.0), and what may be done with it (PAP)."))
_NETWORK = _told(
    Column("network", "The ad system, by the id of its card; empty if no card has it.", "text"), _NOT_BRANDS
)
_RELATION = _told(
    Column(
        "relation",
        "DIRECT or RESELLER, as ads.txt says; direct, delegated or ad_network, as adagents.json says of an agent.",
        "declared",
    ),
    _NOT_BRANDS,
)

TABLES: tuple[Table, ...] = (
    Table(
        "domains",
        "One row a listed domain, with what was seen of it.",
        (
            _DOMAIN,
            *_AUTHORITY,
            Column("units", "What was confirmed: domain, host, url."),
            Column("category", "The authority's label.", "text"),
            Column("site_role", "dedicated, platform, compromised, shortener, unknown."),
            Column("handling", "standard, facts, hold, no-notice."),
            Column("tlp", "How far the entry may travel."),
            Column("status", "active, expired, hold."),
            Column("stale", "Whether the confirmation is older than the case's limit.", "word", "flag"),
            Column("seen", "observable (the operator's page was read), not_operator, unobservable."),
            Column("page_states", "Whose pages came back, with the number of each."),
            Column("networks", "Networks placed live.", "word", "integer"),
            Column("accounts", "Accounts carried live.", "word", "integer"),
            Column("brands", "Brands offered.", "word", "integer"),
            Column("operator", "Operator hypothesis the domain belongs to; empty if none.", "operator"),
            *_SEEN,
            _MARKING,
        ),
    ),
    Table(
        "networks",
        "One row a domain, network, basis and state; operator's pages only.",
        (
            _DOMAIN,
            *_AUTHORITY,
            _NETWORK,
            _told(Column("company", "Who owns it, by its card.", "text"), _NOT_BRANDS),
            _told(
                Column("advertising", "No for pure analytics, tag management, social.", "word", "flag"),
                _NOT_BRANDS,
            ),
            *_EVIDENCE,
            *_SEEN,
            *_ROW,
            _MARKING,
        ),
        _NOT_BRANDS,
    ),
    Table(
        "accounts",
        "One row a domain, account, scope, basis and state; operator's pages, its ads.txt and adagents.json only.",
        (
            _DOMAIN,
            *_AUTHORITY,
            _NETWORK,
            _told(
                Column("system", "The selling system's domain, for what is declared.", "system"), _NOT_BRANDS
            ),
            _told(Column("account", "The id.", "account"), _NOT_BRANDS),
            _told(
                Column(
                    "account_kind",
                    "What the network calls it; of what is declared seller_id, or agent for an agent's address.",
                ),
                _NOT_BRANDS,
            ),
            _told(
                Column("scope", "What it identifies: account, site, slot, platform, unknown."), _NOT_BRANDS
            ),
            Column("holder_role", "Who holds it: operator, manager, intermediary, platform, unknown."),
            _RELATION,
            *_EVIDENCE,
            *_SEEN,
            *_ROW,
            _MARKING,
        ),
        _NOT_BRANDS,
    ),
    Table(
        "brands",
        "One row a domain, brand, role, basis and network it came through; operator's pages only.",
        (
            _DOMAIN,
            *_AUTHORITY,
            _told(
                Column("brand", "The advertiser a click URL or an ad response leads to or names.", "text"),
                _NOT_NETWORKS,
            ),
            _told(
                Column("role", "served, affiliate_merchant, fallback, content_link, look_alike, unknown."),
                _NOT_NETWORKS,
            ),
            _told(
                Column("through", "Network whose URL or response names it; empty if none is known.", "text"),
                _NOT_NETWORKS,
            ),
            *_EVIDENCE,
            *_SEEN,
            *_ROW,
            _MARKING,
        ),
        _NOT_NETWORKS,
    ),
    Table(
        "sightings",
        "One row a fact at one place in one capture, whatever page came back.",
        (
            _told(Column("id", "Public id of the sighting.", "record")),
            _DOMAIN,
            *_AUTHORITY,
            Column("capture", "Id of the capture."),
            _told(Column("seen", "Time of the capture (UTC).", "time", "time")),
            _told(
                Column(
                    "document",
                    "page, frame, script, vast, worker, ads_txt, app_ads_txt, adagents_json, sellers_json.",
                )
            ),
            _told(Column("page_state", "Whose page came back; empty for what is no page.")),
            _told(
                Column(
                    "kind",
                    "network, account, brand, landing, tracker, declaration, declared_site, unidentified.",
                )
            ),
            _NETWORK,
            Column("company", "Who owns it, by its card.", "text"),
            Column("advertising", "No for pure analytics, tag management, social.", "word", "flag"),
            _told(Column("account", "The id.", "account"), _NOT_BRANDS),
            _told(Column("account_kind", "What the network calls it."), _NOT_BRANDS),
            _told(
                Column("scope", "What it identifies: account, site, slot, platform, unknown."), _NOT_BRANDS
            ),
            _told(Column("brand", "The advertiser.", "text"), _NOT_NETWORKS),
            _told(Column("role", "The brand's role."), _NOT_NETWORKS),
            _told(Column("basis", "Grade of evidence.")),
            _told(Column("state", "Of the tag.")),
            _told(Column("certainty", "proven, likely, weak.")),
            _told(Column("rule", "What matched: card or detector, name, and the hash of the card's file.")),
            Column("part", "The kind of document the place is in."),
            # Places and sizes are a page's fingerprint: who has the pages could name each by them.
            _mine("start", "Where the value begins in the skeleton, in characters.", "word", "integer"),
            _mine("end", "Where it ends.", "word", "integer"),
            _RELATION,
            Column("seller_type", "As sellers.json says.", "declared"),
            Column("position", "In the supply chain, from 1.", "word", "integer"),
            Column(
                "ad_domain",
                "Registrable domain of the host; none for an ad server on the page's own site.",
                "system",
            ),
            # The rest quotes the page, where ids and names stand in clear.
            _mine("path", "The place for a reader."),
            _mine("host", "The host in the tag.", "system"),
            _mine("value", "As seen."),
            _mine("decoded", "Encodings undone, as JSON."),
            _mine("url", "The URL it was seen in."),
            _mine("seller_name", "As sellers.json or a supply chain says."),
            _mine("seller_domain", "The same.", "host"),
            _mine("declared", "All that the place states, as JSON."),
            _mine("fact", "id of the line of `extract --json`.", "word"),
            _mine("via", "fact it was found inside.", "word"),
            _MARKING,
        ),
        _TOLD,
    ),
    Table(
        "captures",
        "One row a document that was read or a redirect that was seen.",
        (
            Column("id", "Public id of the outcome."),
            _DOMAIN,
            *_AUTHORITY,
            Column("seen", "Time (UTC).", "time", "time"),
            Column("document", "What was asked for."),
            Column("outcome", "captured or redirected."),
            Column("page_state", "Whose page came back; empty for what is no page."),
            Column("page_state_rule", "The rule that says so."),
            Column("parse_status", "complete, or what was not read.", "text"),
            Column("status", "HTTP status.", "word", "integer"),
            _mine("bytes_seen", "Bytes received.", "word", "integer"),
            Column("sightings", "Number of sightings of its newest generation.", "word", "integer"),
            Column("run", "Id of the run's record."),
            Column("depth", "Links followed from the entry.", "word", "integer"),
            _mine("url", "What was asked for.", "url"),
            _mine("location", "Where it redirected.", "url"),
            _mine("content_type", "As answered."),
            _mine("peer", "Address that answered."),
            _mine("tls", "verified, or how not."),
            _mine("sha256_wire", "SHA-256 of the bytes received."),
            _mine("skeleton_sha256", "SHA-256 of the skeleton."),
            _MARKING,
        ),
    ),
    Table(
        "refusals",
        "One row a request that was denied, refused, failed or interrupted.",
        (
            Column("id", "Public id of the decision (denied) or the outcome."),
            _DOMAIN,
            *_AUTHORITY,
            Column("seen", "Time (UTC).", "time", "time"),
            Column("document", "What would have been asked for."),
            Column("outcome", "denied, refused, failed, interrupted."),
            Column("layer", "Where it ended."),
            Column("rule", "The rule that denied it."),
            Column("status", "HTTP status, if there was one.", "word", "integer"),
            _mine("bytes_seen", "Bytes received before it ended.", "word", "integer"),
            Column(
                "address", "The domain that was to be asked; keyed if neither listed nor a card's.", "site"
            ),
            # Reasons name hosts, and rotating hosts of networks hold account ids.
            _mine("reason", "Why, in words."),
            _mine("url", "What was to be asked for; keyed if its host is.", "url"),
            _MARKING,
        ),
    ),
    Table(
        "links",
        "One row a distinct edge of the graph on one domain.",
        (
            Column("edge", "Its id in graphs/schema.toml."),
            Column("sentence", "What it says."),
            Column("source_kind", "Kind of the node it leaves."),
            Column("source", "That node.", "source"),
            Column("target_kind", "Kind of the node it enters."),
            Column("target", "That node.", "target"),
            _DOMAIN,
            *_AUTHORITY,
            *_EVIDENCE,
            *_SEEN,
            *_ROW,
            _MARKING,
        ),
    ),
)


def find_table(name: str) -> Table:
    """The table of that name.

    Raises:
        UsageError: there is none.
    """
    for table in TABLES:
        if table.name == name:
            return table
    raise UsageError(
        f'there is no table "{name}".', do=f"Use one of: {', '.join(table.name for table in TABLES)}."
    )


def table(case: Case, name: str, audience: Audience = "taskforce") -> pd.DataFrame:
    """One table as this audience may see it; built fresh, in a fixed order, empty if nothing was seen.

    Text cells are text or None, lists are lists; integers and flags are pandas' Int64 and boolean.

    Raises:
        UsageError: there is no such table.
        SharingError: an entry's TLP label does not allow it.
    """
    from adtrace.export.source import Source

    return Source(case, audience).table(name)
