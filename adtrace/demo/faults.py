"""Front pages that fail, each in its own way, and the outcome a correct run records for each."""

from typing import NamedTuple

from adtrace.demo.answers import Answer, redirect

_JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"


class Fault(NamedTuple):
    """What the site answers under each path, and how asking for / over HTTPS ends."""

    answers: dict[str, Answer]
    outcome: str


def write_fault(role: str, canary: str, elsewhere: str) -> Fault:
    """The fault of this name; elsewhere: a host outside the list."""
    media = _JPEG + canary.encode() + bytes(4000)
    if role in ("silent", "reset"):
        return Fault({"/": Answer(manner="silent" if role == "silent" else "reset")}, "failed")
    if role == "media_as_html":
        return Fault({"/": Answer(body=media)}, "refused")
    if role == "media_type":
        return Fault({"/": Answer(body=media, content_type="image/jpeg")}, "refused")
    if role == "too_large":
        filler = f"<p>{canary}</p>\n".encode() * 50
        return Fault({"/": Answer(body=filler, manner="endless_body")}, "refused")
    if role == "redirect_out_of_scope":
        return Fault({"/": redirect(f"https://{elsewhere}/")}, "redirected")
    if role == "redirect_private":
        return Fault({"/": redirect("http://10.0.0.5/admin")}, "redirected")
    if role == "redirect_loop":
        return Fault({"/": redirect("/a"), "/a": redirect("/b"), "/b": redirect("/a", 301)}, "redirected")
    raise ValueError(role)
