"""The forest plot of one question as a Vega-Lite chart: every result at its printed number, on the axis of its measure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from ..models.effect_estimates import LESS_AGAINST_MORE, MEASURE, RATIOS
from . import forest_rows
from .forest_rows import AFFECTED, COUNTED, LEADING, SIDE, STATES, SUPPORT, UNCOUNTED, Question, Row
from .svg import BAND, FAINT, HAIRLINE, INK, INNER_WIDTH, NEUTRAL, PAPER, Chart, Drawing, as_given, text_layer, view

# Columns, in pixels from the left, and how many characters fit into them.
NAME_X, DETAILS_X, PLOT_FROM, PLOT_TO, NUMBER_X, NOTE_X = 4, 108, 346, 542, 554, 364
NAME_FITS, DETAILS_FITS, NOTE_FITS, LINE_FITS, TITLE_FITS = 17, 49, 64, 138, 88
NOTE_LINES = 3
FOLDER = "forest"
# Heights, in pixels.
LINE, GAP, HEADER, MARK, AXIS = 13, 8, 22, 5, 26

# Blue and orange stay apart in every kind of colour blindness, and each differs from the paper by more than 4.5 to 1.
COLOUR = {"intervention": "#1f5fa8", "control": "#b34700", "neither": NEUTRAL, "": NEUTRAL}
SHAPE = {LEADING: "diamond", COUNTED: "circle", UNCOUNTED: "circle", AFFECTED: "circle"}
SIZE = {LEADING: 120, COUNTED: 62, UNCOUNTED: 50, AFFECTED: 62}
FILLED = (LEADING, COUNTED)
CROSS = "M-1,-1L1,1M1,-1L-1,1"
SOLID, DASHED = [1, 0], [3, 2]

# From coarse to fine; the first with enough ticks inside the domain is taken.
RATIO_TICKS = (
    (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100),
    (0.25, 0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4),
    (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2),
    (0.9, 0.95, 1, 1.05, 1.1),
)
LOWEST_RATIO = RATIO_TICKS[0][0]
FEWEST_TICKS = 4
NARROWEST_RATIOS = (0.85, 1.18)
MARGIN = 0.06

LEGEND_X = {LEADING: 10, COUNTED: 114, UNCOUNTED: 250, AFFECTED: 354}
LEGEND_SIDES_X = {"intervention": 10, "control": 114, "neither": 250}


def drawing(question: Question) -> Drawing:
    """The plot of a question, with its name, title and description."""
    return Drawing(question.row["question_id"], question.row["text"], description(question), chart(question))


def chart(question: Question) -> Chart:
    """A panel for each kind of number, then the results without a number, then the legend."""
    panels: dict[tuple[str, str, bool], list[Row]] = {}
    without_number = []
    for effect in question.ordered():
        if effect["estimate"]:
            panels.setdefault(_kind(effect), []).append(effect)
        else:
            without_number.append(effect)
    views = [_panel(kind, effects, question) for kind, effects in panels.items()]
    if without_number:
        views.append(_directions(without_number, question))
    return {
        "title": {"text": textwrap.wrap(question.row["text"], TITLE_FITS), "subtitle": subtitle(question), "dx": NAME_X},
        "bounds": "flush",
        "vconcat": [*views, _legend(question)],
    }


def description(question: Question) -> str:
    """The plot in words: its summary, then one sentence for each result."""
    results = [f"{forest_rows.name(effect, question)}: {forest_rows.said(effect, question)}." for effect in question.ordered()]
    return " ".join([*subtitle(question), *results])


def subtitle(question: Question) -> list[str]:
    sides = {side: int(question.summary[f"n_favours_{side}"]) for side in ("intervention", "neither", "control")}
    stated = ", ".join(f"{count} {SIDE[side]}" for side, count in sides.items() if count) or "none states a side"
    results = "1 result" if len(question.answers) == 1 else f"{len(question.answers)} results"
    return [f"Summary: {SUPPORT[question.summary['support']]}. {results}; of those that count: {stated}."]


def _kind(effect: Row) -> tuple[str, str, bool]:
    """What results must share to share an axis: measure (ratios are alike), unit, and whether less of the exposure is compared with more."""
    measure, unit = ("", "") if effect["measure"] in RATIOS else (effect["measure"], effect["measure_unit"])
    return measure, unit, effect["contrast"] in LESS_AGAINST_MORE


def _panel(kind: tuple[str, str, bool], effects: Sequence[Row], question: Question) -> Chart:
    measure, unit, is_turned = kind
    values, height = _laid_out(effects, question)
    x = _linear_axis(effects) if measure else _ratio_axis(effects)
    title = MEASURE[measure].rstrip(".") if measure else "Ratio (log scale)"
    heading = (title, forest_rows.unit_text(unit), "less against more" if is_turned else "")
    return view(height + AXIS, [
        _bands(values),
        _no_effect(x, 0 if measure else 1, height),
        _intervals(values, x),
        *_points(values, x),
        *_labels(values),
        text_layer([{"x": NUMBER_X, "y": value["top"], "text": value["number"], "colour": value["ink"]} for value in values]),
        *_headings(", ".join(part for part in heading if part), _ends(question.better, is_turned)),
    ])


def _directions(effects: Sequence[Row], question: Question) -> Chart:
    """Results without a number: their side, and what the work says."""
    notes = [_shortened(effect["note"]) for effect in effects]
    values, height = _laid_out(effects, question, [1 + len(note) for note in notes])
    values = [{**value, "x": NOTE_X - 10} for value in values]
    sides = [{"x": NOTE_X, "y": value["top"], "text": SIDE[effect["favours"]], "colour": value["colour"]} for value, effect in zip(values, effects)]
    said = [{"x": NOTE_X, "y": value["top"] + LINE, "text": "\n".join(note), "colour": FAINT} for value, note in zip(values, notes)]
    return view(height, [
        _bands(values),
        *_points(values, as_given("x")),
        *_labels(values),
        text_layer(sides, fontWeight="bold"),
        text_layer(said, lineHeight=LINE),
        *_headings("Without a printed number", ()),
    ])


def _laid_out(effects: Sequence[Row], question: Question, lines: Sequence[int] = ()) -> tuple[list[Chart], float]:
    """Each result with its place, wording and look; and the height of all. ``lines`` are needed beside names and details."""
    values = []
    top = HEADER
    for position, effect in enumerate(effects):
        name = textwrap.wrap(forest_rows.name(effect, question), NAME_FITS)
        details = [line for part in forest_rows.details(effect, question) for line in textwrap.wrap(part, DETAILS_FITS)]
        height = LINE * max(len(name), len(details), lines[position] if lines else 1) + GAP
        state, colour = question.state(effect), COLOUR[effect["favours"]]
        doi = question.work(effect).get("doi")
        values.append({
            "effect": effect["effect_id"], "said": f"{' '.join(name)}: {forest_rows.said(effect, question)}",
            "top": top, "bottom": top + height, "y": top + MARK,
            "name": "\n".join(name), "details": "\n".join(details), "number": forest_rows.number(effect),
            "address": f"https://doi.org/{doi}" if doi else question.work(effect).get("url") or None,
            "colour": colour, "fill": colour if state in FILLED else PAPER, "shape": SHAPE[state], "size": SIZE[state],
            "dash": DASHED if state == AFFECTED else SOLID, "ink": FAINT if state == AFFECTED else INK,
            "leads": state == LEADING, "affected": state == AFFECTED,
            **_drawn(effect),
        })
        top += height
    return values, top


def _bands(values: Sequence[Chart]) -> Chart:
    """A tinted band behind the leading result."""
    bands = [{"x": 0, "right": INNER_WIDTH, "top": value["top"] - GAP / 2, "bottom": value["bottom"] - GAP / 2} for value in values if value["leads"]]
    return {
        "data": {"values": bands},
        "mark": {"type": "rect", "color": BAND, "aria": False},
        "encoding": {"x": as_given("x"), "x2": {"field": "right"}, "y": as_given("top"), "y2": {"field": "bottom"}},
    }


def _no_effect(x: Chart, null: float, height: float) -> Chart:
    return {
        "data": {"values": [{"estimate": null, "top": HEADER - 4, "bottom": height}]},
        "mark": {"type": "rule", "color": NEUTRAL, "aria": False},
        "encoding": {"x": x, "y": as_given("top"), "y2": {"field": "bottom"}},
    }


def _intervals(values: Sequence[Chart], x: Chart) -> Chart:
    with_interval = [value for value in values if "ci_low" in value]
    return {
        "data": {"values": with_interval},
        "mark": {"type": "rule", "strokeWidth": 1.6, "aria": False},
        "encoding": {
            "x": {**x, "field": "ci_low"},
            "x2": {"field": "ci_high"},
            "y": as_given("y"),
            "color": as_given("colour"),
            "strokeDash": as_given("dash"),
        },
    }


def _points(values: Sequence[Chart], x: Chart) -> list[Chart]:
    """The marks, and a cross over those that rest on work retracted or under concern."""
    place = {"x": x, "y": as_given("y")}
    look = {"fill": as_given("fill"), "stroke": as_given("colour"), "shape": as_given("shape"), "size": as_given("size")}
    return [
        {
            "data": {"values": list(values)},
            "mark": {"type": "point", "strokeWidth": 1.6, "opacity": 1},
            "encoding": {**place, **look, "description": {"field": "said"}},
        },
        {
            "data": {"values": [value for value in values if value["affected"]]},
            "mark": {"type": "point", "shape": CROSS, "size": 150, "strokeWidth": 1.6, "color": INK, "opacity": 1, "aria": False},
            "encoding": place,
        },
    ]


def _labels(values: Sequence[Chart]) -> list[Chart]:
    """Names, which lead to the works, and details."""
    names = [{"x": NAME_X, "y": value["top"], "text": value["name"], "colour": INK, "address": value["address"]} for value in values]
    linked = text_layer([name for name in names if name["address"]], fontWeight="bold", lineHeight=LINE)
    linked["encoding"]["href"] = as_given("address")
    unlinked = text_layer([name for name in names if not name["address"]], fontWeight="bold", lineHeight=LINE)
    details = text_layer([{"x": DETAILS_X, "y": value["top"], "text": value["details"], "colour": FAINT} for value in values], lineHeight=LINE)
    return [linked, unlinked, details]


def _headings(heading: str, ends: Sequence[str]) -> list[Chart]:
    """Headings of a panel, and the line under them; ``ends`` say what lower and higher numbers mean."""
    columns = zip((*ends, "estimate (95% interval)"), (PLOT_FROM, PLOT_TO, NUMBER_X), ("left", "right", "left")) if ends else ()
    line = {
        "data": {"values": [{"x": 1, "right": INNER_WIDTH - 1, "y": HEADER - 7}]},
        "mark": {"type": "rule", "color": HAIRLINE, "aria": False},
        "encoding": {"x": as_given("x"), "x2": {"field": "right"}, "y": as_given("y")},
    }
    return [
        line,
        text_layer([{"x": NAME_X, "y": 0, "text": heading, "colour": INK}], fontWeight="bold"),
        *(text_layer([{"x": x, "y": 1, "text": text, "colour": FAINT}], align=align, fontSize=9.5) for text, x, align in columns),
    ]


def _ends(better: str, is_turned: bool) -> tuple[str, str]:
    """What lower and higher numbers mean. Where less is compared with more, lower is better for less, and so worse for more."""
    if better == "neither":
        return "← lower", "higher →"
    lower_is_better = (better == "lower") != is_turned
    lower, higher = ("intervention", "control") if lower_is_better else ("control", "intervention")
    return f"← {SIDE[lower]}", f"{SIDE[higher]} →"


def _ratio_axis(effects: Sequence[Row]) -> Chart:
    low, high = _extent(effects, NARROWEST_RATIOS)
    margin = (high / low) ** MARGIN
    domain = [low / margin, high * margin]
    inside = [[tick for tick in ticks if domain[0] <= tick <= domain[1]] for ticks in RATIO_TICKS]
    ticks = next((ticks for ticks in inside if len(ticks) >= FEWEST_TICKS), max(inside, key=len))
    return _axis({"type": "log", "domain": domain}, {"values": ticks, "format": "~g"})


def _linear_axis(effects: Sequence[Row]) -> Chart:
    low, high = _extent(effects, (0, 0))
    margin = (high - low or 1) * MARGIN
    return _axis({"domain": [low - margin, high + margin]}, {"tickCount": 5})


def _extent(effects: Sequence[Row], least: tuple[float, float]) -> tuple[float, float]:
    numbers = [number for effect in effects for number in _drawn(effect).values()]
    return min(*numbers, *least), max(*numbers, *least)


def _drawn(effect: Row) -> dict[str, float]:
    """The numbers that are drawn. The log scale has no zero: a ratio printed as 0.00 is drawn at the lowest tick."""
    numbers = {column: float(effect[column]) for column in ("estimate", "ci_low", "ci_high") if effect[column]}
    if effect["measure"] in RATIOS:
        return {column: max(number, LOWEST_RATIO) for column, number in numbers.items()}
    return numbers


def _axis(scale: Chart, axis: Chart) -> Chart:
    return {
        "field": "estimate",
        "type": "quantitative",
        "title": None,
        "scale": {**scale, "nice": False, "zero": False, "range": [PLOT_FROM, PLOT_TO]},
        "axis": {"grid": False, "offset": -AXIS, **axis},
    }


def _shortened(note: str) -> list[str]:
    return textwrap.wrap(note, NOTE_FITS, max_lines=NOTE_LINES, placeholder=" …")


def _legend(question: Question) -> Chart:
    states = [{"x": LEGEND_X[state], "y": 6, "text": state, "colour": INK, "fill": INK if state in FILLED else PAPER, "shape": SHAPE[state],
               "size": SIZE[state], "affected": state == AFFECTED} for state in STATES]
    sides = [{"x": x, "y": 22, "text": SIDE[side], "colour": COLOUR[side], "fill": COLOUR[side], "shape": "square", "size": 60, "affected": False}
             for side, x in LEGEND_SIDES_X.items()]
    marks = [{**mark, "said": f"legend: {mark['text']}"} for mark in (*states, *sides)]
    texts = [{"x": mark["x"] + 10, "y": mark["y"] - MARK, "text": mark["text"], "colour": INK} for mark in marks]
    remarks = ["More: those given the exposure, or with more of it. Numbers are as printed in the works. Names lead to the works."]
    if question.row["why_answers_differ"]:
        remarks.append(f"Why answers differ: {question.row['why_answers_differ']}")
    lines = [line for remark in remarks for line in textwrap.wrap(remark, LINE_FITS)]
    notes = [{"x": NAME_X, "y": 36, "text": "\n".join(lines), "colour": FAINT}]
    return view(36 + LINE * len(lines), [*_points(marks, as_given("x")), text_layer(texts), text_layer(notes, lineHeight=LINE)])
