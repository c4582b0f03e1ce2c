"""A case that is served while somebody writes to it, and a reader who has opened the door."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adtrace.serve import CaseServer
from tests.relate.small_case import SmallCase, adsense

HOSTILE = "<script>alert(1)</script>"
OFFER = (
    '<a href="https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=https%3A%2F%2Fshoes.test%2F$x$">a</a>'
)


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
        self.cookies = dict(self.ask(self.server.address).cookies)

    def ask(self, path: str, **headers: str) -> Any:
        """The answer to a GET."""

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
