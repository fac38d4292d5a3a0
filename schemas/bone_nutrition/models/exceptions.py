"""Table ``exceptions``."""

from .fields import Table, Text, key, reference, wording

TABLE_NAME = r"[a-z]+(?:_[a-z]+)*"
ROW_ID = r"[^\s/]+(?:/[^\s/]+)*"


class Exceptions(Table):
    """One cell in which a rule does not hold, and why that is right; an exception that meets no fault is itself a fault."""

    rule_id: Text = key("Rule", "Rule that does not hold there.")
    table: Text = key("Table", "Table of the cell.", pattern=TABLE_NAME, says="a table name")
    row_id: Text = key("Row", "Key of the row; parts joined by /.", pattern=ROW_ID, says="the key of a row, parts joined by /")
    column: Text = key("Column", "Column of the cell.", pattern=TABLE_NAME, says="a column name")
    reason: Text = wording("Reason", "Why the value stands.", required=True)
    citation_id: Text = reference("Citation", "Work that publishes it so.", "citations")
