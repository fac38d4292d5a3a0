"""Bringing an edited CSV into canonical form without changing what it says."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

from . import schema
from .files import csv_bytes
from .models import MODELS


def canonical(path: Path) -> bytes:
    """The table at ``path`` with columns and rows in order, LF, NFC, single spaces and no blank rows.

    Raises ValueError, naming file and line, for what cannot be mended without a decision: an unknown table or column, bytes that
    are not UTF-8, a ragged row, two rows with one key.
    """
    table = path.stem
    if table not in MODELS:
        raise ValueError(f"{path}: no table is called {table!r}; the tables are {', '.join(MODELS)}")
    expected = list(schema.columns(table))
    records = ((line, cells) for line, cells in _records(path) if any(cell.strip() for cell in cells))
    header = [cell.strip() for cell in next(records, (1, []))[1]]
    unknown = [name for name in header if name not in expected]
    if unknown or not header:
        raise ValueError(f"{path}:1: unknown columns {', '.join(unknown) or '(no header)'}; the columns are {','.join(expected)}")
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise ValueError(f"{path}:1: repeated columns {', '.join(repeated)}; keep one of each")
    rows = {}
    for line, cells in records:
        if len(cells) != len(header):
            raise ValueError(f"{path}:{line}: {len(cells)} cells under {len(header)} columns; quote cells that hold a comma")
        row = dict.fromkeys(expected, "") | {name: _cell(cell) for name, cell in zip(header, cells)}
        key = schema.row_key(table, row)
        if rows.setdefault(key, row) != row:
            raise ValueError(f"{path}:{line}: an earlier row has the key {key} and other cells; keep one of them")
    return csv_bytes(expected, schema.sorted_rows(table, rows.values()))


def _records(path: Path):
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: byte {error.object[error.start]:#04x} at offset {error.start} is not UTF-8; save the file as UTF-8") from None
    reader = csv.reader(io.StringIO(content.replace("\r\n", "\n").replace("\r", "\n"), newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise ValueError(f"{path}:{reader.line_num}: not CSV: {error}") from None


def _cell(cell: str) -> str:
    return unicodedata.normalize("NFC", " ".join(cell.split()))
