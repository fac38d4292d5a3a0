"""Charts as SVG within pages: drawn in parallel, their fixed size taken off, their links led to pages of the site."""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from markupsafe import Markup

from ..export import svg

# Enough charts for a process to be worth its start, which takes a second.
FEWEST_IN_PARALLEL = 40
SIZE = re.compile(r' width="(?P<width>[\d.]+)" height="[\d.]+"')
FOREST_LINK = re.compile(r'xlink:href="forest/([^"]+)\.svg"')


@dataclass(frozen=True)
class Drawing:
    """A chart to be drawn; ``name`` is unique among all of the site."""

    name: str
    title: str
    description: str
    chart: svg.Chart


def draw(drawings: Iterable[Drawing]) -> dict[str, Markup]:
    """Name -> SVG element."""
    wanted = list(drawings)
    if len(wanted) < FEWEST_IN_PARALLEL:
        return {drawing.name: _drawn(drawing) for drawing in wanted}
    # Started afresh, not forked: the library that draws runs threads of its own.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return dict(zip((drawing.name for drawing in wanted), pool.map(_drawn, wanted, chunksize=16)))


def _drawn(drawing: Drawing) -> Markup:
    text = svg.render(drawing.chart, drawing.name, drawing.title, drawing.description).decode("utf-8").strip()
    text = SIZE.sub("", text, count=1)
    # The title is shown when a pointer rests on the chart, where it hides what the pointer is on; the heading of the page says it.
    return Markup(FOREST_LINK.sub(r'xlink:href="\1.html"', text))
