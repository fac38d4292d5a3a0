"""Reading a table strictly: bytes, header, rows and their order; every fault is reported, none is guessed away."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from . import cell_checks, schema
from .cell_checks import FORMAT_COMMAND
from .faults import Fault
from .table_data import TableData

CHUNK_ROWS = 50_000

# Takes rule, reason and mend of a fault, and its line unless it is of the whole file.
Report = Callable[..., None]


def read_table(path: Path, table: str, file: str) -> tuple[TableData | None, list[Fault]]:
    """Read one table; None if its bytes or header do not let it be read.

    ``file`` is the name shown in faults.
    """
    faults: list[Fault] = []

    def whole_file(rule_id: str, reason: str, mend: str, line: int | None = None) -> None:
        faults.append(Fault(rule_id=rule_id, reason=reason, mend=mend, file=file, line=line, table=table))

    content = _checked_bytes(path, whole_file)
    if content is None:
        return None, faults
    expected = list(schema.columns(table))
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline=""), strict=True)
    try:
        header = next(reader, [])
        if not _header_fits(header, expected, whole_file):
            return None, faults
        regular = None if faults else _cells_of_regular_lines(content, expected)
        arrays, lines = regular or _cells(reader, expected, whole_file)
    except csv.Error as error:
        whole_file("csv-syntax", f"not RFC 4180 CSV: {error}", "Quote cells that hold commas, quotes or line breaks; double the quotes inside.",
                   line=reader.line_num)
        return None, faults
    if not len(lines):
        whole_file("table-empty", "the table has no rows", "Add rows, or delete the file: a table without rows is not published.")
        return None, faults
    data = TableData(table, file, {name: _encoded(cells) for name, cells in zip(expected, arrays)}, lines)
    type_faults = cell_checks.convert(data)
    faults += [*cell_checks.text_faults(data), *type_faults, *_order_faults(data)]
    return data, faults


def _encoded(cells: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    words = cells.combine_chunks().dictionary_encode()
    return words.indices.fill_null(-1).to_numpy(zero_copy_only=False), words.dictionary.to_pylist()


def _checked_bytes(path: Path, report: Report) -> bytes | None:
    """The bytes of a file, known to be UTF-8, with LF line ends and no byte-order mark."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        report("file-unreadable", f"the file cannot be read: {error.strerror}", "Restore the file, or its permissions.")
        return None
    if raw.startswith(b"\xef\xbb\xbf"):
        report("file-bom", "the file starts with a byte-order mark", FORMAT_COMMAND, line=1)
        raw = raw[3:]
    if not raw:
        report("file-empty", "the file is empty", "Restore it from the last release or from version control.")
        return None
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        report("file-encoding", f"byte {raw[error.start]:#04x} at offset {error.start} is not UTF-8", "Save the file as UTF-8.", line=line)
        return None
    if b"\r" in raw:
        line = raw.count(b"\n", 0, raw.index(b"\r")) + 1
        report("file-line-ends", "lines end with CR or CRLF", FORMAT_COMMAND, line=line)
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not raw.endswith(b"\n"):
        report("file-truncated", "the last line has no line end: the file may be cut off",
               "Compare the end with the last release; then run scripts/format.py.", line=raw.count(b"\n") + 1)
    stray = _stray_quote(raw)
    if stray is not None:
        report("csv-syntax", "not RFC 4180 CSV: a quote stands inside a cell that is not quoted, or text after a closing quote",
               "Quote cells that hold quotes; double the quotes inside.", line=raw.count(b"\n", 0, stray) + 1)
    return raw


def _stray_quote(raw: bytes) -> int | None:
    """Offset of the first quote that neither opens nor closes a cell nor is doubled inside one; the standard library reads over it."""
    offset = 0
    parts = raw.split(b'"')
    for number, part in enumerate(parts):
        is_outside = number % 2 == 0
        if is_outside and part and number and not part.startswith((b",", b"\n")):
            return offset - 1
        if is_outside and part and number < len(parts) - 1 and not part.endswith((b",", b"\n")):
            return offset + len(part)
        offset += len(part) + 1
    return None


def _header_fits(header: list[str], expected: list[str], report: Report) -> bool:
    if header == expected:
        return True
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if header == [separator.join(expected)]:
            report("header", f"{name} stand between the cells", "Save the file with commas between the cells.", line=1)
            return False
    missing = [name for name in expected if name not in header]
    unknown = [name for name in header if name not in expected]
    repeated = sorted({name for name in header if header.count(name) > 1})
    parts = [f"{label}: {', '.join(names)}" for label, names in (("missing", missing), ("unknown", unknown), ("repeated", repeated)) if names]
    reason = "the header differs from the model: " + ("; ".join(parts) or "columns are in another order")
    report("header", reason, f"The columns are, in this order: {','.join(expected)}", line=1)
    return False


def _cells_of_regular_lines(content: bytes, expected: list[str]) -> tuple[list[pa.ChunkedArray], np.ndarray] | None:
    """Cells of a sound file in which every line is one row of the right length; None for any other, which ``_cells`` reads and explains.

    Arrow reads ten times faster than the standard library, but passes over blank lines: such files are left to it.
    """
    if not content.endswith(b"\n") or b"\n\n" in content or not _quotes_close_in_their_lines(content):
        return None
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(content),
            pyarrow.csv.ReadOptions(column_names=expected, skip_rows=1, use_threads=False),
            pyarrow.csv.ParseOptions(ignore_empty_lines=False),
            pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(expected, pa.large_string()), null_values=[""], strings_can_be_null=True),
        )
    except pa.ArrowInvalid:
        return None
    if len(table) != content.count(b"\n") - 1:
        return None
    return table.columns, np.arange(2, len(table) + 2)


def _quotes_close_in_their_lines(content: bytes) -> bool:
    return b'"' not in content or all(line.count(b'"') % 2 == 0 for line in io.BytesIO(content))


def _cells(reader, expected: list[str], report: Report) -> tuple[list[pa.ChunkedArray], np.ndarray]:
    chunks: list[list[pa.Array]] = [[] for _ in expected]
    rows: list[list[str]] = []
    lines: list[int] = []

    def flush() -> None:
        for index, cells in enumerate(zip(*rows)):
            chunks[index].append(pa.array([cell or None for cell in cells], pa.large_string()))
        rows.clear()

    previous = reader.line_num
    for cells in reader:
        line, previous = previous + 1, reader.line_num
        if len(cells) == len(expected):
            rows.append(cells)
            lines.append(line)
            if len(rows) == CHUNK_ROWS:
                flush()
        elif not cells:
            report("row-blank", "the line is blank", FORMAT_COMMAND, line=line)
        else:
            report("row-length", f"{len(cells)} cells under {len(expected)} columns; the row starts {','.join(cells)[:60]!r}",
                   "Add or remove commas; quote cells that hold a comma.", line=line)
    flush()
    return [pa.chunked_array(parts, pa.large_string()) for parts in chunks], np.asarray(lines, dtype=np.int64)


def _order_faults(data: TableData) -> Iterator[Fault]:
    key = schema.primary_key(data.name)
    later = np.zeros(max(len(data.text) - 1, 0), dtype=bool)
    equal = np.ones_like(later)
    for name in key:
        ranks = _ranks(data, name)
        later |= equal & (ranks[:-1] > ranks[1:])
        equal &= ranks[:-1] == ranks[1:]
    if later.any():
        yield from data.faults_where(np.concatenate([[False], later]), "row-order", key[0], "the row sorts ahead of the one before it", FORMAT_COMMAND)


def _ranks(data: TableData, column: str) -> np.ndarray:
    """Where each cell stands in the order of its column: integers as numbers, text by code point, missing ones first."""
    if schema.columns(data.name)[column]["type"] == "integer":
        return data.typed[column].rank(method="dense", na_option="top").to_numpy(dtype=np.int64)
    codes, distinct = data.encoded[column]
    ranks = np.empty(len(distinct) + 1, dtype=np.int64)
    ranks[np.argsort(np.asarray(distinct, dtype=object), kind="stable")] = np.arange(len(distinct))
    ranks[-1] = -1  # where the code of a missing cell leads
    return ranks[codes]
