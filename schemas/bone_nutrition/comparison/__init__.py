"""Comparison of two packages, and the smallest version step that their differences allow.

Only the packages' own descriptors and CSV files are read: the older one may have been made by older models. The weight of each kind
of change stands in ``WEIGHT``:

- *major*: a column, type, key or meaning changed; an id or table removed; a constraint tightened;
- *minor*: a published value changed; rows, columns or tables added; rows retired (named in ``retirements``); a constraint loosened;
- *patch*: wording, and whatever else the descriptor says beside the tables.

Before 1.0 what would be major or minor is a minor step (0.1.0 to 0.2.0), and a patch is a patch.
"""

from __future__ import annotations

from .changes import WEIGHT, WEIGHTS, Change, ColumnChanges, Comparison, TableChanges
from .opening import ComparisonError, Package, open_package
from .rows import retirements, table_changes
from .schemas import schema_changes

__all__ = ["WEIGHT", "WEIGHTS", "Change", "ColumnChanges", "Comparison", "ComparisonError", "Package", "TableChanges", "compare", "open_package"]


def compare(old: Package, new: Package) -> Comparison:
    """All differences between two open packages, read table by table.

    Raises ComparisonError for a table that is not the CSV which its descriptor declares, or in which two rows share a key.
    """
    notes: list[str] = []
    retired = retirements(new)
    tables = [table_changes(old, new, name, retired.get(name, {}), notes) for name in old.tables if name in new.tables]
    return Comparison(old.label, new.label, old.version, new.version, list(schema_changes(old, new)), [table for table in tables if table], notes)
