"""Table ``gaps``."""

from .exceptions import TABLE_NAME
from .fields import Date, Table, Text, choice, date, key, row_rule, wording

REASON = {
    "none-published": "No source publishes it.",
    "not-found": "Searched; not found.",
    "not-searched": "Not searched yet; such rows are generated.",
}


class Gaps(Table):
    """What a table lacks for one nutrient, and why."""

    nutrient_id: Text = key("Nutrient", "Nutrient concerned.", references="nutrients")
    table: Text = key("Table", "Table that lacks it.", pattern=TABLE_NAME, says="a table name")
    reason: Text = choice("Reason", "Why it is lacking.", REASON, required=True)
    searched_on: Date = date("Searched on", "Day of the search.")
    note: Text = wording("Note", "What was looked for.")

    @row_rule("gap-searched", column="searched_on", reason="a gap that was searched for has a day of search, one that was not has none",
              mend="Give the day of the search, or say not-searched.")
    def day_fits_reason(cls, frame):
        return frame["searched_on"].isna() == frame["reason"].eq("not-searched")
