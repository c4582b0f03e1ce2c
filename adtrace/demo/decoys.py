"""What looks like advertising and is not, and what nobody knows yet."""

from adtrace.demo.dice import Dice
from adtrace.demo.facts import Ask, Fact, Piece, Told

# Names of networks in plain words, an id in prose, a blocklist: none of them is a tag.
_WORDS = (
    "<p>We read that ExoClick, Adsterra and PopAds changed their terms. {0}</p>",
    "<p>To install AdSense put your id, such as ca-pub-2948571036482915, into the page. {0}</p>",
    "<pre>||magsrv.com^\n||popads.net^$third-party\n! {0}</pre>",
    '<p>Read the <a href="/privacy">notice on cookies of Taboola, Criteo and Outbrain</a>. {0}</p>',
)
_SERVICES = (
    '<link rel="stylesheet" href="https://fonts.googleapis.com/css2?family=Inter">',
    '<link rel="preconnect" href="https://fonts.gstatic.com" crossorigin>',
    '<script src="https://cdn.jsdelivr.net/npm/jquery@3.7.1/dist/jquery.min.js"></script>',
    '<script src="https://unpkg.com/swiper@11.0.5/swiper-bundle.min.js" defer></script>',
    '<link rel="stylesheet" href="https://maxcdn.bootstrapcdn.com/bootstrap/3.4.1/css/bootstrap.min.css">',
)
# Ids as manuals and templates show them: the network is seen, the account is nobody's.
_AD_SENSE = "//pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client=ca-pub-1234567891234567"
_COINZILLA = "https://coinzillatag.com/lib/display.js"
_PLACEHOLDERS = {
    "adsense": Piece(
        f'<script src="{_AD_SENSE}"></script>',
        Told(facts=(Fact("adsense"),), asks=(Ask("script", _AD_SENSE),)),
    ),
    "coinzilla": Piece(
        f'<script async src="{_COINZILLA}"></script><div class="coinzilla" data-zone="C-000000000000000000"></div>',
        Told(facts=(Fact("coinzilla"),) * 2, loads=(_COINZILLA,)),
    ),
}
_UNKNOWN_TOKENS = ("adverti-verification", "wnpverify", "zaverify", "adamo-site-verification")


def write_words(dice: Dice, canary: str) -> Piece:
    """Networks in a text that readers see."""
    return Piece(dice.pick(_WORDS).format(canary))


def write_services(dice: Dice) -> list[Piece]:
    """Fonts, libraries and a script of some service that is no ad system."""
    chosen = [Piece(html, head=True) for html in dice.sample(_SERVICES, 3)]
    team = f'data-team="{dice.text("digits", 4)}"'
    chat = f'<script async src="https://widget.{dice.word()}.test/chat/loader.js" {team}></script>'
    return [*chosen, Piece(chat)]


def write_unknown_network(dice: Dice) -> Piece:
    """A script of an ad network that no card knows."""
    host = f"srv.{dice.word(4)}.test"
    url = f"https://{host}/serve/show.php?zoneid={dice.text('digits', 6)}&pubid={dice.text('digits', 5)}"
    return Piece(f'<script async src="{url}"></script>', Told(unidentified=(host,), never=(url,)))


def write_unknown_token(dice: Dice) -> Piece:
    """A verification token whose network is not established."""
    token = dice.text("hex", 32)
    html = f'<meta name="{dice.pick(_UNKNOWN_TOKENS)}" content="{token}">'
    return Piece(html, Told(unidentified=(token,)), head=True)


def write_placeholder(dice: Dice, shown: set[str]) -> list[Piece]:
    """A tag that still holds its manual's id; [] where the page shows its network otherwise."""
    network = dice.pick([*_PLACEHOLDERS])
    return [] if network in shown else [_PLACEHOLDERS[network]]


def write_refresh(dice: Dice) -> Piece:
    """A page that sends its visitors elsewhere after a while."""
    url = f"https://{dice.word(4)}.test/next"
    return Piece(
        f'<meta http-equiv="refresh" content="{dice.number(30, 900)}; url={url}">',
        Told(never=(url,)),
        head=True,
    )
