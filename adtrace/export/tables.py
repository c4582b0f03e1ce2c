"""The tables and their columns, written down once: CSV, JSONL, the report and the README are made from this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from adtrace.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from adtrace.case import Case
    from adtrace.export.audience import Audience

# How a cell is rewritten for an audience (audience.Names): word is a fixed vocabulary, a number, a time or a public
# id and stays; text may name a listed domain; quote is a page's own words; the others name what the cell holds.
Rewrite = Literal[
    "word",
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
Type = Literal["text", "integer", "flag", "list"]


class Column(msgspec.Struct, frozen=True):
    """One column. audiences: who gets it; an audience that is not named never sees it, whatever is in it."""

    name: str
    meaning: str
    rewrite: Rewrite = "word"
    type: Type = "text"
    audiences: tuple[Audience, ...] = ("investigator", "taskforce")


class Table(msgspec.Struct, frozen=True):
    """One table: what a row is, and its columns in order."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    def columns_for(self, audience: Audience) -> tuple[Column, ...]:
        """The columns this audience may see, in order."""
        return tuple(column for column in self.columns if audience in column.audiences)


def _mine(name: str, meaning: str, rewrite: Rewrite = "quote", type: Type = "text") -> Column:  # noqa: A002
    return Column(name, meaning, rewrite, type, ("investigator",))


_DOMAIN = Column("domain", "The listed domain.", "domain")
_AUTHORITY = (
    Column("authority", "Who confirmed the domain.", "text"),
    Column("reference", "The authority's reference; several are separated by a semicolon.", "text"),
)
_EVIDENCE = (
    Column("basis", "Grade of evidence: declared, embedded, served, landing, inferred."),
    Column("state", "Of the tag: live, gated, dormant, id_only, commented, injected."),
    Column("certainty", "The strongest of the sightings: proven, likely, weak."),
)
_SEEN = (
    Column("sightings", "Number of places it was seen at.", "word", "integer"),
    Column("first_seen", "Time of the first capture (UTC)."),
    Column("last_seen", "Time of the last capture (UTC)."),
    Column("captures", "Ids of the captures.", "word", "list"),
)
_ROW = Column("row", "Name of this row for `adtrace show` and `adtrace review`.")
_NETWORK = Column("network", "The ad system, by the id of its card; empty if no card has it.", "text")

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
        ),
    ),
    Table(
        "networks",
        "One row a domain, network, basis and state; operator's pages only.",
        (
            _DOMAIN,
            *_AUTHORITY,
            _NETWORK,
            Column("company", "Who owns it, by its card.", "text"),
            Column("advertising", "No for pure analytics, tag management, social.", "word", "flag"),
            *_EVIDENCE,
            *_SEEN,
            _ROW,
        ),
    ),
    Table(
        "accounts",
        "One row a domain, account, scope, basis and state; operator's pages and its ads.txt only.",
        (
            _DOMAIN,
            *_AUTHORITY,
            _NETWORK,
            Column("system", "The selling system's domain, for what is declared.", "system"),
            Column("account", "The id.", "account"),
            Column("account_kind", "What the network calls it; seller_id for what is declared."),
            Column("scope", "What it identifies: account, site, slot, platform, unknown."),
            Column("holder_role", "Who holds it: operator, manager, intermediary, platform, unknown."),
            Column("relation", "DIRECT or RESELLER, as ads.txt says."),
            *_EVIDENCE,
            *_SEEN,
            _ROW,
        ),
    ),
    Table(
        "brands",
        "One row a domain, brand, role, basis and network it came through; operator's pages only.",
        (
            _DOMAIN,
            *_AUTHORITY,
            Column("brand", "The advertiser a click URL or an ad response leads to or names.", "text"),
            Column("role", "served, affiliate_merchant, fallback, content_link, look_alike, unknown."),
            Column("through", "Network whose URL or response names it; empty if none is known.", "text"),
            *_EVIDENCE,
            *_SEEN,
            _ROW,
        ),
    ),
    Table(
        "sightings",
        "One row a fact at one place in one capture, whatever page came back.",
        (
            Column("id", "Public id of the sighting."),
            _DOMAIN,
            *_AUTHORITY,
            Column("capture", "Id of the capture."),
            Column("seen", "Time of the capture (UTC)."),
            Column("document", "page, frame, script, worker, ads_txt, app_ads_txt, sellers_json."),
            Column("page_state", "Whose page came back; empty for what is no page."),
            Column(
                "kind", "network, account, brand, landing, tracker, declaration, declared_site, unidentified."
            ),
            _NETWORK,
            Column("company", "Who owns it, by its card.", "text"),
            Column("advertising", "No for pure analytics, tag management, social.", "word", "flag"),
            Column("account", "The id.", "account"),
            Column("account_kind", "What the network calls it."),
            Column("scope", "What it identifies: account, site, slot, platform, unknown."),
            Column("brand", "The advertiser.", "text"),
            Column("role", "The brand's role."),
            Column("basis", "Grade of evidence."),
            Column("state", "Of the tag."),
            Column("certainty", "proven, likely, weak."),
            Column("rule", "What matched: card or detector, name, and the hash of the card's file."),
            Column("part", "The kind of document the place is in."),
            Column("start", "Where the value begins in the skeleton, in characters.", "word", "integer"),
            Column("end", "Where it ends.", "word", "integer"),
            Column("relation", "DIRECT or RESELLER, as ads.txt says."),
            Column("seller_type", "As sellers.json says."),
            Column("position", "In the supply chain, from 1.", "word", "integer"),
            Column("ad_domain", "Registrable domain of the host.", "system"),
            # The rest quotes the page, where ids and names stand in clear.
            _mine("path", "The place for a reader.", "word"),
            _mine("host", "The host in the tag.", "system"),
            _mine("value", "As seen."),
            _mine("decoded", "Encodings undone, as JSON."),
            _mine("url", "The URL it was seen in."),
            _mine("seller_name", "As sellers.json or a supply chain says."),
            _mine("seller_domain", "The same.", "host"),
            _mine("declared", "All that the place states, as JSON."),
            _mine("fact", "id of the line of `extract --json`.", "word"),
            _mine("via", "fact it was found inside.", "word"),
        ),
    ),
    Table(
        "captures",
        "One row a document that was read or a redirect that was seen.",
        (
            Column("id", "Public id of the outcome."),
            _DOMAIN,
            *_AUTHORITY,
            Column("seen", "Time (UTC)."),
            Column("document", "What was asked for."),
            Column("outcome", "captured or redirected."),
            Column("page_state", "Whose page came back; empty for what is no page."),
            Column("page_state_rule", "The rule that says so."),
            Column("parse_status", "complete, or what was not read."),
            Column("status", "HTTP status.", "word", "integer"),
            Column("bytes_seen", "Bytes received.", "word", "integer"),
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
        ),
    ),
    Table(
        "refusals",
        "One row a request that was denied, refused, failed or interrupted.",
        (
            Column("id", "Public id of the decision (denied) or the outcome."),
            _DOMAIN,
            *_AUTHORITY,
            Column("seen", "Time (UTC)."),
            Column("document", "What would have been asked for."),
            Column("outcome", "denied, refused, failed, interrupted."),
            Column("layer", "Where it ended."),
            Column("rule", "The rule that denied it."),
            Column("status", "HTTP status, if there was one.", "word", "integer"),
            Column("bytes_seen", "Bytes received before it ended.", "word", "integer"),
            Column(
                "address", "The domain that was to be asked; keyed if neither listed nor a card's.", "site"
            ),
            # Reasons name hosts, and rotating hosts of networks hold account ids.
            _mine("reason", "Why, in words."),
            _mine("url", "What was to be asked for; keyed if its host is.", "url"),
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
            _ROW,
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
    """
    from adtrace.export.source import Source

    return Source(case, audience).table(name)


def as_frame(columns: tuple[Column, ...], rows: list[list[Any]]) -> pd.DataFrame:
    """Rows under columns, each with the dtype its type says."""
    import pandas as pd

    dtypes: dict[Type, Any] = {"integer": "Int64", "flag": "boolean", "text": object, "list": object}
    frame = pd.DataFrame(rows, columns=[column.name for column in columns], dtype=object)
    return frame.astype({column.name: dtypes[column.type] for column in columns})
