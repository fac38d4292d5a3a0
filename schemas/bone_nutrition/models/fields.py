"""The few kinds of column that tables are made of.

Each function returns a Pandera field whose checks and whose exported metadata come from the same arguments,
so that a constraint is stated once. Metadata keys, read by the exporters, the loader and the rules:

``type``        data-package type: string, number, integer, boolean, date, list
``required``    no cell may be empty
``key``         part of the table's primary key
``unique``      no two rows share a value (empty cells aside)
``enum``        closed vocabulary: value -> one-line definition
``pattern``     regular expression of the whole cell (of each item in a list)
``says``        what the pattern means, for messages
``minimum``, ``exclusive_minimum``, ``maximum``   bounds of a number
``unit``        UCUM unit of a number, where the column fixes it
``references``  table whose primary key the cell holds
``of_type``     types of entity that a reference into ``entities`` may name
``change``      ``value`` (a change is at least a minor version) or ``wording`` (a patch)
``derived``     filled by derive/, never by hand
``mend``        what to do about a faulty cell
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pandera.pandas as pa

Text = str
Number = pd.Float64Dtype
Integer = pd.Int64Dtype
Flag = pd.BooleanDtype
Date = pd.Timestamp

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
SLUG_SAYS = "a lower-case ASCII slug, words joined by single hyphens"


def _field(type_: str, title: str, description: str, *, required: bool = False, change: str = "value", **metadata: Any) -> Any:
    checks: dict[str, Any] = {}
    if "minimum" in metadata:
        checks["ge"] = metadata["minimum"]
    if "exclusive_minimum" in metadata:
        checks["gt"] = metadata["exclusive_minimum"]
    if "maximum" in metadata:
        checks["le"] = metadata["maximum"]
    if "enum" in metadata and type_ == "string":
        checks["isin"] = list(metadata["enum"])
    elif "pattern" in metadata and type_ == "string":
        checks["str_matches"] = rf"^(?:{metadata['pattern']})$"
    elif "pattern" in metadata:
        checks["str_matches"] = rf"^(?:{metadata['pattern']})(?:\|(?:{metadata['pattern']}))*$"
    known = {name: value for name, value in metadata.items() if value is not None}
    return pa.Field(
        nullable=not required,
        title=title,
        description=description,
        metadata={"type": type_, "required": required, "change": change, **known},
        **checks,
    )


def key(title: str, description: str, *, references: str | None = None, of_type: tuple[str, ...] | None = None,
        pattern: str = SLUG, says: str = SLUG_SAYS, enum: Mapping[str, str] | None = None) -> Any:
    """A text column of the primary key."""
    shape = {"enum": enum} if enum else {"pattern": pattern, "says": says}
    return _field("string", title, description, required=True, key=True, references=references, of_type=of_type, **shape)


def reference(title: str, description: str, to: str, *, of_type: tuple[str, ...] | None = None, required: bool = False) -> Any:
    """The key of one row of another table."""
    return _field("string", title, description, required=required, references=to, of_type=of_type, pattern=SLUG, says=SLUG_SAYS,
                  mend=f"Use an id of {to}, or add the row there first.")


def code(title: str, description: str, to: str) -> Any:
    """The key of one row of another table whose keys are not slugs."""
    return _field("string", title, description, references=to, mend=f"Use a code of {to}, or add the row there first.")


def references(title: str, description: str, to: str, *, of_type: tuple[str, ...] | None = None) -> Any:
    """Keys of several rows of another table, joined by ``|``."""
    return _field("list", title, description, references=to, of_type=of_type, pattern=SLUG, says=SLUG_SAYS + ", items joined by |",
                  mend=f"Use ids of {to}, joined by | without spaces.")


def choice(title: str, description: str, enum: Mapping[str, str], *, required: bool = False, derived: bool | None = None) -> Any:
    """One value of a closed vocabulary."""
    return _field("string", title, description, required=required, enum=dict(enum), derived=derived)


def text(title: str, description: str, *, required: bool = False, pattern: str | None = None, says: str | None = None,
         unique: bool | None = None, mend: str | None = None, derived: bool | None = None) -> Any:
    """Free text that carries a value (an identifier, a code, a place in a source)."""
    shape = {"pattern": pattern, "says": says} if pattern else {}
    return _field("string", title, description, required=required, unique=unique, mend=mend, derived=derived, **shape)


def wording(title: str, description: str, *, required: bool = False) -> Any:
    """Prose in the package's own words: a change is a patch."""
    return _field("string", title, description, required=required, change="wording")


def listing(title: str, description: str, *, pattern: str | None = None, says: str | None = None, change: str = "wording") -> Any:
    """Several texts joined by ``|``."""
    shape = {"pattern": pattern, "says": says} if pattern else {}
    return _field("list", title, description, change=change, **shape)


def number(title: str, description: str, *, required: bool = False, unit: str | None = None, **bounds: float) -> Any:
    """A decimal number, written as its source prints it (trailing zeros kept)."""
    return _field("number", title, description, required=required, unit=unit, **bounds)


def integer(title: str, description: str, *, required: bool = False, unit: str | None = None, is_key: bool | None = None,
            derived: bool | None = None, **bounds: int) -> Any:
    """A whole number."""
    return _field("integer", title, description, required=required, unit=unit, key=is_key, derived=derived, **bounds)


def flag(title: str, description: str, *, required: bool = False, derived: bool | None = None) -> Any:
    """``true`` or ``false``."""
    return _field("boolean", title, description, required=required, derived=derived)


def date(title: str, description: str, *, required: bool = False) -> Any:
    """An ISO 8601 date."""
    return _field("date", title, description, required=required)


def row_rule(rule_id: str, *, column: str, reason: str, mend: str) -> Any:
    """A check of whole rows, declared in the model: a classmethod from the typed frame to a boolean series."""
    return pa.dataframe_check(name=rule_id, title=column, error=reason, description=mend)


class Table(pa.DataFrameModel):
    """Base of all tables: exactly the declared columns."""

    class Config:
        strict = True
