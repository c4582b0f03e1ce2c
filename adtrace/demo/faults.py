"""Front pages that fail, each in its own way."""

from adtrace.demo.answers import Answer, redirect

_JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"


def write_fault(role: str, canary: str, elsewhere: str) -> dict[str, Answer]:
    """Path → what the site with the fault of this name answers; elsewhere: a host outside the list."""
    media = _JPEG + canary.encode() + bytes(4000)
    filler = f"<p>{canary}</p>\n".encode() * 50
    return {
        "silent": {"/": Answer(manner="silent")},
        "reset": {"/": Answer(manner="reset")},
        "media_as_html": {"/": Answer(body=media)},
        "media_type": {"/": Answer(body=media, content_type="image/jpeg")},
        "too_large": {"/": Answer(body=filler, manner="endless_body")},
        "redirect_out_of_scope": {"/": redirect(f"https://{elsewhere}/")},
        "redirect_private": {"/": redirect("http://10.0.0.5/admin")},
        "redirect_loop": {"/": redirect("/a"), "/a": redirect("/b"), "/b": redirect("/a", 301)},
    }[role]
