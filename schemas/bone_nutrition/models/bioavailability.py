"""Table ``bioavailability``."""

from .fields import Date, Integer, Number, Table, Text, choice, integer, key, number, reference, row_rule, wording
from .shared import amount_unit, locator, read_at, read_in, read_on

MEASURE = {
    "fractional-absorption": "Share of the load absorbed.",
    "relative-bioavailability": "Absorption or response divided by that of the reference form.",
    "half-life": "Time in which the level in blood falls by half.",
    "status-response": "Change of a status marker per dose.",
    "status-difference": "Status marker after the form minus that after the reference form, at the same dose.",
}


class Bioavailability(Table):
    """One measurement of how well a nutrient is taken up from a food or form, or how long it stays."""

    bioavailability_id: Text = key("Bioavailability", "Readable slug of the measurement.")
    nutrient_id: Text = reference("Nutrient", "Nutrient measured.", "nutrients", required=True)
    form_id: Text = reference("Form", "Form given.", "forms")
    food_id: Text = reference("Food", "Food given.", "foods")
    measure: Text = choice("Measure", "What was measured.", MEASURE, required=True)
    value: Number = number("Value", "Mean or median.", minimum=0)
    value_low: Number = number("Low value", "Low end of the range or interval printed.", minimum=0)
    value_high: Number = number("High value", "High end of the range or interval printed.", minimum=0)
    unit: Text = amount_unit("Unit", "UCUM unit of the values.", required=True)
    reference_form_id: Text = reference("Reference form", "Form with which it is compared.", "forms")
    load: Number = number("Load", "Amount given.", exclusive_minimum=0)
    load_unit: Text = amount_unit("Load unit", "UCUM unit of the load.")
    n: Integer = integer("Participants", "Number of people measured.", minimum=1)
    method: Text = wording("Method", "How it was measured.")
    population: Text = wording("Population", "Who was measured.")
    citation_id: Text = reference("Citation", "Work that gives the value.", "citations", required=True)
    read_in: Text = read_in()
    read_at: Text = read_at()
    locator: Text = locator()
    read_on: Date = read_on()

    @row_rule("bioavailability-subject", column="form_id", reason="a measurement names a form or a food",
              mend="Fill form_id or food_id.")
    def names_form_or_food(cls, frame):
        return frame["form_id"].notna() | frame["food_id"].notna()
