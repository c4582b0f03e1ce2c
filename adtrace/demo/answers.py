"""What one invented URL answers: exact bytes, and how a server that misbehaves sends them."""

from typing import Literal

import msgspec

# How the bytes are sent. No manner sends more than MAX_BYTES or lasts longer than MAX_SECONDS.
Manner = Literal[
    "plain",  # head with Content-Length, body
    "silent",  # accepts, never answers
    "reset",  # RST instead of an answer
    "reset_mid",  # head and half the body, then RST
    "short",  # announces more than it sends, then closes
    "endless_body",  # the body over and over, chunked
]
MAX_BYTES = 200 * 1024 * 1024
MAX_SECONDS = 60.0

Tls = Literal[
    "good",  # a leaf of the in-memory authority for the name asked
    "wrong_name",  # a leaf for another name
    "closed",  # nothing listens on 443
]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a GET of one URL; anything the world does not plan is a plain 404."""

    body: bytes = b""
    status: int = 200
    content_type: str | None = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    manner: Manner = "plain"


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """One host: what each request target (path, with its query) answers, and how its port 443 behaves.

    catch_all answers every target not planned, as sites with soft 404s do.
    """

    host: str
    answers: dict[str, Answer]
    tls: Tls = "good"
    catch_all: Answer | None = None

    def answer(self, target: str) -> Answer:
        """What this target answers: as planned, else without its query, else the catch-all, else 404."""
        found = self.answers.get(target) or self.answers.get(target.partition("?")[0])
        return found or self.catch_all or NOT_FOUND


class Request(msgspec.Struct, frozen=True):
    """One request as it reached the server; host is the Host header's, headers as sent."""

    scheme: str
    method: str
    host: str
    target: str
    headers: tuple[tuple[str, str], ...]


def page(html: str, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """An HTML answer."""
    return Answer(body=html.encode(), status=status, headers=headers)


def text(words: str) -> Answer:
    """A text/plain answer, as ads.txt wants it."""
    return Answer(body=words.encode(), content_type="text/plain; charset=utf-8")


def script(code: str) -> Answer:
    """A JavaScript answer."""
    return Answer(body=code.encode(), content_type="text/javascript; charset=utf-8")


def json(words: str) -> Answer:
    """An application/json answer, as sellers.json wants it."""
    return Answer(body=words.encode(), content_type="application/json")


def redirect(location: str, status: int = 302) -> Answer:
    """A redirect with an empty body."""
    return Answer(status=status, headers=(("Location", location),))


NOT_FOUND = page("<!doctype html><html><head></head><body><h1>404</h1></body></html>", status=404)
