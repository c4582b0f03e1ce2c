"""Ad answers as pages hold them: VAST in a player's hands, bid responses of OpenRTB and Prebid; nothing was clicked."""

import json
from urllib.parse import quote

from adtrace.demo.dice import Dice
from adtrace.demo.facts import Fact, Offer, Piece, Told

# Ad servers by their card, as they call themselves in AdSystem.
_SYSTEMS = {"pubmatic": "PubMatic", "adform": "Adform", "smart-adserver": "Smart AdServer"}
_VAST = """<VAST version="{version}"><Ad id="{ad}"><InLine><AdSystem>{system}</AdSystem><AdTitle>{title}</AdTitle>
<Advertiser>{advertiser}</Advertiser><Impression><![CDATA[{pixel}]]></Impression><Creatives><Creative id="{creative}">
<Linear><Duration>00:00:15</Duration><TrackingEvents><Tracking event="start"><![CDATA[{pixel}&start]]></Tracking>
</TrackingEvents><VideoClicks><ClickThrough><![CDATA[{click}]]></ClickThrough></VideoClicks><MediaFiles>
<MediaFile delivery="progressive" type="video/mp4"><![CDATA[{media}]]></MediaFile></MediaFiles></Linear></Creative>
</Creatives></InLine></Ad></VAST>"""


def write_vast(dice: Dice, brand: str, shown: set[str], words: str) -> Piece:
    """An ad that a player on the page is handed: whose server answered, for whom, and where a click would lead.

    shown: networks whose tags stand on the page, which it leaves alone; the one it takes is added.
    """
    systems = [network for network in _SYSTEMS if network not in shown]
    if not systems:
        return Piece("")
    network = dice.pick(systems)
    shown.add(network)
    answer = write_inline(dice, network, brand, words)
    return Piece(dice.pick(_FORMS)(answer.html), answer.told)


def write_inline(dice: Dice, network: str, brand: str, words: str) -> Piece:
    """A VAST answer with an ad in it, served by one of the systems."""
    server, advertiser = f"https://{dice.word()}.test", f"{dice.word().capitalize()} Trading Ltd"
    click = f"https://www.{brand}/video/{dice.word()}?src={dice.text('digits', 4)}"
    pixel, media = f"{server}/i?{dice.text('hex', 12)}", f"{server}/{dice.text('hex', 12)}.mp4"
    answer = _VAST.format(
        version=dice.pick(("2.0", "3.0", "4.2")), ad=dice.text("digits", 5), system=_SYSTEMS[network], title=words,
        advertiser=advertiser, pixel=pixel, creative=dice.text("digits", 6), click=click, media=media,
    )  # fmt: skip
    told = Told(
        facts=(Fact(network, basis="served"),),
        offers=tuple(Offer(one, "served", network, "served") for one in (advertiser, brand)),
        landings=(brand,),
        never=(click, pixel, media),
    )
    return Piece(answer, told)


def _string(answer: str) -> str:
    text = json.dumps(answer).replace("</", "<\\/")
    return f"<script>player({{xml: {text}}});</script>"


def _data(answer: str) -> str:
    text = json.dumps({"ads": [{"vast": answer}]}).replace("<", "\\u003c")
    return f'<script type="application/json">{text}</script>'


def _block(answer: str) -> str:
    return f'<script type="text/xml">{answer}</script>'


def _percent(answer: str) -> str:
    return f'<script>player({{xml: decodeURIComponent("{quote(answer, safe="")}")}});</script>'


_FORMS = (_string, _data, _block, _percent)


def write_bid(dice: Dice, brand: str) -> Piece:
    """A bid response in the page's own code, which names the advertiser and no network that a card knows."""
    notice = f"https://{dice.word()}.test/win?{dice.text('hex', 12)}"
    ids = {"crid": dice.text("digits", 6), "cid": dice.text("digits", 5)}
    bid = {"id": "1", "impid": "1", "price": 0.4, "adomain": [f"www.{brand}"], "nurl": notice, **ids}
    prebid = {
        "bidderCode": f"{dice.word()}dsp",
        "cpm": 0.4,
        "creativeId": ids["crid"],
        "meta": {"advertiserDomains": [brand]},
    }
    response = dice.pick(({"id": "r", "seatbid": [{"seat": ids["cid"], "bid": [bid]}]}, prebid))
    told = Told(offers=(Offer(brand, "served", None, "served"),), never=(notice,))
    return Piece(f"<script>render({json.dumps(response)});</script>", told)
