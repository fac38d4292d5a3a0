"""Reading a table strictly: every cell as text first, then by its declared type; every fault is reported, none is guessed away."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from . import schema
from .faults import Fault

CHUNK_ROWS = 50_000
FORMAT_COMMAND = "Run scripts/format.py on the file."

NUMBER = r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?"
TYPE_PATTERNS = {
    "number": (NUMBER, "a plain decimal number such as 0.80: no exponent, thousands separator or sign +, at most 15 digits on either side of the point"),
    "integer": (r"-?(?:0|[1-9]\d{0,14})", "a whole number of at most 15 digits"),
    "boolean": (r"true|false", "true or false"),
    "date": (r"\d{4}-\d{2}-\d{2}", "an ISO 8601 date such as 2026-01-31"),
}
def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None


TYPED = {"number": (float, "Float64"), "integer": (int, "Int64"), "boolean": ("true".__eq__, "boolean"), "date": (_day, "datetime64[us]")}
# Words that pandas reads as missing, and what a spreadsheet leaves where a formula failed, are among them.
MISSING_WORDS = {"na", "n/a", "n.a.", "nan", "-nan", "<na>", "#na", "#n/a", "null", "none", "nil", "-", "--", "?",
                 "#ref!", "#value!", "#name?", "#div/0!", "#num!", "#null!"}
FORMULA_START = ("=", "+", "-", "@")
_UNSEEN = r"\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd"
CONTROL = re.compile(f"[{_UNSEEN}]")
# Most cells: ASCII words with single spaces between them, without & and <, of which the first begins no formula.
PLAIN = re.compile(r"(?![=+@-])[!-%'-;=-~]+(?: [!-%'-;=-~]+)*")
# A tag, comment or entity: a page that forgets to escape it would run it, one that escapes it would show it.
_MARKUP = r"</?[A-Za-z][^<>]*>|<[!?]|&(?:#\w+|[A-Za-z]\w+);"
MARKUP = re.compile(_MARKUP)
# UTF-8 read as Latin-1 or Windows-1252: é turns into Ã©, ’ into â€™.
_MISREAD = "Ã[\u00a0-\u00bf]|Â[\u00a0-\u00bf]|â€"
MISREAD = re.compile(_MISREAD)
SUSPICIOUS = re.compile(rf"^\s|\s$|\s\s|[^\S ]|^[=+@-]|[{_UNSEEN}]|{_MARKUP}|{_MISREAD}")


@dataclass(eq=False)
class TableData:
    """One table as read.

    ``encoded`` holds, of each column, for each row the place of its text among the distinct texts of the column, -1 where it is
    missing, and these texts. ``text`` holds every cell as text, missing cells as None; ``typed`` the same cells by declared type,
    cells of a wrong type as NA; ``ill_typed`` names the columns that have such cells; ``lines`` the line of the file on which each
    row begins.
    """

    name: str
    file: str
    encoded: dict[str, tuple[np.ndarray, list[str]]]
    lines: np.ndarray
    text: pd.DataFrame = field(init=False)
    typed: pd.DataFrame = field(default_factory=pd.DataFrame)
    ill_typed: set[str] = field(default_factory=set)
    _distinct: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    def __post_init__(self):
        # One object for each distinct text, however often it stands: quicker to compare, and smaller, than strings of their own.
        self.text = pd.DataFrame({name: np.array([*texts, None], dtype=object)[codes] for name, (codes, texts) in self.encoded.items()}, dtype=object)

    def distinct(self, column: str) -> frozenset[str]:
        """Texts that stand in a column, without the missing ones; long tables have few of them, so rules ask for these first."""
        if column not in self._distinct:
            self._distinct[column] = frozenset(self.encoded[column][1])
        return self._distinct[column]

    def groups(self, *columns: str) -> np.ndarray:
        """For each row a number that it shares with the rows of the same texts in these columns; a missing cell counts as a text."""
        numbers = np.zeros(len(self.text), dtype=np.int64)
        for column in columns:
            codes, texts = self.encoded[column]
            numbers = pd.factorize(numbers * (len(texts) + 1) + codes + 1)[0]
        return numbers

    @cached_property
    def records(self) -> list[dict[str, str]]:
        """Rows as dictionaries of text; a missing cell is an empty string."""
        names = list(self.text)
        return [dict(zip(names, cells)) for cells in zip(*(self.looked_up(name, lambda text: text, "") for name in names))]

    def looked_up(self, column: str, look_up: Callable[[str], Any], missing: Any = None) -> list[Any]:
        """For each row what its text in the column stands for; each distinct text is looked up once."""
        codes, texts = self.encoded[column]
        found = [*map(look_up, texts), missing]  # where the code of a missing cell leads
        return [found[code] for code in codes.tolist()]

    def has_missing(self, column: str) -> bool:
        return bool((self.encoded[column][0] < 0).any())

    def fault(self, position: int, rule_id: str, column: str, reason: str, mend: str) -> Fault:
        """A fault of the cell in ``column`` of the row at ``position``."""
        key = schema.primary_key(self.name)
        row = self.text.iloc[position]
        parts = ["" if pd.isna(row[name]) else row[name] for name in key]
        value = "" if column not in row or pd.isna(row[column]) else row[column]
        row_id = " ".join(f"{name}='{part}'" for name, part in zip(key, parts))
        return Fault(rule_id=rule_id, reason=reason, mend=mend, file=self.file, line=int(self.lines[position]), table=self.name,
                     key="/".join(parts), row_id=row_id, column=column, value=value)

    def faults_where(self, mask: pd.Series | np.ndarray, rule_id: str, column: str, reason: str, mend: str) -> Iterator[Fault]:
        """A fault for each row in which ``mask`` is true."""
        for position in np.flatnonzero(np.asarray(mask, dtype=bool)):
            yield self.fault(int(position), rule_id, column, reason, mend)


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
        arrays, lines = (not faults and _cells_of_regular_lines(content, expected)) or _cells(reader, expected, whole_file)
    except csv.Error as error:
        whole_file("csv-syntax", f"not RFC 4180 CSV: {error}", "Quote cells that hold commas, quotes or line breaks; double the quotes inside.",
                   line=reader.line_num)
        return None, faults
    if not len(lines):
        whole_file("table-empty", "the table has no rows", "Add rows, or delete the file: a table without rows is not published.")
        return None, faults
    data = TableData(table, file, {name: _encoded(cells) for name, cells in zip(expected, arrays)}, lines)
    type_faults = list(_convert(data))
    faults.extend(_text_faults(data))
    faults.extend(type_faults)
    faults.extend(_order_faults(data))
    return data, faults


def _encoded(cells: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    words = cells.combine_chunks().dictionary_encode()
    return words.indices.fill_null(-1).to_numpy(zero_copy_only=False), words.dictionary.to_pylist()


def _checked_bytes(path: Path, report) -> bytes | None:
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


def _header_fits(header: list[str], expected: list[str], report) -> bool:
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


def _cells(reader, expected: list[str], report) -> tuple[list[pa.ChunkedArray], np.ndarray]:
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


def _text_faults(data: TableData) -> Iterator[Fault]:
    for name, metadata in schema.columns(data.name).items():
        if metadata["type"] in TYPED and name not in data.ill_typed:
            continue
        found = {value: fault for value in data.distinct(name) if value not in metadata.get("enum", ()) and (fault := _cell_fault(value, metadata["type"]))}
        for value in sorted(found):
            yield from data.faults_where(data.text[name].eq(value).fillna(False), found[value][0], name, *found[value][1:])


def _cell_fault(value: str, type_: str) -> tuple[str, str, str] | None:
    if type_ != "list" and PLAIN.fullmatch(value) and value.lower() not in MISSING_WORDS:
        return None
    if not value.isascii() and unicodedata.normalize("NFC", value) != value:
        return "cell-unicode", "the text is not in Unicode normal form C", FORMAT_COMMAND
    if value.lower() in MISSING_WORDS:
        return "cell-missing-word", "a missing value is an empty cell", "Empty the cell."
    if type_ == "list" and "" in value.split("|"):
        return "cell-list", "the list has an empty item", "Delete the | that stands at an end or twice."
    if not SUSPICIOUS.search(value):
        return None
    if CONTROL.search(value):
        return "cell-control", "the cell holds a line break, control, invisible or replacement character", "Retype the cell."
    if value != " ".join(value.split()):
        return "cell-space", "the cell has leading, trailing, double or unusual spaces", FORMAT_COMMAND
    if value.startswith(FORMULA_START) and type_ not in ("number", "integer"):
        return "cell-formula", "a spreadsheet would run the cell as a formula", "Begin the text with another character."
    if MISREAD.search(value):
        return "cell-misread", "the text was read in another encoding than UTF-8 on its way here", "Retype the characters that are spoilt."
    if MARKUP.search(value):
        return "cell-markup", "the cell holds a tag or an entity of HTML", "Write plain text: no tags, and the character itself instead of its entity."
    return None


def _convert(data: TableData) -> Iterator[Fault]:
    converted = {}
    for name, metadata in schema.columns(data.name).items():
        if metadata["type"] in TYPED:
            pattern, says = TYPE_PATTERNS[metadata["type"]]
            codes, distinct = data.encoded[name]  # each distinct text is converted once
            values = _typed(distinct, re.compile(pattern, re.ASCII), metadata["type"])
            typed = pd.Series(values.take(codes, allow_fill=True))
            if values.isna().any():
                data.ill_typed.add(name)
                wrong = (codes >= 0) & typed.isna().to_numpy()
                yield from data.faults_where(wrong, "type", name, f"not {says}", metadata.get("mend", "Correct the cell from its source."))
            converted[name] = typed
        else:
            converted[name] = data.text[name]
    data.typed = pd.DataFrame(converted)


def _typed(texts: list[str], pattern: re.Pattern[str], type_: str) -> pd.api.extensions.ExtensionArray:
    """The texts by their type; missing where they are not of it."""
    read, dtype = TYPED[type_]
    return pd.array([read(text) if pattern.fullmatch(text) else None for text in texts], dtype=dtype)


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
