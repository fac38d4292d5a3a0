"""Broken packages before four judges: the validator, frictionless, the shipped SQLite's constraints, and constraints that DuckDB gets from the descriptor.

The validator finds each. Where another judge does not, the table says why; where it begins to, the table is to be corrected.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb
import frictionless
import pytest
from bone_nutrition import schema
from bone_nutrition.export import sqlite
from bone_nutrition.files import csv_bytes
from bone_nutrition.validation import validate
from folders import sign

from .packages import Package, excerpt
from .running import write

TABLES = ("nutrients", "entities", "foods", "food_sources", "derivations", "citations", "reference_intakes", "exceptions", "gaps")
Break = Callable[[list[dict[str, str]]], object]


def found_by_validator(folder: Path) -> bool:
    return not validate(folder).ok


def found_by_frictionless(folder: Path) -> bool:
    return not frictionless.Package(str(folder / "datapackage.json")).validate().valid


def found_by_sqlite(folder: Path) -> bool:
    """The package's own exporter, into tables with the package's own constraints."""
    with tempfile.TemporaryDirectory() as target:
        try:
            sqlite.write(folder, _rows(folder), Path(target))
        except (sqlite3.Error, ValueError, LookupError):
            return True
    return False


def found_by_duckdb(folder: Path) -> bool:
    """Constraints written from the descriptor alone, in a database that reads and converts the files itself."""
    resources = {resource["name"]: resource for resource in json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]}
    with duckdb.connect() as database:
        try:
            for table in _targets_first(resources):
                database.execute(_create_table(resources[table]))
                read = f"read_csv('{folder / resources[table]['path']}', all_varchar=true, header=true, delim=',', quote='\"')"
                database.execute(f'INSERT INTO "{table}" SELECT {_converted(resources[table])} FROM {read}')
        except duckdb.Error:
            return True
    return False


SQL_TYPES = {"number": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN", "date": "DATE"}
BOUNDS = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<"}


def _create_table(resource: dict) -> str:
    declared = resource["schema"]
    lines = [_column(field) for field in declared["fields"]]
    lines.append(f"PRIMARY KEY ({_names(declared['primaryKey'])})")
    lines += [f"UNIQUE ({_names(key)})" for key in declared.get("uniqueKeys", [])]
    lines += [f'FOREIGN KEY ({_names(key["fields"])}) REFERENCES "{key["reference"]["resource"]}" ({_names(key["reference"]["fields"])})'
              for key in declared.get("foreignKeys", []) if key["reference"]["resource"]]
    return f'CREATE TABLE "{resource["name"]}" ({", ".join(lines)})'


def _column(field: dict) -> str:
    name, stated = f'"{field["name"]}"', field["constraints"]
    parts = [name, SQL_TYPES.get(field["type"], "VARCHAR")]
    parts += ["NOT NULL"] * stated["required"] + ["UNIQUE"] * stated.get("unique", False)
    if "enum" in stated:
        values = ", ".join("'" + value.replace("'", "''") + "'" for value in stated["enum"])
        parts.append(f"CHECK ({name} IN ({values}))")
    if "pattern" in stated:
        pattern = stated["pattern"].replace("'", "''")
        parts.append(f"CHECK (regexp_matches({name}, '{pattern}'))")
    parts += [f"CHECK ({name} {sign} {stated[bound]})" for bound, sign in BOUNDS.items() if bound in stated]
    return " ".join(parts)


def _names(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _converted(resource: dict) -> str:
    """Columns by name; a flag is what the descriptor says is true or false, anything else is an error."""
    def cell(field: dict) -> str:
        if field["type"] != "boolean":
            return f'"{field["name"]}"'
        (true,), (false,) = field["trueValues"], field["falseValues"]
        name = f'"{field["name"]}"'
        return f"CASE WHEN {name} IS NULL THEN NULL WHEN {name} = '{true}' THEN true WHEN {name} = '{false}' THEN false ELSE error('no flag') END"
    return ", ".join(map(cell, resource["schema"]["fields"]))


def _targets_first(resources: dict[str, dict]) -> list[str]:
    ordered: list[str] = []
    while waiting := [table for table in resources if table not in ordered]:
        ordered += [table for table in waiting if all(key["reference"]["resource"] in (*ordered, "")
                                                      for key in resources[table]["schema"].get("foreignKeys", []))]
    return ordered


def _rows(folder: Path) -> dict[str, int]:
    return {resource["name"]: resource["rows"] for resource in json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]}


JUDGES = {"validator": found_by_validator, "frictionless": found_by_frictionless, "SQLite": found_by_sqlite, "DuckDB": found_by_duckdb}


@dataclass(frozen=True)
class Case:
    """One fault: rows or bytes of one table changed; which judges pass it, and why."""

    name: str
    table: str
    rows: Break | None = None
    content: Callable[[bytes], bytes] | None = None
    passed_by: tuple[str, ...] = ()
    because: str = ""
    signed: bool = True


class First(NamedTuple):
    """A change of the first row in which a column holds something."""

    column: str
    value: str

    def __call__(self, rows: list[dict[str, str]]) -> None:
        next(row for row in rows if row[self.column])[self.column] = self.value


def repeat_first(rows: list[dict[str, str]]) -> None:
    rows.insert(1, dict(rows[0]))


def repeat_ndb_number(rows: list[dict[str, str]]) -> None:
    rows[1]["ndb_number"] = rows[0]["ndb_number"]


def repeat_group(rows: list[dict[str, str]]) -> None:
    rows.insert(1, {**rows[0], "intake_id": rows[0]["intake_id"] + "-again"})


def reverse(rows: list[dict[str, str]]) -> None:
    rows.reverse()


def two_preferred(rows: list[dict[str, str]]) -> None:
    next(row for row in rows if row["is_preferred"] == "false")["is_preferred"] = "true"


DATABASES = ("SQLite", "DuckDB")
OTHERS = ("frictionless", *DATABASES)
FILE_BY_CELLS = "a database has rows, not bytes: what reads as the same cells is the same"
RULES_ARE_OURS = "rules across rows and tables have no word in Table Schema, and are no constraint of these tables"

CASES = (
    Case("required cell empty", "foods", rows=First("name", "")),
    Case("text in a number", "food_sources", rows=First("amount", "about 5")),
    Case("exponent in a number", "food_sources", rows=First("data_points", "1e1"), passed_by=("DuckDB",), because="DuckDB casts 1e1 to 10"),
    Case("decimal in an integer", "food_sources", rows=First("data_points", "2.5"), passed_by=("DuckDB",),
         because="DuckDB rounds when it casts text to an integer"),
    Case("number with an exponent", "food_sources", rows=First("amount_min", "1e-1"), passed_by=OTHERS,
         because="a number for all of them; only the package wants it as printed"),
    Case("yes for true", "foods", rows=First("fortified", "yes"), passed_by=("SQLite",),
         because="the SQLite exporter reads what is not true as false"),
    Case("impossible date", "citations", rows=First("verified_on", "2026-02-30"), passed_by=("SQLite",), because="dates are TEXT there"),
    Case("unknown value of an enumeration", "foods", rows=First("preparation", "burnt")),
    Case("enumeration in capitals", "food_sources", rows=First("value_status", "Measured")),
    Case("pattern broken", "foods", rows=First("ndb_number", "1123x"), passed_by=("SQLite",), because="patterns are not among its constraints"),
    Case("minimum crossed", "food_sources", rows=First("amount", "-0.1")),
    Case("maximum crossed", "foods", rows=First("serving_g", "2001")),
    Case("primary key twice", "foods", rows=repeat_first),
    Case("unique value twice", "foods", rows=repeat_ndb_number),
    Case("unique together broken", "reference_intakes", rows=repeat_group, passed_by=OTHERS,
         because="frictionless reads uniqueKeys and does not enforce them; for SQL no two empty cells are equal: no such key there"),
    Case("dangling key", "foods", rows=First("food_group_id", "no-such-group")),
    Case("dangling key within a table", "nutrients", rows=First("parent_id", "no-such-nutrient"), passed_by=("DuckDB",),
         because="DuckDB checks a key row by row, so that keys to the same table are left out there"),
    Case("key of a wrong type", "foods", rows=First("food_group_id", "calcium"), passed_by=OTHERS,
         because="a key of entities it is; only the package knows of types"),
    Case("row too short", "foods", content=lambda content: content[:-1].rpartition(b",")[0] + b"\n"),
    Case("row too long", "foods", content=lambda content: content[:-1] + b",x\n"),
    Case("blank row", "foods", content=lambda content: content + b"\n", passed_by=("DuckDB",), because=FILE_BY_CELLS),
    Case("byte of another encoding", "foods", content=lambda content: content.replace(b"Natto", b"Natt\xf6")),
    Case("byte-order mark", "foods", content=lambda content: b"\xef\xbb\xbf" + content, passed_by=("frictionless", "DuckDB"),
         because="both pass over the mark"),
    Case("CRLF", "foods", content=lambda content: content.replace(b"\n", b"\r\n"), passed_by=OTHERS, because=FILE_BY_CELLS),
    Case("header renamed", "foods", content=lambda content: content.replace(b"food_id", b"food", 1)),
    Case("rows unsorted", "foods", rows=reverse, passed_by=OTHERS, because="order means nothing to them"),
    Case("trailing space", "foods", rows=First("name", "Natto "), passed_by=OTHERS, because="text is text"),
    Case("formula", "foods", rows=First("name", "=1+1"), passed_by=OTHERS, because="text is text"),
    Case("unit not the nutrient's", "food_sources", rows=First("unit", "kcal"), passed_by=OTHERS, because=RULES_ARE_OURS),
    Case("two values preferred", "food_sources", rows=two_preferred, passed_by=OTHERS, because=RULES_ARE_OURS),
    Case("table cut and not signed", "food_sources", content=lambda content: b"".join(content.splitlines(keepends=True)[:40]), signed=False,
         passed_by=DATABASES,
         because="a database does not read the descriptor's hash"),
)


@pytest.fixture(scope="module")
def cut(package: Path) -> Package:
    """A package small enough that frictionless is quick: of the intakes only a few groups."""
    whole = Package.read(package)
    rows = {table: whole.rows(table) for table in TABLES}
    rows["reference_intakes"] = [row for row in rows["reference_intakes"] if row["nutrient_id"] == "magnesium"
                                 and row["authority"] in ("efsa", "nasem")]
    return excerpt(Package.of(rows), TABLES)


@pytest.fixture(scope="module")
def whole(cut: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(cut, tmp_path_factory.mktemp("whole") / "package")


def broken(case: Case, cut: Package, whole: Path, folder: Path) -> Path:
    """A copy of the package with the fault in it, the descriptor signed anew."""
    shutil.copytree(whole, folder)
    path = folder / "data" / f"{case.table}.csv"
    if case.rows:
        rows = [dict(row) for row in cut.rows(case.table)]
        case.rows(rows)
        path.write_bytes(csv_bytes(list(schema.columns(case.table)), rows))
    if case.content:
        path.write_bytes(case.content(path.read_bytes()))
    assert path.read_bytes() != cut.tables[case.table].content
    if case.signed:
        sign(folder, case.table)
    return folder


def test_no_judge_finds_fault_with_the_whole_package(whole):
    assert [name for name, found in JUDGES.items() if found(whole)] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_judges_agree_or_the_table_says_why(case, cut, whole, tmp_path):
    folder = broken(case, cut, whole, tmp_path / "broken")
    assert {name for name, found in JUDGES.items() if not found(folder)} == set(case.passed_by)
    assert bool(case.because) == bool(case.passed_by)
    assert "validator" not in case.passed_by
