"""How the rows of a table differ between two packages: added, removed, retired, and changed cell by cell."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from ..archives import one_line
from ..loading import DESCRIPTOR
from .changes import ColumnChanges, TableChanges, row_changes
from .opening import ComparisonError, Package
from .schemas import as_list, fields

RETIREMENTS = "retirements"
BLOCK_BYTES = 1 << 24


def table_changes(old: Package, new: Package, name: str, retired: Mapping[str, str], notes: list[str]) -> TableChanges | None:
    """How the rows of a table differ; None if they do not, or if no key lets them be matched."""
    content_before, content_after = _content(old, name, notes), _content(new, name, notes)
    if content_before == content_after:
        return None
    before = _table(old, name, content_before)
    del content_before
    after_ = _table(new, name, content_after)
    del content_after
    key = _common_key(old, new, name, before, after_)
    if key is None:
        notes.append(f"{name}: the key changed, so the rows cannot be matched")
        return None
    codes_before, codes_after = _key_codes(before, after_, key)
    _refuse_repeated(old, name, before, key, codes_before)
    _refuse_repeated(new, name, after_, key, codes_after)
    here, there = _matched(codes_before, codes_after)
    gone, come = np.ones(len(before), dtype=bool), np.ones(len(after_), dtype=bool)
    gone[here], come[there] = False, False
    removed = _row_ids(before, key, np.flatnonzero(gone))
    is_retired = pc.is_in(removed, value_set=pa.array(list(retired), pa.large_string()))
    columns, rows_changed = _changed_cells(old.tables[name], new.tables[name], before, after_, key, here, there)
    changes = TableChanges(
        name, len(before), len(after_), rows_changed,
        added=_row_ids(after_, key, np.flatnonzero(come)),
        removed=removed.filter(pc.invert(is_retired)),
        retired={row_id: retired[row_id] for row_id in removed.filter(is_retired).to_pylist()},
        columns=columns,
    )
    return changes if any(row_changes(changes)) else None


def _content(package: Package, name: str, notes: list[str]) -> bytes:
    path, promised = package.tables[name]["path"], package.tables[name].get("hash")
    content = package.content(path)
    if isinstance(promised, str) and promised.startswith("sha256:") and promised != f"sha256:{hashlib.sha256(content).hexdigest()}":
        notes.append(f"{package.label}: {path} is not what its descriptor promises")
    return content


def _table(package: Package, name: str, content: bytes) -> pa.Table:
    """A table with every cell as text, missing cells empty."""
    resource = package.tables[name]
    columns = list(fields(resource))
    try:
        table = csv.read_csv(
            pa.py_buffer(content),
            # Threads that still run when the interpreter ends can abort it.
            read_options=csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.large_string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        raise ComparisonError(f"{package.label}: {resource['path']} is not CSV in UTF-8: {one_line(error)[:120]!r}") from None
    if sorted(table.column_names) != sorted(columns):
        raise ComparisonError(f"{package.label}: the header of {resource['path']} is not the columns that {DESCRIPTOR} declares")
    return table


def retirements(package: Package) -> dict[str, dict[str, str]]:
    """Table -> retired row -> the row that stands in for it."""
    retired: dict[str, dict[str, str]] = {}
    if RETIREMENTS in package.tables:
        rows = _table(package, RETIREMENTS, package.content(package.tables[RETIREMENTS]["path"]))
        if not {"table", "row_id", "successor_id"} <= set(rows.column_names):
            raise ComparisonError(f"{package.label}: {RETIREMENTS} needs the columns table, row_id and successor_id")
        for row in rows.select(["table", "row_id", "successor_id"]).to_pylist():
            retired.setdefault(row["table"], {})[row["row_id"]] = row["successor_id"]
    return retired


def _common_key(old: Package, new: Package, name: str, before: pa.Table, after_: pa.Table) -> list[str] | None:
    """The key by which rows of both sides can be matched; where it changed, whichever of the two both sides hold and is one in both."""
    was, now = (as_list(package.tables[name]["schema"].get("primaryKey", [])) for package in (old, new))
    if was == now and was and set(was) <= set(before.column_names):
        return was
    for key in (now, was):
        if key and set(key) <= set(before.column_names) & set(after_.column_names) and all(_is_key(table, key) for table in (before, after_)):
            return key
    return None


def _is_key(table: pa.Table, key: Sequence[str]) -> bool:
    codes, _ = _key_codes(table, table.slice(0, 0), key)
    return len(np.unique(codes)) == len(codes)


def _key_codes(before: pa.Table, after_: pa.Table, key: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """A whole number for every row of both sides, equal where the keys are equal."""
    codes, span = np.zeros(len(before) + len(after_), dtype=np.int64), 1
    for name in key:
        encoded = pa.chunked_array([*before[name].chunks, *after_[name].chunks], pa.large_string()).combine_chunks().dictionary_encode()
        size = max(len(encoded.dictionary), 1)
        if span * size >= 2**62:
            distinct, codes = np.unique(codes, return_inverse=True)
            span = len(distinct)
        codes = codes * size + encoded.indices.to_numpy()
        span *= size
    return codes[:len(before)], codes[len(before):]


def _refuse_repeated(package: Package, name: str, table: pa.Table, key: Sequence[str], codes: np.ndarray) -> None:
    distinct, first = np.unique(codes, return_index=True)
    if len(distinct) < len(codes):
        repeated = np.setdiff1d(np.arange(len(codes)), first)[:1]
        raise ComparisonError(f"{package.label}: two rows of {name} have the key {_row_ids(table, key, repeated)[0].as_py()!r}")


def _matched(before: np.ndarray, after_: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the rows that both sides hold, in the order of the old side."""
    if np.array_equal(before, after_):
        return np.arange(len(before)), np.arange(len(before))
    _, here, there = np.intersect1d(before, after_, assume_unique=True, return_indices=True)
    order = np.argsort(here)
    return here[order], there[order]


def _row_ids(table: pa.Table, key: Sequence[str], positions: np.ndarray) -> pa.Array:
    parts = [_taken(table[name], positions) for name in key]
    return pc.binary_join_element_wise(*parts, pa.scalar("/", pa.large_string()))


def _taken(column: pa.ChunkedArray, positions: np.ndarray) -> pa.Array:
    whole = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    return whole if len(positions) == len(whole) and np.array_equal(positions, np.arange(len(whole))) else whole.take(pa.array(positions))


def _changed_cells(old: Mapping[str, Any], new: Mapping[str, Any], before: pa.Table, after_: pa.Table, key: Sequence[str], here: np.ndarray,
                   there: np.ndarray) -> tuple[list[ColumnChanges], int]:
    """Changed cells of every column that both sides hold, and the number of rows in which any changed."""
    fields_before, fields_after = fields(old), fields(new)
    is_changed = np.zeros(len(here), dtype=bool)
    columns = []
    for name in fields_before:
        if name in key or name not in fields_after:
            continue
        was, now = _taken(before[name], here), _taken(after_[name], there)
        differs = pc.not_equal(was, now).to_numpy(zero_copy_only=False)
        positions = np.flatnonzero(differs)
        if not len(positions):
            continue
        is_changed |= differs
        pair = (fields_before[name], fields_after[name])
        is_number = all(field.get("type") in ("number", "integer") for field in pair)
        is_prose = all(field.get("change") == "wording" for field in pair)
        chosen = pa.array(positions)
        cells = pa.table({"row_id": _row_ids(before, key, here[positions]), "old": was.take(chosen), "new": now.take(chosen)})
        columns.append(ColumnChanges(name, "wording" if is_prose else "value", is_number, _ranked(cells, is_number)))
    return columns, int(is_changed.sum())


def _ranked(cells: pa.Table, is_number: bool) -> pa.Table:
    """Cells with their relative change, the largest factor between old and new first, whichever way."""
    if not is_number:
        return cells.append_column("relative_change", pa.nulls(len(cells), pa.float64()))
    was, now = _numbers(cells["old"]), _numbers(cells["new"])
    difference, smaller = np.abs(now - was), np.minimum(np.abs(was), np.abs(now))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        relative = (now - was) / np.abs(was)
        spread = np.where(smaller > 0, difference / smaller, difference)
    group = np.select([np.isnan(difference), smaller == 0], [2, 1], default=0)
    order = np.lexsort((-np.nan_to_num(spread), group))
    relative_change = pa.array(relative, mask=~np.isfinite(relative))
    return cells.append_column("relative_change", relative_change).take(pa.array(order))


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    """Cells as numbers; NaN for one that is empty or no finite number."""
    numbers = pd.to_numeric(column.to_pandas(), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)
