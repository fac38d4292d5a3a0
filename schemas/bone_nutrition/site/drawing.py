"""Charts as SVG within pages: their fixed size taken off, their links led to pages of the site."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

from ..export import svg

SIZE = re.compile(r' width="(?P<width>[\d.]+)" height="[\d.]+"')
FOREST_LINK = re.compile(r'xlink:href="forest/([^"]+)\.svg"')


def draw(drawings: Iterable[svg.Drawing]) -> dict[str, Markup]:
    """Name -> SVG element."""
    wanted = list(drawings)
    return {drawing.name: _within_a_page(drawn) for drawing, drawn in zip(wanted, svg.render_all(wanted))}


def _within_a_page(drawn: bytes) -> Markup:
    text = SIZE.sub("", drawn.decode("utf-8").strip(), count=1)
    # The title is shown when a pointer rests on the chart, where it hides what the pointer is on; the heading of the page says it.
    return Markup(FOREST_LINK.sub(r'xlink:href="\1.html"', text))
