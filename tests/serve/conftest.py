"""A case that is served while somebody writes to it, and a reader who has opened the door."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from datasette.plugins import pm

from adtrace.serve import CaseServer
from tests.relate.small_case import SmallCase, adsense

HOSTILE = "<script>alert(1)</script>"
OFFER = (
    '<a href="https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=https%3A%2F%2Fshoes.test%2F$x$">a</a>'
)


@pytest.fixture(autouse=True, scope="module")
def _datasette_as_it_was(_closed_datasette: None) -> Iterator[None]:
    """What our server does to Datasette's plugins lasts as long as its process; other folders' tests share this one."""
    before = {pm.get_name(plugin): plugin for plugin in pm.get_plugins()}
    yield
    for plugin in pm.get_plugins() - set(before.values()):
        pm.unregister(plugin)
    for name, plugin in before.items():
        if not pm.has_plugin(name):
            pm.register(plugin, name)


def _make(folder: Path) -> SmallCase:
    made = SmallCase(folder / "case")
    made.site("clip.example", adsense(), OFFER, reference=HOSTILE)
    made.site("film.example", adsense(), authority="javascript:alert(1)", reference="https://evil.test/x")
    made.entry("dark.example")
    made.end("dark.example", "redirected", location="https://elsewhere.test/secret-path")
    return made


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallCase]:
    """Two domains of one holder, a redirect to a site nobody confirmed, and words meant for a browser."""
    made = _make(tmp_path)
    with made.case:
        yield made


class Reader:
    """A browser in short: one server, the cookie it gave, the answers. private: what no answer may hold."""

    def __init__(self, path: Path, private: frozenset[str] = frozenset()) -> None:
        self.private = private
        self.server = CaseServer(path, ("localhost",))
        self.cookies: dict[str, str] = {}
        self.ask("open")
        self.cookies = dict(self.ask(self.server.address.removeprefix(self.server.mount)).cookies)

    def ask(self, path: str, **headers: str) -> Any:
        """The answer to a GET of a path below the mount, which Datasette's own client puts before it."""

        async def get() -> Any:
            return await self.server.client.get(
                path if path.startswith("/") else f"/{path}", cookies=self.cookies, headers=headers
            )

        return asyncio.run(get())


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The same, of a case that does not change."""
    made = _make(tmp_path_factory.mktemp("served"))
    with made.case as case:
        nonces = {row["nonce"].hex() for row in case.rows("SELECT nonce FROM payloads")}
        yield Reader(case.path, frozenset({case.opening.secret, *nonces}))


@pytest.fixture
def reader(small: SmallCase) -> Reader:
    """Who opened the printed address."""
    return Reader(small.case.path)


@contextmanager
def served(path: Path) -> Iterator[str]:
    """The address that a real process prints."""
    adtrace = [sys.executable, "-c", "from adtrace.cli import main; main()", "serve", str(path)]
    process = subprocess.Popen(adtrace, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
        assert process.stderr is not None
        assert "Ended." in process.stderr.read()
        process.stdout.close()
        process.stderr.close()
