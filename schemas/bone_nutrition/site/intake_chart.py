"""Reference intakes over age as a Vega-Lite chart: a line for each authority, women and men side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..export.forest_rows import unit_text
from ..export.svg import INK, NEUTRAL, Chart, as_given, text_layer
from ..person import MONTHS_PER_YEAR
from .contents import Row
from .wording import AUTHORITY, role

# Each is told from the others by its label as well; all differ from the paper by more than 4.5 to 1.
COLOUR = {"nasem": "#1f5fa8", "efsa": "#b34700", "uk-drv": "#6b3fa0", "nhmrc": "#1b7355", "who-fao": "#8a6100"}
OTHER = NEUTRAL
LAST_AGE, AGES = 80, (0, 10, 20, 30, 40, 50, 60, 70, 80)
PANEL_WIDTH, HEIGHT, LABEL_X, LABEL_GAP, LABEL_WIDTH = 246, 190, 252, 13, 90
# Pixels between lines of the same value.
DODGE = 2.6
ROLES = {"recommended or adequate": ("recommended", "adequate"), "upper level": ("upper-level",)}
SEXES = {"female": "Women and girls", "male": "Men and boys"}


def drawn(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows that a chart shows, by what they say: of all ages of people who are neither pregnant nor breastfeeding, without a condition."""
    plain = [row for row in rows if row["value"] and not row["superseded_by"] and row["per"] == "day" and row["life_stage"] == "general"
             and row["condition"] == "any" and row["is_increment"] != "true"]
    shown: dict[str, list[Row]] = {}
    for name, roles in ROLES.items():
        found = [row for row in plain if role(row) in roles]
        # What is counted otherwise, or in another unit, has no place on the same axis.
        axes: dict[str, int] = {}
        for row in found:
            axes[row["unit"]] = axes.get(row["unit"], 0) + 1
        if axes:
            unit = max(axes, key=lambda unit: (axes[unit], unit))
            shown[name] = [row for row in found if row["unit"] == unit]
    return shown


def chart(rows: Sequence[Row], title: str) -> Chart:
    top = max(float(row["value"]) for row in rows) * 1.06 or 1
    panels = [_panel([row for row in rows if row["sex"] in ("any", sex)], label, top) for sex, label in SEXES.items()]
    return {
        "title": {"text": title, "subtitle": [f"{unit_text(rows[0]['unit'])} a day, over age in years"], "dx": 4},
        "hconcat": [panel for panel in panels if panel["layer"]],
        "spacing": LABEL_WIDTH,
        "padding": {"left": 4, "top": 4, "right": LABEL_WIDTH, "bottom": 4},
    }


def description(rows: Sequence[Row]) -> str:
    lowest, highest = min(rows, key=_value), max(rows, key=_value)
    authorities = ", ".join(sorted({AUTHORITY.get(row["authority"], row["authority"]) for row in rows}))
    return (f"A line for each of {authorities}. The lowest value is {lowest['value']}, the highest {highest['value']} {unit_text(rows[0]['unit'])} a day. "
            "Every value stands in the table.")


def _value(row: Row) -> float:
    return float(row["value"])


def _panel(rows: Sequence[Row], label: str, top: float) -> Chart:
    bands = _apart([band for row in rows if (band := _band(row))["age"] < LAST_AGE], top)
    x = {"field": "age", "type": "quantitative", "title": None, "scale": {"domain": [0, LAST_AGE], "nice": False},
         "axis": {"values": list(AGES), "grid": False}}
    y = {"field": "shown", "type": "quantitative", "title": None, "scale": {"domain": [0, top], "nice": False}, "axis": {"tickCount": 5, "domain": False}}
    lines = {
        "data": {"values": bands},
        "mark": {"type": "rule", "strokeWidth": 2.2, "strokeCap": "round"},
        "encoding": {"x": x, "x2": {"field": "until"}, "y": y, "color": as_given("colour"), "description": {"field": "said"}},
    }
    heading = [{"x": 0, "y": -14, "text": label, "colour": INK}]
    return {
        "width": PANEL_WIDTH, "height": HEIGHT,
        "layer": [lines, text_layer(heading, fontWeight="bold"), text_layer(_labels(bands, top), baseline="middle")] if bands else [],
    }


def _band(row: Row) -> Chart:
    low = int(row["age_min_months"] or 0) / MONTHS_PER_YEAR
    high = int(row["age_max_months"]) / MONTHS_PER_YEAR if row["age_max_months"] else LAST_AGE
    until = min(high, LAST_AGE)
    name = AUTHORITY.get(row["authority"], row["authority"])
    return {
        "authority": row["authority"], "age": low, "until": until, "value": float(row["value"]), "colour": COLOUR.get(row["authority"], OTHER),
        "said": f"{name}, {row['value_type']}, {low:g} to {high:g} years: {row['value']} {unit_text(row['unit'])}",
        "printed": row["value"],
    }


def _apart(bands: Sequence[Chart], top: float) -> list[Chart]:
    """Lines of authorities that set the same value lie beside each other, not over each other."""
    step = top * DODGE / HEIGHT
    same: dict[float, list[str]] = {}
    for band in bands:
        authorities = same.setdefault(band["value"], [])
        if band["authority"] not in authorities:
            authorities.append(band["authority"])
    return [{**band, "shown": band["value"] - step * same[band["value"]].index(band["authority"])} for band in bands]


def _labels(bands: Sequence[Chart], top: float) -> list[Chart]:
    """A label at the end of each authority's line, moved apart where lines end close together."""
    last: dict[str, Chart] = {}
    for band in sorted(bands, key=lambda band: (band["until"], band["value"])):
        last[band["authority"]] = band
    ends = sorted(last.values(), key=lambda band: (-band["value"], band["authority"]))
    labels, lowest = [], -LABEL_GAP
    for band in ends:
        wanted = HEIGHT * (1 - band["value"] / top)
        y = max(wanted, lowest + LABEL_GAP)
        lowest = y
        name = AUTHORITY.get(band["authority"], band["authority"]).split(" (")[0]
        labels.append({"x": LABEL_X, "y": y, "text": f"{name} {band['printed']}", "colour": band["colour"]})
    return labels
