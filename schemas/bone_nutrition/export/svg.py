"""Vega-Lite charts as SVG: the same bytes every time, readable without colour and to screen readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import vl_convert

Chart = dict[str, Any]

# Arimo comes with vl-convert and is as wide as Arial, which readers' machines have.
FONT = "Arimo, Arial, Helvetica, sans-serif"
VEGA_LITE = "6.4"
WIDTH = 700
PADDING = 8
INNER_WIDTH = WIDTH - 2 * PADDING
# vl-convert puts this before relative links.
LINK_BASE = "https://vega.github.io/vega-datasets/"

INK, FAINT, NEUTRAL, HAIRLINE, PAPER, BAND = "#222222", "#5f5f5f", "#767676", "#d9d9d9", "#ffffff", "#edf3fa"

CONFIG: Chart = {
    "font": FONT,
    "view": {"stroke": None},
    "concat": {"spacing": 8},
    "axis": {"domainColor": NEUTRAL, "tickColor": NEUTRAL, "gridColor": HAIRLINE, "labelColor": INK, "labelFontSize": 10},
    "title": {
        "anchor": "start", "offset": 8, "color": INK, "fontSize": 14, "lineHeight": 17,
        "subtitleColor": FAINT, "subtitleFontSize": 11, "subtitleLineHeight": 14,
    },
    "text": {"fontSize": 10.5, "align": "left", "baseline": "top", "lineBreak": "\n"},
}
PIXELS = ("x", "y", "top")
# Enough charts for a process to be worth its start, which takes a second.
FEWEST_IN_PARALLEL = 40


@dataclass(frozen=True)
class Drawing:
    """A chart to be drawn; ``name`` makes the ids in it differ from those of other charts on one page.

    Charts must not clip: the ids of clipping paths depend on what was drawn before.
    """

    name: str
    title: str
    description: str
    chart: Chart


def render_all(drawings: Iterable[Drawing]) -> Iterator[bytes]:
    """The drawings as SVG files, in their order; many are drawn by several processes."""
    wanted = list(drawings)
    if len(wanted) < FEWEST_IN_PARALLEL:
        yield from map(render, wanted)
        return
    # Started afresh, not forked: the library that draws runs threads of its own.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(render, wanted, chunksize=16)


def render(drawing: Drawing) -> bytes:
    """The drawing as an SVG file."""
    schema = f"https://vega.github.io/schema/vega-lite/v{VEGA_LITE}.json"
    complete = {"$schema": schema, "config": CONFIG, "padding": PADDING, "background": PAPER, **drawing.chart}
    drawn = vl_convert.vegalite_to_svg(complete, vl_version=VEGA_LITE).replace(LINK_BASE, "")
    ids = {part: quoteattr(f"{drawing.name}-{part}") for part in ("title", "description")}
    named = f' role="graphics-document" aria-labelledby={ids["title"]} aria-describedby={ids["description"]}>'
    texts = f"<title id={ids['title']}>{escape(drawing.title)}</title><desc id={ids['description']}>{escape(drawing.description)}</desc>"
    return (drawn.replace(">", named + texts, 1) + "\n").encode("utf-8")


def as_given(field: str) -> Chart:
    """A channel whose values stand in the data as they are drawn: pixels, colours, shapes, addresses."""
    if field in PIXELS:
        return {"field": field, "type": "quantitative", "scale": None, "axis": None}
    return {"field": field, "type": "nominal", "scale": None, "legend": None}


def view(height: float, layers: Iterable[Chart]) -> Chart:
    """Layers over each other across the whole width; those without values are left out."""
    return {"width": INNER_WIDTH, "height": height, "layer": [layer for layer in layers if layer["data"]["values"]]}


def text_layer(values: list[Chart], **mark: Any) -> Chart:
    """A layer of texts; each value has x, y, text and colour."""
    return {
        "data": {"values": values},
        "mark": {"type": "text", "aria": False, **mark},
        "encoding": {"x": as_given("x"), "y": as_given("y"), "text": {"field": "text"}, "color": as_given("colour")},
    }
