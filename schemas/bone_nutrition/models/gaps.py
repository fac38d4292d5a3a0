"""Table ``gaps``."""

from .exceptions import TABLE_NAME
from .fields import Date, Table, Text, choice, date, key, wording

REASON = {
    "none-published": "No source publishes it.",
    "not-found": "Searched; not found.",
    "not-searched": "Not searched yet.",
}


class Gaps(Table):
    """What a table lacks for one nutrient, and why."""

    nutrient_id: Text = key("Nutrient", "Nutrient concerned.", references="nutrients")
    table: Text = key("Table", "Table that lacks it.", pattern=TABLE_NAME, says="a table name")
    reason: Text = choice("Reason", "Why it is lacking.", REASON, required=True)
    searched_on: Date = date("Searched on", "Day of the search.")
    note: Text = wording("Note", "What was looked for.")
