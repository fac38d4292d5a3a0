"""Table ``retirements``."""

from .exceptions import ROW_ID, TABLE_NAME
from .fields import Table, Text, key, text, wording


class Retirements(Table):
    """One row that was withdrawn within a major version, and the row that stands in for it (from 1.0)."""

    table: Text = key("Table", "Table of the retired row.", pattern=TABLE_NAME, says="a table name")
    row_id: Text = key("Row", "Key of the retired row; parts joined by /.", pattern=ROW_ID, says="the key of a row, parts joined by /")
    successor_id: Text = text("Successor", "Key of the row that stands in for it.")
    retired_in: Text = text("Retired in", "Version that retired it.", required=True, pattern=r"\d+\.\d+\.\d+", says="a version such as 1.2.0")
    reason: Text = wording("Reason", "Why it was retired.", required=True)
