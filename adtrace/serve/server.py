"""A case as a local web view: Datasette over case.db, read-only, on loopback, for one browser."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.plugins import DEFAULT_PLUGINS, pm

from adtrace.case.database import FILE_NAME
from adtrace.errors import CaseError
from adtrace.export.datasette import datasette_metadata
from adtrace.serve import hooks
from adtrace.serve.desk import Desk
from adtrace.serve.guard import OPEN_PATH
from adtrace.serve.hooks import DATABASE
from adtrace.serve.reading import is_live

LOOPBACK = "127.0.0.1"
# All that is answered: our pages, case.db's tables, queries and rows, and Datasette's own style. Not the file itself.
_PATHS = re.compile(
    r"/|/(?:dossier|dossiers|report|style\.css|tables\.css)"
    rf"|/{DATABASE}(?:\.json)?|/{DATABASE}/[a-z0-9_-]+(?:/[^/]+)?(?:\.(?:json|csv))?"
    r"|/-/static/app\.css"
)
_ERROR_LOG = "datasette.handle_exception"
_SETTINGS = {
    "default_allow_sql": False,
    "allow_download": False,
    "suggest_facets": False,
    "max_returned_rows": 5000,
    "sql_time_limit_ms": 5000,
    "facet_time_limit_ms": 1000,
    "default_cache_ttl": 0,
    "num_sql_threads": 2,
}


class CaseServer(Datasette):  # type: ignore[misc] # Datasette has no types
    """Datasette over one case. token: opens it once. hosts: the names under which it answers. mount: its path there."""

    def __init__(self, path: Path, hosts: tuple[str, ...]) -> None:
        self.desk = Desk(path)
        self.hosts, self.paths, self.token = hosts, _PATHS, secrets.token_urlsafe(32)
        self.mount = f"/{secrets.token_hex(16)}/"
        _only_our_plugin()
        file = str(path / FILE_NAME)
        super().__init__(
            files=[file] if is_live(path) else [],
            immutables=[] if is_live(path) else [file],
            metadata=datasette_metadata(DATABASE),
            settings={**_SETTINGS, "base_url": self.mount},
            template_dir=str(Path(__file__).parent / "templates"),
        )

    @property
    def address(self) -> str:
        """The path that opens it, with the token."""
        return f"{self.mount.rstrip('/')}{OPEN_PATH}?token={self.token}"


def serve(path: Path, port: int, ready: Callable[[str], None]) -> None:
    """Serve the case until Ctrl-C. port: 0 for any that is free. ready: is told the address that opens it, once.

    Raises:
        CaseError: no case there, or the port is taken.
    """
    import uvicorn

    with _bound(port) as listener:
        host = f"{LOOPBACK}:{listener.getsockname()[1]}"
        server = CaseServer(path, (host,))
        config = uvicorn.Config(
            server.app(),
            access_log=False,
            log_level="critical",
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=1,
        )
        ready(f"http://{host}{server.address}")
        # Datasette writes a query that failed to stderr, with its parameters, which may be names of the list.
        with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stderr(nowhere):
            uvicorn.Server(config).run(sockets=[listener])


def _bound(port: int) -> Any:
    import socket  # noqa: TID251 - a listener on loopback, never a way out

    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise CaseError(
            f"cannot be served on port {port} ({error.strerror}).", do="Give another --port, or none."
        ) from None


def _only_our_plugin() -> None:
    """Plugins that happen to be installed for another Datasette get nothing to see; nor does its log of errors.

    That one writes the variables of every frame to the terminal: cookies, names of the list.
    """
    for plugin in pm.get_plugins():
        if plugin is not hooks and (plugin.__name__ not in DEFAULT_PLUGINS or plugin.__name__ == _ERROR_LOG):
            pm.unregister(plugin)
    if not pm.is_registered(hooks):
        pm.register(hooks)
