"""Table ``biomarker_thresholds``."""

from .fields import Date, Flag, Integer, Number, Table, Text, choice, flag, integer, key, number, reference, row_rule, text, wording
from .shared import LIFE_STAGE, SEX, amount_unit, locator, read_at, read_in, read_on

VALUE_STATUS = {
    "set": "The body gives a threshold.",
    "deliberately-not-set": "The body considered the marker and set no threshold.",
}


class BiomarkerThresholds(Table):
    """One category of a laboratory marker (deficient, sufficient, …) as one body defines it."""

    threshold_id: Text = key("Threshold", "Readable slug of marker, body and category.")
    biomarker_id: Text = reference("Biomarker", "Marker measured.", "entities", of_type=("biomarker", "outcome"), required=True)
    nutrient_id: Text = reference("Nutrient", "Nutrient whose status it shows.", "nutrients")
    authority: Text = text("Authority", "Body or laboratory standard that defines the category.", required=True)
    year: Integer = integer("Year", "Year of the definition.", required=True, minimum=1950, maximum=2100)
    category: Text = text("Category", "What the body calls the category.", required=True)
    sex: Text = choice("Sex", "Sex for which it holds.", SEX, required=True)
    life_stage: Text = choice("Life stage", "Stage for which it holds.", LIFE_STAGE, required=True)
    age_min_months: Integer = integer("From age", "First month of age covered.", unit="mo", minimum=0, maximum=1500)
    age_max_months: Integer = integer("To age", "First month of age no longer covered.", unit="mo", minimum=1, maximum=1500)
    low: Number = number("Low end", "Low end of the category; empty if open.", minimum=0)
    low_inclusive: Flag = flag("Low end included", "true if the low end belongs to the category.")
    high: Number = number("High end", "High end of the category; empty if open.", minimum=0)
    high_inclusive: Flag = flag("High end included", "true if the high end belongs to the category.")
    value_status: Text = choice("Value status", "Whether a threshold is set.", VALUE_STATUS, required=True)
    unit: Text = amount_unit("Unit", "UCUM unit as published.")
    assay: Text = wording("Assay", "Method to which it is limited.")
    superseded_by: Text = reference("Superseded by", "Newer threshold of the same body.", "biomarker_thresholds")
    citation_id: Text = reference("Citation", "Work that defines it.", "citations", required=True)
    read_in: Text = read_in()
    read_at: Text = read_at()
    locator: Text = locator()
    read_on: Date = read_on()
    note: Text = wording("Note", "What else limits it.")

    @row_rule("threshold-range", column="low", reason="a threshold that is set has a low or high end, in order",
              mend="Fill low or high; low is not above high.")
    def range_is_ordered(cls, frame):
        has_end = frame["low"].notna() | frame["high"].notna()
        ordered = frame["low"].isna() | frame["high"].isna() | (frame["low"] <= frame["high"]).fillna(False)
        return (frame["value_status"].eq("set") == has_end) & ordered
