"""References to media of every kind, as pages make them; none may ever be requested.

Nothing here is media: what the server would answer is the signature of a format and a canary.
"""

from adtrace.demo.answers import Answer
from adtrace.demo.dice import Dice

# Every place from which a browser would fetch an image, video, audio, font or document.
_REFERENCES = (
    '<img src="{jpg}" srcset="{webp} 1x, {png} 2x" alt="{words}">',
    '<picture><source srcset="{webp}" type="image/webp"><img src="{jpg}" alt="{words}" loading="lazy"></picture>',
    '<video poster="{jpg}" controls><source src="{mp4}" type="video/mp4"><track src="{vtt}" kind="captions"></video>',
    '<video src="{m3u8}" preload="auto" autoplay></video>',
    '<audio src="{mp3}"></audio>',
    '<embed src="{swf}" type="application/x-shockwave-flash">',
    '<object data="{pdf}" type="application/pdf"></object>',
    '<svg viewBox="0 0 9 9"><title>{words}</title><image href="{png}" /></svg>',
    '<input type="image" src="{gif}" alt="{words}">',
    '<div style="background-image:url({jpg})"></div>',
    '<iframe src="{mp4}" allowfullscreen></iframe>',
    '<a href="{mp4}" title="{words}">{words}</a>',
    '<img data-src="{jpg}" class="lazyload" alt="">',
    '<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" alt="">',
    '<table background="{gif}"><tr><td></td></tr></table>',
    '<script>var player = {{file: "{mp4}", image: "{jpg}", tracks: [{{file: "{vtt}"}}]}};</script>',
    "<style>@font-face{{font-family:x;src:url({woff2})}}</style>",
)
HEAD = (
    '<link rel="icon" href="{ico}">',
    '<link rel="preload" as="image" href="{webp}">',
    '<link rel="preload" as="font" href="{woff2}" crossorigin>',
    '<meta property="og:image" content="{jpg}">',
    '<meta property="og:video" content="{mp4}">',
    '<meta name="twitter:player" content="{mp4}">',
)
_SIGNATURES = {
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "png": b"\x89PNG\r\n\x1a\n",
    "gif": b"GIF89a\x01\x00",
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "ico": b"\x00\x00\x01\x00\x01\x00",
    "mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00",
    "m3u8": b"#EXTM3U\n#EXT-X-VERSION:3\n",
    "vtt": b"WEBVTT\n\n",
    "mp3": b"ID3\x03\x00\x00\x00",
    "swf": b"FWS\x09\x00",
    "pdf": b"%PDF-1.7\n\xe2\xe3",
    "woff2": b"wOF2\x00\x01\x00\x00",
}
_TYPES = {
    **dict.fromkeys(("jpg", "png", "gif", "webp"), "image/{0}"),
    "ico": "image/x-icon",
    "mp4": "video/mp4",
    "m3u8": "application/vnd.apple.mpegurl",
    "vtt": "text/vtt",
    "mp3": "audio/mpeg",
    "swf": "application/x-shockwave-flash",
    "pdf": "application/pdf",
    "woff2": "font/woff2",
}


class Gallery:
    """A site's media: references for its pages, and what its server would answer if anybody asked."""

    def __init__(self, dice: Dice, canary: str) -> None:
        self._dice = dice
        self.answers = {
            f"/media/{dice.word()}-{dice.text('lower', 6)}.{suffix}": Answer(
                body=signature + canary.encode() + bytes(2000), content_type=_TYPES[suffix].format(suffix)
            )
            for suffix, signature in _SIGNATURES.items()
        }

    def write(self, size: int, words: list[str], forms: tuple[str, ...] = _REFERENCES) -> list[str]:
        """Markup with that many references of different kinds; words[i] says what the i-th would show."""
        addresses = {path.rpartition(".")[2]: path for path in self.answers}
        return [
            form.format(words=text, **addresses)
            for form, text in zip(self._dice.sample(forms, size), words, strict=False)
        ]
