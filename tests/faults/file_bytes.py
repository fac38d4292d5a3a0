"""Faults of whole files and lines: encoding, line ends, headers, lengths of rows, quotes, order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from bone_nutrition import schema

from .mutants import Cell, Edit, Kind, Line, Mutant
from .packages import Package, Table

WHOLE = None


class Broken(NamedTuple):
    """New bytes, and the number of the line where they are wrong (None: the file as a whole)."""

    content: bytes
    line: int | None


Break = Callable[[Table, Random], Broken | None]


def _a_line(table: Table, rng: Random) -> int:
    """Index of a line of a row; the header has index 0."""
    return rng.randrange(1, len(table.lines) + 1)


def _with_line(change: Callable[[bytes, Random], bytes]) -> Break:
    def broken(table: Table, rng: Random) -> Broken:
        lines = table.content.splitlines(keepends=True)
        at = _a_line(table, rng)
        lines[at] = change(lines[at], rng)
        return Broken(b"".join(lines), at + 1)
    return broken


def _with_all(change: Callable[[bytes], bytes], line: int | None = WHOLE) -> Break:
    return lambda table, rng: Broken(change(table.content), line)


def _with_header(change: Callable[[list[bytes], Random], list[bytes]]) -> Break:
    def broken(table: Table, rng: Random) -> Broken:
        header, _, rest = table.content.partition(b"\n")
        return Broken(b",".join(change(header.split(b","), rng)) + b"\n" + rest, 1)
    return broken


def _foreign_byte(line: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(line) - 1)
    return line[:at] + rng.choice((b"\xe9", b"\xb5", b"\xff", b"\x92", b"\xc3(")) + line[at:]


def _blank_row(table: Table, rng: Random) -> Broken:
    lines = table.content.splitlines(keepends=True)
    at = rng.choice((_a_line(table, rng), len(lines)))
    return Broken(b"".join([*lines[:at], b"\n", *lines[at:]]), at + 1)


def _cut_in_row(table: Table, rng: Random) -> Broken:
    at = _a_line(table, rng)
    lines = table.content.splitlines(keepends=True)
    return Broken(b"".join(lines[:at]) + lines[at][: rng.randrange(1, len(lines[at]))], at + 1)


def _swapped_rows(table: Table, rng: Random) -> Broken | None:
    if len(table.lines) < 2:
        return None
    lines = table.content.splitlines(keepends=True)
    at = rng.randrange(1, len(lines) - 1)
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    return Broken(b"".join(lines), at + 2)


def _row_moved(table: Table, rng: Random) -> Broken | None:
    if len(table.lines) < 3:
        return None
    lines = table.content.splitlines(keepends=True)
    return Broken(b"".join([lines[0], *lines[2:], lines[1]]), len(lines))


def _without_column(header: list[bytes], rng: Random) -> list[bytes]:
    at = rng.randrange(len(header))
    return header[:at] + header[at + 1:]


def _reordered(header: list[bytes], rng: Random) -> list[bytes]:
    at = rng.randrange(len(header) - 1)
    return [*header[:at], header[at + 1], header[at], *header[at + 2:]]


def _renamed(header: list[bytes], rng: Random) -> list[bytes]:
    at = rng.randrange(len(header))
    return [*header[:at], rng.choice((header[at].upper(), header[at] + b" ", b"renamed", b"")), *header[at + 1:]]


def _repeated(header: list[bytes], rng: Random) -> list[bytes]:
    return [*header[:-1], header[0]]


def _stray_quote(line: bytes, rng: Random) -> bytes:
    """A quote inside a cell that is not quoted."""
    return line[:1] + b'"' + line[1:]


BYTE_KINDS: tuple[tuple[str, tuple[str, ...], Break], ...] = (
    ("byte of another encoding", ("file-encoding",), _with_line(_foreign_byte)),
    ("whole file in UTF-16", ("file-encoding",), _with_all(lambda content: content.decode("utf-8").encode("utf-16"))),
    ("byte-order mark", ("file-bom",), _with_all(lambda content: b"\xef\xbb\xbf" + content, 1)),
    ("CRLF everywhere", ("file-line-ends",), _with_all(lambda content: content.replace(b"\n", b"\r\n"), 1)),
    ("CRLF in one line", ("file-line-ends",), _with_line(lambda line, rng: line[:-1] + b"\r\n")),
    ("CR everywhere", ("file-line-ends",), _with_all(lambda content: content.replace(b"\n", b"\r"), 1)),
    ("CR in one line", ("file-line-ends",), _with_line(lambda line, rng: line[:-1] + b"\r")),
    ("blank row", ("row-blank",), _blank_row),
    ("row too short", ("row-length", "csv-syntax"), _with_line(lambda line, rng: line[:-1].rpartition(b",")[0] + b"\n")),
    ("row too long", ("row-length",), _with_line(lambda line, rng: line[:-1] + rng.choice((b",\n", b",x\n", b",,\n")))),
    ("two rows in one line", ("row-length",), _with_line(lambda line, rng: line[:-1] + b"," + line)),
    ("file cut within a row", ("file-truncated", "csv-syntax"), _cut_in_row),
    ("last line end missing", ("file-truncated",), lambda table, rng: Broken(table.content[:-1], len(table.lines) + 1)),
    ("neighbouring rows swapped", ("row-order",), _swapped_rows),
    ("first row moved to the end", ("row-order",), _row_moved),
    ("header lacks a column", ("header",), _with_header(_without_column)),
    ("header has one column more", ("header",), _with_header(lambda header, rng: [*header, b"extra"])),
    ("column renamed", ("header",), _with_header(_renamed)),
    ("columns in another order", ("header",), _with_header(_reordered)),
    ("column twice", ("header",), _with_header(_repeated)),
    ("header missing", ("header",), _with_all(lambda content: content.partition(b"\n")[2], 1)),
    ("other delimiter", ("header",), _with_all(lambda content: content.replace(b",", b";"), 1)),
    ("header only", ("table-empty",), _with_all(lambda content: content.partition(b"\n")[0] + b"\n")),
    ("empty file", ("file-empty",), _with_all(lambda content: b"")),
    ("quote never closed", ("csv-syntax",), _with_line(lambda line, rng: b'"' + line)),
    ("text after a closing quote", ("csv-syntax",), _with_line(lambda line, rng: b'"x"y' + line)),
    ("quote within an unquoted cell", ("csv-syntax",), _with_line(_stray_quote)),
)


def _applicable(name: str, table: Table) -> bool:
    if name == "quote within an unquoted cell":
        return all(not line.startswith(b'"') for line in table.lines)
    # A file of one column more often than not still reads; a table of this package has several.
    return len(schema.columns(table.name)) > 1


def _mutants(name: str, change: Break) -> Callable[[Package, Random], Iterator[Mutant]]:
    def mutants(package: Package, rng: Random) -> Iterator[Mutant]:
        names = list(package.tables)
        for _ in range(2):
            rng.shuffle(names)
            for table in names:
                broken = change(package.tables[table], rng) if _applicable(name, package.tables[table]) else None
                if broken is None or broken.content == package.tables[table].content:
                    continue
                file = f"data/{table}.csv"
                content = broken.content
                where = "" if broken.line is None else f" line {broken.line}"
                # A quote that is not closed, also one whose cell was cut, shows where the next one opens or at the end of the file.
                related = (Line(file),) if name in ("quote never closed", "row too short") else ()
                yield Mutant(name, f"{file}{where}: {name}", (Edit(table, content=lambda _, content=content: content),),
                             (Line(file, broken.line),), related)
    return mutants


def _cut_at_row_end(package: Package, rng: Random) -> Iterator[Mutant]:
    """Cut where a row ends and signed anew: the rest is a whole file. Rows that others name are missed."""
    names = list(package.tables)
    rng.shuffle(names)
    for table in names:
        found = package.tables[table]
        if len(found.lines) > 1:
            at = rng.randrange(len(found.lines) - min(3, len(found.lines) - 1), len(found.lines))
            gone = tuple(Cell(table, found.key(position), schema.primary_key(table)[0]) for position in range(at, len(found.lines)))
            yield Mutant("file cut at the end of a row", f"data/{table}.csv: cut after row {at} and signed anew",
                         (Edit(table, delete=frozenset(range(at, len(found.lines)))),), gone)


KINDS = tuple(Kind(name, rules, _mutants(name, change)) for name, rules, change in BYTE_KINDS)
PLAUSIBLE = (Kind("file cut at the end of a row, signed anew", (), _cut_at_row_end,
                  "rules only where other rows need what is gone; else the comparison with the last release, which lists rows removed"),)
