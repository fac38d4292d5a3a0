"""Faults of single cells, driven from the columns' metadata: any column of any table is tried for what its metadata forbids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from bone_nutrition import schema

from .mutants import Cell, Edit, Kind, Mutant
from .packages import Package

Metadata = Mapping[str, Any]
# The cell as it stands and the column's metadata to the ways in which it may be spoiled.
Spoil = Callable[[str, Metadata], list[str]]


@dataclass(frozen=True)
class CellKind:
    name: str
    rules: tuple[str, ...]
    applies: Callable[[Metadata], bool]
    spoil: Spoil
    # Only cells that hold something can be spoiled so.
    filled: bool = True


def _type(*types: str) -> Callable[[Metadata], bool]:
    return lambda metadata: metadata["type"] in types


def _words(*words: str) -> Spoil:
    return lambda cell, metadata: list(words)


def _around(*forms: str) -> Spoil:
    return lambda cell, metadata: [form.replace("{}", cell) for form in forms]


def _inserted(*characters: str) -> Spoil:
    return lambda cell, metadata: [cell[: len(cell) // 2] + character + cell[len(cell) // 2:] for character in characters]


def _is_text(metadata: Metadata) -> bool:
    return metadata["type"] in ("string", "list")


def _is_free(metadata: Metadata) -> bool:
    return _is_text(metadata) and "enum" not in metadata


def _has_enum(metadata: Metadata) -> bool:
    return "enum" in metadata


def _has_pattern(metadata: Metadata) -> bool:
    return "pattern" in metadata and "enum" not in metadata


def _case_of_enum(cell: str, metadata: Metadata) -> list[str]:
    return [form for form in (cell.upper(), cell.title(), cell.lower(), cell.swapcase()) if form not in metadata["enum"]]


def _breaks_of_pattern(cell: str, metadata: Metadata) -> list[str]:
    """Cells near the one that stands and outside the pattern, read with ASCII digits and letters only."""
    whole = re.compile(metadata["pattern"], re.ASCII)
    first, *rest = cell.split("|") if metadata["type"] == "list" else [cell]
    tries = [f"{first}!", first.swapcase(), first.replace("-", "_"), first.replace("-", "--"), first[:-1], f"{first}{first[-1:]}",
             f"https://{first}", f"x{first}",
             f"{first} x", f"{first}/", f"{first}\u0430", f"{first}\u0665", first.replace(":", ""), f"{first}-"]
    broken = [form for form in dict.fromkeys(tries) if form and not whole.fullmatch(form)]
    return ["|".join([form, *rest]) for form in broken]


def _below(cell: str, metadata: Metadata) -> list[str]:
    return [f"{metadata['minimum'] - 1}"] if metadata["type"] == "integer" else [f"{metadata['minimum'] - 0.1:.1f}", f"{metadata['minimum'] - 1000}"]


def _at_open_end(cell: str, metadata: Metadata) -> list[str]:
    return [f"{metadata['exclusive_minimum']}", f"{metadata['exclusive_minimum'] - 1}"]


def _above(cell: str, metadata: Metadata) -> list[str]:
    return [f"{metadata['maximum'] + 1}"] if metadata["type"] == "integer" else [f"{metadata['maximum'] + 0.01:.2f}", f"{metadata['maximum'] * 10:g}"]


NUMERIC = _type("number", "integer")

CELL_KINDS = (
    CellKind("required cell empty", ("required",), lambda metadata: metadata["required"], _words("")),
    CellKind("text in a number", ("type",), NUMERIC, _words("about 5", "five", "unknown"), filled=False),
    CellKind("unit or sign in a number", ("type",), NUMERIC, _around("{} mg", "{}%", "<{}", "~{}", "+{}", "{}*", "\u2212{}")),
    CellKind("range in a number", ("type",), NUMERIC, _words("5-10", "5\u201310", "5 to 10", "5±1"), filled=False),
    CellKind("decimal comma", ("type",), NUMERIC, _words("0,5", "12,75"), filled=False),
    CellKind("thousands separator", ("type",), NUMERIC, _words("1,000", "1.000.000", "1'000", "1_000", "1 000"), filled=False),
    CellKind("exponent", ("type",), NUMERIC, _words("1e3", "2.5E-2", "1E+3"), filled=False),
    CellKind("number not canonical", ("type",), NUMERIC, _words("007", ".5", "5.", "0x10", "1/2"), filled=False),
    CellKind("not a finite number", ("type",), NUMERIC, _words("inf", "-inf", "Infinity", "1.#IND"), filled=False),
    CellKind("digits of another script", ("type",), NUMERIC, _words("\u0665", "\uff15", "\u0967\u0968", "\u00b2"), filled=False),
    CellKind("decimal in an integer", ("type",), _type("integer"), _words("5.5", "5.0", "2001.5"), filled=False),
    CellKind("wrong boolean", ("type",), _type("boolean"), _words("TRUE", "False", "yes", "no", "1", "0", "t"), filled=False),
    CellKind("impossible date", ("type",), _type("date"), _words("2026-02-30", "2025-13-01", "2026-00-10", "2023-02-29"), filled=False),
    CellKind("date in another format", ("type",), _type("date"),
             _words("31.01.2026", "2026-1-5", "20260131", "2026", "Jan 2026", "2026-01-31T00:00:00Z", "46053"),
             filled=False),
    CellKind("unknown value of an enumeration", ("enumeration",), _has_enum, _around("no-such-value", "{}s", "{}|{}"), filled=False),
    CellKind("case of an enumeration", ("enumeration",), _has_enum, _case_of_enum),
    CellKind("pattern broken", ("pattern",), _has_pattern, _breaks_of_pattern),
    CellKind("minimum crossed", ("range",), lambda metadata: "minimum" in metadata, _below, filled=False),
    CellKind("open minimum reached", ("range",), lambda metadata: "exclusive_minimum" in metadata, _at_open_end, filled=False),
    CellKind("maximum crossed", ("range",), lambda metadata: "maximum" in metadata, _above, filled=False),
    CellKind("formula", ("cell-formula",), _is_free, _around("={}", "+{}", "-{}", "@{}", "=HYPERLINK({})", "=1+1|{}")),
    CellKind("text decoded wrongly once", ("cell-misread",), _is_free, _around("{} Ã©", "{} â€™s", "Â± {}", "{}Â°")),
    CellKind("markup", ("cell-markup",), _is_free, _inserted("<script>", "</b>", "<!--", "&lt;", "&#60;", "&#x3c;", "<img src=x>")),
    CellKind("control character", ("cell-control",), _is_text, _inserted("\0", "\x07", "\t", "\x7f", "\x85", "\x1b")),
    CellKind("line break in a cell", ("cell-control",), _is_free, _inserted("\n", "\u2028", "\u2029", "\v")),
    CellKind("invisible character", ("cell-control",), _is_text, _inserted("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e", "\u2064")),
    CellKind("direction of writing turned", ("cell-control",), _is_text, _inserted("\u202e", "\u200f", "\u2066", "\u2067", "\u2069", "\u061c")),
    CellKind("replacement character", ("cell-control",), _is_free, _inserted("\ufffd")),
    CellKind("leading space", ("cell-space",), lambda metadata: True, _around(" {}")),
    CellKind("trailing space", ("cell-space",), lambda metadata: True, _around("{} ", "{}  ")),
    CellKind("double space", ("cell-space",), _is_text, lambda cell, metadata: [cell.replace(" ", "  ", 1)] if " " in cell else []),
    CellKind("unusual space", ("cell-space",), _is_text, _inserted("\u00a0", "\u202f", "\u3000", "\u2009")),
    CellKind("not in normal form C", ("cell-unicode",), _is_text, _inserted("e\u0301", "\u212b", "o\u0308")),
    CellKind("word for missing", ("cell-missing-word",), _is_free,
             _words("NA", "N/A", "n/a", "NULL", "null", "NaN", "None", "-", "--", "?", "nil", "#N/A", "<NA>", "n.a."), filled=False),
    CellKind("error of a spreadsheet", ("cell-missing-word",), _is_text, _words("#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!"), filled=False),
    CellKind("empty item of a list", ("pattern", "cell-list"), _type("list"), _around("{}|", "|{}", "{}||{}")),
    CellKind("other separator of a list", ("pattern",), lambda metadata: metadata["type"] == "list" and "pattern" in metadata,
             _around("{};{}", "{},{}", "{} | {}", "{} and {}")),
)


def _columns(kind: CellKind, package: Package) -> list[tuple[str, str, Metadata]]:
    return [(table, column, metadata) for table in package.tables for column, metadata in schema.columns(table).items() if kind.applies(metadata)]


def _mutants(kind: CellKind) -> Callable[[Package, Random], Iterator[Mutant]]:
    """Mutants of every column once, in random order of columns, then again with other rows and other ways."""
    def mutants(package: Package, rng: Random) -> Iterator[Mutant]:
        columns = _columns(kind, package)
        for _ in range(3):
            rng.shuffle(columns)
            for table, column, metadata in columns:
                rows = package.rows(table)
                positions = [position for position in package.positions(table) if rows[position][column] or not kind.filled]
                if not positions:
                    continue
                position = rng.choice(positions)
                ways = [way for way in kind.spoil(rows[position][column], metadata) if way != rows[position][column]]
                if not ways:
                    continue
                way = rng.choice(ways)
                key = schema.row_key(table, {**rows[position], column: way})
                yield Mutant(kind.name, f"{table} {package.tables[table].key(position)} {column}: {rows[position][column]!r} becomes {way!r}",
                             (Edit(table, {position: {column: way}}),), (Cell(table, key, column),))
    return mutants


KINDS = tuple(Kind(kind.name, kind.rules, _mutants(kind)) for kind in CELL_KINDS)
