"""The map of the evidence: exposures against outcomes, a mark for each question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .forest_rows import SUPPORT, Row
from .svg import FAINT, HAIRLINE, INK, INNER_WIDTH, NEUTRAL, PAPER, Chart, Drawing, as_given, text_layer, view

NAME = "evidence-map"
TITLE = "Where the shipped results point, by exposure and outcome"
SUBTITLE = ["Each mark is a question; it leads to its forest plot. The words are those of evidence_summaries, not GRADE,",
            "and say in which direction results point, not how large an effect is."]

# Outcomes that belong to these, by their parents; what is measured as harm has a panel of its own, and the last takes the rest.
PANELS = {
    "Fractures and falls": ("any-fracture", "falls"),
    "Bone density, turnover and disease": (
        "bone-mineral-density", "osteoporosis", "rickets", "serum-ctx", "serum-ntx", "serum-osteocalcin", "serum-p1np",
        "urinary-ntx",
    ),
    "Muscle, pain, vessels and other outcomes": (),
    "Possible harms": (),
}
*_, REST, HARMS = PANELS
ABBREVIATIONS = ("bmd", "bmc", "ctx", "ntx", "p1np")
KIND = {
    "oral-supplement": "supplement",
    "dietary-intake": "intake",
    "biomarker-status": "status",
    "fortified-food": "fortified food",
    "hormone-therapy": "",
    "diet": "",
    "lifestyle": "",
}
REGIMEN = {"daily": "daily", "bolus": "bolus"}

BLUE, ORANGE = "#1f5fa8", "#b34700"
# Fill, outline, shape: direction shows in colour and in shape.
LOOK = {
    "benefit-consistent": (BLUE, BLUE, "triangle-up"),
    "benefit-likely": ("#a9c8ea", BLUE, "triangle-up"),
    "no-effect-shown": ("#c4c4c4", NEUTRAL, "circle"),
    "conflicting": (INK, INK, "diamond"),
    "harm-likely": ("#f5bd90", ORANGE, "triangle-down"),
    "harm-consistent": (ORANGE, ORANGE, "triangle-down"),
    "insufficient": (PAPER, "#a8a8a8", "circle"),
}
# People in the leading result, at least, and area of the mark in square pixels.
SIZES = ((100_000, 170), (10_000, 105), (1_000, 60), (0, 28))
RING_MARGIN = 5.5

# Pixels.
LABEL_WIDTH, RIGHT_MARGIN, WIDEST_COLUMN, ROW_HEIGHT, DODGE = 246, 62, 44, 15, 6.5
# Column headings stand aslant: how far up each of their characters reaches.
COLUMN_ANGLE, CHARACTER_RISE, HEADER_MARGIN = -52, 3.9, 22
LEGEND_X = ((8, 124, 218, 318, 400, 486, 598), (8, 124, 234, 338, 462))


@dataclass(frozen=True)
class Point:
    """One question on the map."""

    question_id: str
    panel: str
    exposure: str
    outcome: str
    support: str
    participants: int
    affected: int

    @property
    def size(self) -> int:
        return next(area for least, area in SIZES if self.participants >= least)

    @property
    def said(self) -> str:
        people = f"{self.participants:,} people in the leading result" if self.participants else "people not stated"
        ring = f"; {self.affected} results rest on work retracted or under concern" if self.affected else ""
        return f"{self.exposure}, {self.outcome}: {SUPPORT[self.support]}; {people}{ring}"


def points(tables: Mapping[str, Sequence[Row]]) -> list[Point]:
    """A point for each question with its summary."""
    labels = {entity["entity_id"]: entity["label"] for entity in tables["entities"]}
    outcomes = {outcome["outcome_id"]: outcome for outcome in tables["outcomes"]}
    summaries = {summary["question_id"]: summary for summary in tables["evidence_summaries"]}
    found = []
    for question in tables["questions"]:
        summary = summaries[question["question_id"]]
        found.append(Point(
            question_id=question["question_id"],
            panel=panel_of(question["outcome_id"], outcomes),
            exposure=_exposure(question, labels),
            outcome=_outcome(question["outcome_id"]),
            support=summary["support"],
            participants=int(summary["n_participants"] or 0),
            affected=int(summary["n_affected_by_retraction"]),
        ))
    return found


def drawing(tables: Mapping[str, Sequence[Row]]) -> Drawing:
    """The map of all questions, with its name, title and description."""
    placed = points(tables)
    return Drawing(NAME, TITLE, description(placed), chart(placed))


def chart(points: Sequence[Point]) -> Chart:
    panels = [(panel, [point for point in points if point.panel == panel]) for panel in PANELS]
    return {
        "title": {"text": TITLE, "subtitle": SUBTITLE},
        "bounds": "flush",
        "vconcat": [_legend(), *(_panel(panel, within) for panel, within in panels if within)],
    }


def description(points: Sequence[Point]) -> str:
    counts = {support: sum(point.support == support for point in points) for support in SUPPORT}
    ringed = sum(bool(point.affected) for point in points)
    shares = ", ".join(f"{SUPPORT[support]} {count}" for support, count in counts.items())
    return f"{len(points)} questions: {shares}. In {ringed} of them a result rests on work retracted or under concern."


def _panel(panel: str, points: Sequence[Point]) -> Chart:
    exposures = sorted({point.exposure for point in points}, key=str.casefold)
    outcomes = sorted({point.outcome for point in points})
    column = min(WIDEST_COLUMN, (INNER_WIDTH - LABEL_WIDTH - RIGHT_MARGIN) / len(outcomes))
    header = HEADER_MARGIN + CHARACTER_RISE * max(map(len, outcomes))
    bottom = header + ROW_HEIGHT * len(exposures)
    x = {outcome: LABEL_WIDTH + column * (position + 0.5) for position, outcome in enumerate(outcomes)}
    y = {exposure: header + ROW_HEIGHT * (position + 0.5) for position, exposure in enumerate(exposures)}
    return view(bottom, [
        _lines([{"x": LABEL_WIDTH, "right": x[outcomes[-1]] + column / 2, "y": y[exposure], "bottom": y[exposure]} for exposure in exposures]),
        _lines([{"x": x[outcome], "right": x[outcome], "y": header, "bottom": bottom} for outcome in outcomes]),
        text_layer([{"x": 0, "y": header - 18, "text": panel, "colour": INK}], fontWeight="bold", fontSize=12),
        text_layer([{"x": 0, "y": y[exposure], "text": exposure, "colour": INK} for exposure in exposures], baseline="middle", fontSize=9.5),
        text_layer([{"x": x[outcome] - 3, "y": header - 4, "text": outcome, "colour": INK} for outcome in outcomes],
                   angle=COLUMN_ANGLE, baseline="middle", fontSize=10),
        *_marks(_placed(points, x, y)),
    ])


def _placed(points: Sequence[Point], x: Mapping[str, float], y: Mapping[str, float]) -> list[Chart]:
    """Marks with their places; questions of one cell stand side by side."""
    cells: defaultdict[tuple[str, str], list[Point]] = defaultdict(list)
    for point in points:
        cells[point.exposure, point.outcome].append(point)
    marks = []
    for (exposure, outcome), within in cells.items():
        for position, point in enumerate(within):
            shift = DODGE * (2 * position - len(within) + 1)
            marks.append({**_look(point.support, point.size), "x": x[outcome] + shift, "y": y[exposure], "address": f"forest/{point.question_id}.svg",
                          "said": point.said, "ringed": point.affected > 0})
    return marks


def _look(support: str, size: float) -> Chart:
    fill, colour, shape = LOOK[support]
    return {"fill": fill, "colour": colour, "shape": shape, "size": size, "ring": (size ** 0.5 + RING_MARGIN) ** 2}


def _marks(marks: Sequence[Chart]) -> list[Chart]:
    place = {"x": as_given("x"), "y": as_given("y")}
    look = {"fill": as_given("fill"), "stroke": as_given("colour"), "shape": as_given("shape"), "size": as_given("size")}
    linked = {"href": as_given("address")} if any("address" in mark for mark in marks) else {}
    return [
        {
            "data": {"values": [mark for mark in marks if mark["ringed"]]},
            "mark": {"type": "point", "shape": "circle", "filled": False, "color": INK, "strokeWidth": 1.4, "opacity": 1, "aria": False},
            "encoding": {**place, "size": as_given("ring")},
        },
        {
            "data": {"values": list(marks)},
            "mark": {"type": "point", "strokeWidth": 1.2, "opacity": 1},
            "encoding": {**place, **look, **linked, "description": {"field": "said"}},
        },
    ]


def _lines(values: list[Chart]) -> Chart:
    return {
        "data": {"values": values},
        "mark": {"type": "rule", "color": HAIRLINE, "strokeWidth": 0.6, "aria": False},
        "encoding": {"x": as_given("x"), "x2": {"field": "right"}, "y": as_given("y"), "y2": {"field": "bottom"}},
    }


def _legend() -> Chart:
    """What shapes, colours, sizes and the ring mean, in two lines."""
    meanings = [(support, SIZES[1][1], label, False) for support, label in SUPPORT.items()]
    sizes = [("no-effect-shown", area, f"{least:,}+ people" if least else "fewer, or not stated", False) for least, area in SIZES]
    ring = [("no-effect-shown", SIZES[-1][1], "rests on work retracted or under concern", True)]
    marks = [{**_look(support, area), "x": x, "y": y, "text": text, "ringed": ringed, "said": f"legend: {text}"}
             for entries, places, y in ((meanings, LEGEND_X[0], 8), ([*sizes, *ring], LEGEND_X[1], 30))
             for (support, area, text, ringed), x in zip(entries, places)]
    labels = [{"x": mark["x"] + 11, "y": mark["y"], "text": mark["text"], "colour": FAINT} for mark in marks]
    return view(36, [*_marks(marks), text_layer(labels, baseline="middle")])


def panel_of(outcome_id: str, outcomes: Mapping[str, Row]) -> str:
    """The panel of an outcome: that of harms if it is one, else by the widest outcome that includes it."""
    if outcomes[outcome_id]["is_harm"] == "true":
        return HARMS
    lineage = [outcome_id]
    while parent := outcomes[lineage[-1]]["parent_id"]:
        lineage.append(parent)
    return next((panel for panel, roots in PANELS.items() if lineage[-1] in roots), REST)


def _exposure(question: Row, labels: Mapping[str, str]) -> str:
    """Exposure with what is given together with it, how it reaches people, and how often."""
    names = [labels[key].split(" (")[0] for key in (question["exposure_id"], *filter(None, question["co_exposures"].split("|")))]
    first = names[0][:1].upper() + names[0][1:]
    together = " + ".join([first, *(name[:1].lower() + name[1:] for name in names[1:])])
    kind = KIND.get(question["exposure_kind"], question["exposure_kind"].replace("-", " "))
    how = " ".join(part for part in (REGIMEN.get(question["regimen_class"], ""), kind) if part)
    return f"{together}, {how}" if how else together


def _outcome(outcome_id: str) -> str:
    words = [word.upper() if word in ABBREVIATIONS else word for word in outcome_id.split("-")]
    return " ".join(words).replace("non ", "non-")
