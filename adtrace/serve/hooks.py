"""What Datasette asks of us while it shows case.db: a pluggy plugin, active for our own server alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import markupsafe
from datasette import hookimpl
from datasette.utils.asgi import Response

from adtrace.names import defang, display
from adtrace.serve.guard import App, Guard
from adtrace.serve.pages import ROUTES
from adtrace.serve.reading import SHOWN, restrict

if TYPE_CHECKING:
    from datasette.app import Datasette

DATABASE = "case"
_LONGEST = 300
# Columns that name a node of the graph by themselves.
_NODES = ("domain", "network", "brand", "company")


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
    """Each new connection to case.db is restricted before it is used."""
    if database == DATABASE:
        restrict(conn, datasette.desk.rewrite)


@hookimpl
def permission_allowed(action: str, resource: Any) -> bool:
    """Tables that are shown, queries that are ours, and no SQL of anybody's own."""
    if action == "view-table":
        return resource[0] == DATABASE and resource[1] in SHOWN
    if action == "view-database":
        return bool(resource == DATABASE)
    return action in ("view-instance", "view-query")


@hookimpl
def render_cell(row: Any, value: Any, column: str, datasette: Datasette) -> markupsafe.Markup | None:
    """A text as text: escaped, defanged, nothing invisible; a link only to a dossier of ours."""
    if not isinstance(value, str):
        return None
    cut = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
    shown = markupsafe.escape(display(defang(cut)))
    node = _node(dict(zip(row.keys(), row, strict=True)), value, column)
    if node and node in datasette.desk.dossiers:
        to = f"{datasette.urls.path('/dossier')}?{urlencode({'node': node})}"
        return markupsafe.Markup('<a href="{}">{}</a>').format(to, shown)
    return shown


def _node(row: Mapping[str, Any], value: str, column: str) -> str:
    if column in _NODES:
        return f"{column}:{value}"
    if column in ("source", "target") and f"{column}_kind" in row:
        return f"{row[f'{column}_kind']}:{value}"
    if column == "account" and row.get("account_kind"):
        return f"account:{row['network']}/{row['account_kind']}/{value}"
    return f"account:{value}" if column == "account" else ""


@hookimpl
def register_routes() -> Iterable[tuple[str, Any]]:
    """Our own pages."""
    return ROUTES


@hookimpl
def menu_links(datasette: Datasette) -> list[dict[str, str]]:
    """From every page of Datasette's back to ours."""
    pages = {"/": "The case", "/report": "Report and graph", "/case": "Live tables"}
    return [{"href": datasette.urls.path(path), "label": label} for path, label in pages.items()]


@hookimpl
def extra_css_urls() -> list[str]:
    """What its pages need besides its own style."""
    return ["/tables.css"]


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Any:
    """The guard, outermost."""

    def wrap(app: App) -> Guard:
        return Guard(
            app, hosts=datasette.hosts, mount=datasette.mount, paths=datasette.paths, token=datasette.token
        )

    return wrap


@hookimpl
def handle_exception(exception: Exception) -> Response:
    """What went wrong, as a sentence; no trace with our variables, to nobody."""
    status = getattr(exception, "status", 500)
    words = str(exception) if status < 500 else f"This page could not be made ({type(exception).__name__})."
    return Response.text(display(words), status=status)
