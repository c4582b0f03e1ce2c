"""Pages that are not the operator's: what stands between a visitor and the site, or in its place.

Each carries the markers by which such pages are known, and now and then somebody else's ads.
"""

from collections.abc import Callable

from adtrace.demo.answers import Answer, page
from adtrace.demo.canaries import Canaries
from adtrace.demo.dice import Dice
from adtrace.demo.facts import Told, facts_of

Written = tuple[Answer, Told]


def _document(title: str, head: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _challenge(dice: Dice, domain: str, _: Canaries) -> Written:
    ray = dice.text("hex", 16)
    html = _document(
        "Just a moment...",
        '<meta name="robots" content="noindex,nofollow">\n<meta http-equiv="refresh" content="390">',
        '<div class="main-wrapper" role="main">'
        "<noscript><p>Enable JavaScript and cookies to continue</p></noscript></div>\n"
        f"<script>(function(){{window._cf_chl_opt={{cvId:'3',cZone:'{domain}',cType:'managed',cRay:'{ray}'}};"
        f"var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1';"
        "document.getElementsByTagName('head')[0].appendChild(a);}())</script>",
    )
    return page(html, 403, (("Cf-Mitigated", "challenge"), ("Server", "cloudflare"))), Told()


def _parked(dice: Dice, domain: str, _: Canaries) -> Written:
    client = f"dp-{dice.word()}{dice.text('digits', 2)}_3ph"
    html = _document(
        domain,
        '<link rel="preconnect" href="https://img1.wsimg.com">',
        f"<h1>{domain}</h1><p>This domain is parked free, courtesy of the registrar.</p>"
        '<div id="related-links"></div>\n'
        '<script src="https://www.google.com/adsense/domains/caf.js" type="text/javascript"></script>\n'
        '<script>window.LANDER_SYSTEM="PW"; var options = '
        f'{{"pubId": "{client}", "domainRegistrant": "as-drid-{dice.text("digits", 16)}"}};</script>\n'
        '<script src="https://img1.wsimg.com/parking-lander/static/js/main.js"></script>',
    )
    report = f"adsense domain_parking_id/account/{client}"
    facts = (*facts_of("adsense"), *facts_of(report))
    return page(html), Told(facts=facts, never=("https://www.google.com/adsense/domains/caf.js",))


def _for_sale(dice: Dice, domain: str, _: Canaries) -> Written:
    html = _document(
        f"{domain} is for sale",
        '<link rel="stylesheet" href="https://cdn.hugedomains.com/css/landing.css">',
        f"<h1>{domain} is for sale</h1><p>Buy this domain. Price: {dice.number(2, 90)},500</p>"
        f'<form action="https://www.hugedomains.com/profile.cfm?d={domain}"><button>Make an offer</button></form>',
    )
    return page(html), Told()


def _seized(_dice: Dice, domain: str, _: Canaries) -> Written:
    html = _document(
        "This domain has been seized",
        "",
        "<h1>This domain has been seized</h1>"
        f"<p>The domain {domain} has been seized by the Federal Bureau of Investigation in accordance with a seizure "
        "warrant issued pursuant to 18 U.S.C. 981 and 2323.</p>",
    )
    return page(html), Told()


def _suspended(_dice: Dice, _domain: str, _: Canaries) -> Written:
    html = _document(
        "Account Suspended",
        '<link rel="stylesheet" href="//use.fontawesome.com/releases/v5.0.6/css/all.css">',
        "<h1>Account Suspended</h1><p>This Account has been suspended.</p>"
        '<p><a href="/cgi-sys/suspendedpage.cgi">Contact your hosting provider for more information.</a></p>',
    )
    return page(html), Told()


def _geo_blocked(_dice: Dice, _domain: str, _: Canaries) -> Written:
    html = _document(
        "Unavailable",
        "",
        "<h1>451: Unavailable for legal reasons</h1><p>This content is not available in your country or region.</p>",
    )
    return page(html, 451), Told()


def _consent_wall(_dice: Dice, _domain: str, _: Canaries) -> Written:
    html = _document(
        "Before you continue",
        '<script src="https://sdk.privacy-center.org/loader.js" async></script>',
        '<div id="consent-wall"><h1>Before you continue</h1>'
        "<p>We and our partners store and access information on a device. Accept cookies to continue to this site.</p>"
        '<button id="accept-all">Accept all</button>'
        '<button id="reject-all">Reject all</button></div>',
    )
    return page(html), Told(facts=tuple(facts_of("didomi")))


def _login_wall(_dice: Dice, _domain: str, _: Canaries) -> Written:
    html = _document(
        "Log in",
        '<meta name="robots" content="noindex">',
        '<h1>Log in</h1><p>You must be logged in to view this site.</p><form method="post" action="/login">'
        '<label>User name <input name="username" autocomplete="username"></label>'
        '<label>Password <input type="password" name="password"></label><button>Log in</button></form>',
    )
    return page(html), Told()


def _soft_404(_dice: Dice, _domain: str, _: Canaries) -> Written:
    html = _document(
        "404 Not Found",
        "",
        "<h1>404</h1><p>Page not found. The page you are looking for does not exist or has been moved.</p>",
    )
    return page(html), Told()


def _empty_shell(dice: Dice, _domain: str, canaries: Canaries) -> Written:
    html = _document(
        canaries.word(),
        f'<script defer src="/static/js/main.{dice.text("hex", 8)}.js"></script>',
        '<noscript>You need to enable JavaScript to run this app.</noscript>\n<div id="root"></div>',
    )
    return page(html), Told()


STATES: dict[str, Callable[[Dice, str, Canaries], Written]] = {
    "challenge": _challenge,
    "parked": _parked,
    "for_sale": _for_sale,
    "seized": _seized,
    "suspended": _suspended,
    "geo_blocked": _geo_blocked,
    "consent_wall": _consent_wall,
    "login_wall": _login_wall,
    "soft_404": _soft_404,
    "empty_shell": _empty_shell,
}
