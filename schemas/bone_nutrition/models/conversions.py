"""Table ``conversions``."""

from .fields import Date, Number, Table, Text, key, number, reference, row_rule, wording
from .shared import amount_unit, locator, read_at, read_in, read_on


class Conversions(Table):
    """One factor by which an amount in one unit or equivalent becomes an amount in another."""

    conversion_id: Text = key("Conversion", "Readable slug of the conversion.")
    nutrient_id: Text = reference("Nutrient", "Nutrient converted; empty where a marker is no nutrient.", "nutrients")
    form_id: Text = reference("Form", "Form to which the factor is limited.", "forms")
    biomarker_id: Text = reference("Biomarker", "Marker whose results the factor converts; empty for amounts of a nutrient.", "entities",
                                   of_type=("biomarker", "outcome"))
    from_unit: Text = amount_unit("From unit", "UCUM unit before conversion.", required=True)
    to_unit: Text = amount_unit("To unit", "UCUM unit after conversion.", required=True)
    factor: Number = number("Factor", "Multiply an amount in from_unit by it to get to_unit.", required=True, exclusive_minimum=0)
    citation_id: Text = reference("Citation", "Work that states the factor.", "citations", required=True)
    read_in: Text = read_in()
    read_at: Text = read_at()
    locator: Text = locator()
    read_on: Date = read_on()
    note: Text = wording("Note", "Which amounts the factor joins, and its limits.")

    @row_rule("conversion-subject", column="biomarker_id", reason="neither a nutrient nor a marker is converted",
              mend="Fill nutrient_id, biomarker_id or both.")
    def something_is_converted(cls, frame):
        return frame["nutrient_id"].notna() | frame["biomarker_id"].notna()
