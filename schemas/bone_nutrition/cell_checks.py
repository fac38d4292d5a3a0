"""The cells of a table: each of its declared type, and none whose text is spoilt, unsafe or no value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime

import pandas as pd

from . import schema
from .faults import Fault
from .table_data import TableData

FORMAT_COMMAND = "Run scripts/format.py on the file."

NUMBER = r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?"
TYPE_PATTERNS = {
    "number": (NUMBER, "a plain decimal number such as 0.80: no exponent, thousands separator or sign +, at most 15 digits on either side of the point"),
    "integer": (r"-?(?:0|[1-9]\d{0,14})", "a whole number of at most 15 digits"),
    "boolean": (r"true|false", "true or false"),
    "date": (r"\d{4}-\d{2}-\d{2}", "an ISO 8601 date such as 2026-01-31"),
}
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


def convert(data: TableData) -> list[Fault]:
    """Fill ``typed`` and ``ill_typed`` of a table from its text; a fault for each cell that is not of its type."""
    faults: list[Fault] = []
    converted = {}
    for name, metadata in schema.columns(data.name).items():
        if metadata["type"] not in TYPE_PATTERNS:
            converted[name] = data.text[name]
            continue
        codes, distinct = data.encoded[name]
        values = _typed(distinct, metadata["type"])
        converted[name] = pd.Series(values.take(codes, allow_fill=True))
        if values.isna().any():
            data.ill_typed.add(name)
            wrong = (codes >= 0) & converted[name].isna().to_numpy()
            _, says = TYPE_PATTERNS[metadata["type"]]
            faults += data.faults_where(wrong, "type", name, f"not {says}", metadata.get("mend", "Correct the cell from its source."))
    data.typed = pd.DataFrame(converted)
    return faults


def text_faults(data: TableData) -> Iterator[Fault]:
    """Faults of cells as text; a column in which every cell is of its type (other than text) has none."""
    for name, metadata in schema.columns(data.name).items():
        if metadata["type"] in TYPE_PATTERNS and name not in data.ill_typed:
            continue
        judged = ((value, _cell_fault(value, metadata["type"])) for value in data.distinct(name) if value not in metadata.get("enum", ()))
        for value, (rule_id, reason, mend) in sorted((value, found) for value, found in judged if found):
            yield from data.faults_where(data.text[name].eq(value).fillna(False), rule_id, name, reason, mend)


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


def _typed(texts: list[str], type_: str) -> pd.api.extensions.ExtensionArray:
    """The texts by their type; missing where they are not of it."""
    pattern = re.compile(TYPE_PATTERNS[type_][0], re.ASCII)
    read, dtype = READ[type_]
    return pd.array([read(text) if pattern.fullmatch(text) else None for text in texts], dtype=dtype)


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None


# How the text of each type becomes a value, and the dtype of a column of them.
READ = {"number": (float, "Float64"), "integer": (int, "Int64"), "boolean": ("true".__eq__, "boolean"), "date": (_day, "datetime64[us]")}
