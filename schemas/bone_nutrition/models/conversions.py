"""Table ``conversions``."""

from .fields import Date, Number, Table, Text, key, number, reference, wording
from .shared import amount_unit, locator, read_at, read_in, read_on


class Conversions(Table):
    """One factor by which an amount in one unit or equivalent becomes an amount in another."""

    conversion_id: Text = key("Conversion", "Readable slug of the conversion.")
    nutrient_id: Text = reference("Nutrient", "Nutrient converted.", "nutrients", required=True)
    form_id: Text = reference("Form", "Form to which the factor is limited.", "forms")
    from_unit: Text = amount_unit("From unit", "UCUM unit before conversion.", required=True)
    to_unit: Text = amount_unit("To unit", "UCUM unit after conversion.", required=True)
    factor: Number = number("Factor", "Multiply an amount in from_unit by it to get to_unit.", required=True, exclusive_minimum=0)
    citation_id: Text = reference("Citation", "Work that states the factor.", "citations", required=True)
    read_in: Text = read_in()
    read_at: Text = read_at()
    locator: Text = locator()
    read_on: Date = read_on()
    note: Text = wording("Note", "Which amounts the factor joins, and its limits.")
