"""How does an offer get on a poster? (The sheet itself is a page: channels/find.)"""
from __future__ import annotations

import io
from collections.abc import Mapping

import segno

from knowledge.offer import Offer

# A quarter of the code may be torn or smudged and it still reads: posters hang in schools.
_ERROR = "q"


def qr_svg(address: str) -> str:
    """The QR code of an address as an SVG element that takes the size of its box, for a page or for print."""
    out = io.BytesIO()
    segno.make(address, error=_ERROR, micro=False).save(out, kind="svg", xmldecl=False, svgns=True, border=4,
                                                        omitsize=True, light="white")
    return out.getvalue().decode()


def qr_png(address: str, scale: int = 12) -> bytes:
    """The QR code as a picture to put into something else; `scale` is pixels per module."""
    out = io.BytesIO()
    segno.make(address, error=_ERROR, micro=False).save(out, kind="png", scale=scale, border=4, light="white")
    return out.getvalue()


def ages(offer: Offer, texts: Mapping) -> str:
    """ "13-18 år", "fra 15 år", "til 17 år"; empty when the age is not known."""
    words = texts["labels"]["ages"]
    low, high = offer.age_min, offer.age_max
    if low is not None and high is not None:
        return words["between"].format(low=low, high=high)
    if low is not None:
        return words["from"].format(low=low)
    return words["to"].format(high=high) if high is not None else ""
