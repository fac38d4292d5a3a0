"""What one table's model says, checked on the table as read."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrorReason

from . import schema
from .faults import Fault
from .models import MODELS
from .table_data import TableData

KEEPS = {"minimum": operator.ge, "exclusive_minimum": operator.gt, "maximum": operator.le}
LOOK_UP = "Correct the cell from its source."


def faults(data: TableData) -> Iterator[Fault]:
    """Faults of columns, rows and keys within one table."""
    yield from _model_faults(data)
    yield from _duplicate_faults(data)


def _model_faults(data: TableData) -> Iterator[Fault]:
    """What Pandera finds; it is asked only of a table that cannot be told to be sound in less time."""
    model = MODELS[data.name].to_schema()
    columns_hold = all(_holds(data, name, metadata) for name, metadata in schema.columns(data.name).items())
    if columns_hold and all(_passes(rule, data) for rule in model.checks):
        return
    try:
        model.validate(data.typed, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for error in errors.schema_errors:
            yield from _as_faults(data, error)


def _holds(data: TableData, column: str, metadata: Mapping[str, Any]) -> bool:
    """Whether a column keeps what its metadata state, from which its checks are made as well; its distinct texts tell."""
    if column in data.ill_typed or metadata["required"] and data.has_missing(column):
        return False
    if "enum" in metadata and metadata["type"] == "string":
        return data.distinct(column) <= metadata["enum"].keys()
    if "pattern" in metadata:
        return all(map(_whole_pattern(metadata["pattern"], metadata["type"]).fullmatch, data.distinct(column)))
    bounds = {bound: keeps for bound, keeps in KEEPS.items() if bound in metadata}
    return not bounds or all(keeps(float(text), metadata[bound]) for text in data.distinct(column) for bound, keeps in bounds.items())


def _passes(rule: pa.Check, data: TableData) -> bool:
    return bool(rule._check_fn(data.typed).all())  # what Pandera does, without its hundred steps around it


@cache
def _whole_pattern(pattern: str, type_: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})(?:\|(?:{pattern}))*" if type_ == "list" else pattern, re.ASCII)


def _as_faults(data: TableData, error: pa.errors.SchemaError) -> Iterator[Fault]:
    column = error.check.title if error.schema.name not in data.typed.columns else error.schema.name
    metadata = schema.columns(data.name)[column]
    if error.reason_code == SchemaErrorReason.SERIES_CONTAINS_NULLS:
        empty = data.text[column].isna() & data.typed[column].isna()
        yield from data.faults_where(empty, "required", column, "the cell is empty", f"Fill it: {metadata['description']}")
        return
    rule_id, reason, mend = _explain(error.check, metadata)
    for position in sorted(set(error.failure_cases["index"])):
        yield data.fault(position, rule_id, column, reason, mend)


def _explain(check: pa.Check, metadata: dict) -> tuple[str, str, str]:
    mend = metadata.get("mend", LOOK_UP)
    match check.name:
        case "isin":
            return "enumeration", f"not one of: {', '.join(metadata['enum'])}", "Use one of these values; a new one is added to the model with its definition."
        case "str_matches":
            return "pattern", f"not {metadata['says']}", mend
        case "greater_than_or_equal_to":
            return "range", f"below {metadata['minimum']}", mend
        case "greater_than":
            return "range", f"not above {metadata['exclusive_minimum']}", mend
        case "less_than_or_equal_to":
            return "range", f"above {metadata['maximum']}", mend
        case _:
            return check.name, check.error, check.description


def _duplicate_faults(data: TableData) -> Iterator[Fault]:
    key = schema.primary_key(data.name)
    same_key = _repeated(data, *key)
    yield from data.faults_where(same_key, "key-unique", key[0], "an earlier row has the same primary key",
                                 "Delete one of the two rows, or give this one a key of its own.")
    for name, metadata in schema.columns(data.name).items():
        if metadata.get("unique"):
            yield from data.faults_where(data.text[name].notna() & _repeated(data, name), "unique", name, "an earlier row has the same value",
                                         "Look up both rows; one of them is wrong.")
    for columns in schema.unique_keys(data.name):
        yield from data.faults_where(_repeated(data, *columns) & ~same_key, "unique-together", columns[0], f"an earlier row has the same {', '.join(columns)}",
                                     "Delete one of the two rows, or correct what tells them apart.")


def _repeated(data: TableData, *columns: str) -> pd.Series:
    """Whether an earlier row has the same cells in these columns."""
    return pd.Series(data.groups(*columns)).duplicated()
