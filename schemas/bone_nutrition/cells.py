"""Cells of a table as JSON values."""

from __future__ import annotations

import json
from typing import Any

# Numbers and flags stand in the tables as JSON writes them.
_READ = {"number": json.loads, "integer": json.loads, "boolean": json.loads, "list": lambda cell: cell.split("|")}


def value(cell: str, type_: str) -> Any:
    """The cell by the type of its column: a missing one is None, an empty list []."""
    if cell == "":
        return [] if type_ == "list" else None
    return _READ.get(type_, str)(cell)
