"""What holds for any input: of the loader, the strict reader, the importer, the comparison, and the helpers for units and ages."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import PurePosixPath, PureWindowsPath

import pandas as pd
import pytest
from bone_nutrition import archives, comparison, loading, person
from bone_nutrition.cell_checks import NUMBER
from bone_nutrition.comparison import Package, compare
from bone_nutrition.derive import fdc
from bone_nutrition.files import csv_bytes, read_rows
from bone_nutrition.precision import half_unit
from bone_nutrition.reading import read_table
from bone_nutrition.versions import after, version_parts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_import_fdc import COLUMNS, ID, Case, csv_text

EACH = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEW = settings(EACH, max_examples=12)
SLUGS = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
# What a cell may hold: any text but surrogates, which UTF-8 has not, and controls.
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
PRINTED = st.from_regex(re.compile(NUMBER, re.ASCII), fullmatch=True)


# Plain rows and the loader


@EACH
@given(st.lists(st.fixed_dictionaries({"a": TEXT, "b,\"c": TEXT}), max_size=8))
def test_rows_come_back_as_they_were_written(tmp_path, rows):
    path = tmp_path / "rows.csv"
    path.write_bytes(csv_bytes(["a", "b,\"c"], rows))
    assert read_rows(path) == rows
    assert csv_bytes(["a", "b,\"c"], read_rows(path)) == path.read_bytes()


FIELDS = [{"name": "text", "type": "string"}, {"name": "number", "type": "number"}, {"name": "count", "type": "integer"}, {"name": "flag", "type": "boolean"},
          {"name": "day", "type": "date"}, {"name": "items", "type": "list", "delimiter": "|"},
          {"name": "choice", "type": "string", "categories": [{"value": "one"}, {"value": "NA"}]}]
CELLS = st.fixed_dictionaries({
    "text": TEXT.map(lambda text: text.strip()), "number": st.just("") | PRINTED, "count": st.just("") | st.integers(-10**12, 10**12).map(str),
    "flag": st.sampled_from(["", "true", "false"]), "day": st.just("") | st.dates().map(str), "items": st.lists(SLUGS, max_size=3).map("|".join),
    "choice": st.sampled_from(["", "one", "NA"])})


@EACH
@given(st.lists(CELLS, min_size=1, max_size=6))
def test_a_frame_holds_the_cells_of_the_file_by_their_type(tmp_path, rows):
    columns = [field["name"] for field in FIELDS]
    (tmp_path / "table.csv").write_bytes(csv_bytes(columns, rows))
    (tmp_path / "datapackage.json").write_text(json.dumps({"version": "1.0.0", "resources": [{"name": "table", "path": "table.csv", "schema": {"fields": FIELDS}}]}))
    loaded = loading.Package(tmp_path, restore="none")
    frame, plain = loaded.load("table", verify=False), list(loaded.rows("table", verify=False))
    assert plain == rows
    for column, read in (("text", str), ("number", float), ("count", int), ("flag", lambda cell: cell == "true"), ("choice", str),
                         ("day", pd.Timestamp)):
        assert [None if pd.isna(cell) else cell for cell in frame[column].tolist()] == [read(row[column]) if row[column] else None for row in rows], column
    assert frame["items"].tolist() == [row["items"].split("|") if row["items"] else [] for row in rows]


# The strict reader


@EACH
@given(st.binary(max_size=120) | TEXT.map(str.encode) | st.lists(st.sampled_from([b",", b'"', b"\n", b"\r", b"a", b"\xff", b"=", b" "]), max_size=40).map(b"".join))
def test_no_bytes_make_the_reader_fail(tmp_path, content):
    path = tmp_path / "derivations.csv"
    path.write_bytes(b"derivation_code,description,value_status\n" + content)
    data, faults = read_table(path, "derivations", "data/derivations.csv")
    assert data is not None or faults
    assert all(fault.file == "data/derivations.csv" and fault.reason and fault.mend for fault in faults)


@EACH
@given(st.lists(st.tuples(SLUGS, TEXT, TEXT), min_size=1, max_size=6))
def test_the_reader_reads_what_the_standard_library_reads(tmp_path, cells):
    content = csv_text(["derivation_code", "description", "value_status"], cells).encode()
    path = tmp_path / "derivations.csv"
    path.write_bytes(content)
    data, _ = read_table(path, "derivations", "data/derivations.csv")
    (_, *expected) = csv.reader(io.StringIO(content.decode(), newline=""))
    assert data.text.fillna("").to_numpy().tolist() == expected


# The importer


@EACH
@given(st.decimals(allow_nan=False, allow_infinity=False, places=None, min_value=-10**9, max_value=10**9).map(lambda number: f"{number:.12E}")
       | st.from_regex(re.compile(r"-?\d{1,9}(\.\d{1,9})?(E[+-]?\d{1,2})?", re.ASCII), fullmatch=True))
def test_a_number_keeps_its_value_and_loses_its_exponent(text):
    plain = fdc.plain_number(text)
    assert Decimal(plain) == Decimal(text)
    assert re.fullmatch(r"-?\d+(\.\d+)?", plain)


@EACH
@given(TEXT.filter(lambda text: not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text)))
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="is not a number"):
        fdc.plain_number(text)


AMOUNTS = st.decimals(0, 1000, places=3, allow_nan=False).map(str)


@FEW
@given(st.dictionaries(st.tuples(st.sampled_from(["100", "200", "300"]), st.sampled_from(["1087", "1185", "2033", "1114"])), AMOUNTS, min_size=1, max_size=8))
def test_an_import_holds_the_amounts_of_the_release_and_touches_no_other_row(tmp_path_factory, amounts):
    case = Case(tmp_path_factory.mktemp("case"))
    rows = [[str(number), food, nutrient, amount, "", "1", "", "", "", "", ""] for number, ((food, nutrient), amount) in enumerate(amounts.items(), 1)]
    case.contents["food_nutrient.csv"] = csv_text(COLUMNS["food_nutrient.csv"], rows)
    case.write_zip()
    case.know_sum()
    members = {member.name: member for member in case.release.members}
    object.__setattr__(members["food_nutrient.csv"], "records", len(rows))
    object.__setattr__(members["food_nutrient.csv"], "bytes", len(case.contents["food_nutrient.csv"]))
    others = [row for row in read_rows(case.package / "data" / "food_sources.csv") if row["citation_id"] != ID]
    case.run()
    table = read_rows(case.package / "data" / "food_sources.csv")
    foods = {"100": "kale-raw", "200": "milk", "300": "salt"}
    nutrients = {"1087": "calcium", "1185": "phylloquinone", "2033": "fibre", "1114": "vitamin-d"}
    found = {(row["food_id"], row["nutrient_id"]): Decimal(row["amount"]) for row in table if row["citation_id"] == ID}
    assert found == {(foods[food], nutrients[nutrient]): Decimal(amount) for (food, nutrient), amount in amounts.items()}

    def kept(rows):
        return [{**row, "is_preferred": ""} for row in rows if row["citation_id"] != ID]
    assert kept(table) == kept(others)


# The comparison


def package(rows: dict[str, str]) -> Package:
    content = csv_bytes(["key", "value"], [{"key": key, "value": value} for key, value in sorted(rows.items())])
    fields = [{"name": name, "type": "string", "change": "value", "constraints": {"required": False}} for name in ("key", "value")]
    descriptor = {"name": "p", "version": "1.0.0", "resources": [{"name": "t", "path": "t.csv", "schema": {"fields": fields, "primaryKey": ["key"]}}]}
    return Package("p", descriptor, {"t.csv": content}.__getitem__)


TABLES = st.dictionaries(SLUGS, TEXT, min_size=1, max_size=8)


@EACH
@given(TABLES, TABLES)
def test_a_comparison_accounts_for_every_row(before, now):
    found = compare(package(before), package(now))
    (table,) = found.tables or [None]
    added, removed = sorted(now.keys() - before.keys()), sorted(before.keys() - now.keys())
    changed = sorted(key for key in before.keys() & now.keys() if before[key] != now[key])
    if not (added or removed or changed):
        assert table is None and found.weight == "none"
        return
    assert sorted(table.added.to_pylist()) == added
    assert sorted(table.removed.to_pylist()) == removed
    cells = {cell["row_id"]: (cell["old"] or "", cell["new"] or "") for column in table.columns for cell in column.cells.to_pylist()}
    assert cells == {key: (before[key], now[key]) for key in changed}
    assert found.weight == ("major" if removed else "minor")


@EACH
@given(TABLES, TABLES)
def test_what_one_way_adds_the_other_way_removes(before, now):
    there, back = compare(package(before), package(now)), compare(package(now), package(before))
    assert [sorted(table.added.to_pylist()) for table in there.tables] == [sorted(table.removed.to_pylist()) for table in back.tables]
    assert [table.rows_changed for table in there.tables] == [table.rows_changed for table in back.tables]


@EACH
@given(st.tuples(*[st.integers(0, 10**6)] * 3), st.sampled_from(["major", "minor", "patch"]))
def test_a_step_is_the_next_version_of_its_kind(parts, step):
    version = ".".join(map(str, parts))
    assert version_parts(version) == parts
    following = version_parts(after(version, step))
    assert following > parts
    assert following == {"major": (parts[0] + 1, 0, 0), "minor": (*parts[:1], parts[1] + 1, 0), "patch": (*parts[:2], parts[2] + 1)}[step]


@EACH
@given(st.text(st.sampled_from("0123456789.v- +٣"), max_size=8))
def test_a_version_is_three_plain_numbers_or_none(text):
    parts = version_parts(text)
    assert parts is None or ".".join(map(str, parts)) == text


# Units and ages


@EACH
@given(PRINTED)
def test_half_a_unit_of_the_last_printed_decimal(text):
    found = half_unit(text)
    assert found == pytest.approx(float(Decimal("0.5").scaleb(Decimal(text).as_tuple().exponent)))


def band(start: int, end: int | None, **cells: str) -> dict[str, str]:
    columns = {"nutrient_id": "calcium", "authority": "a", "value_type": "RDA", "sex": "any", "life_stage": "general", "superseded_by": "", "is_increment": "false",
               "unit": "mg", "per": "day", "basis": "total", "condition": "any", "value": str(start)}
    return {**columns, "age_min_months": str(start) if start else "", "age_max_months": "" if end is None else str(end), **cells}


@EACH
@given(st.sets(st.integers(1, person.OLDEST_YEARS * 12 - 1), max_size=6), st.integers(0, person.OLDEST_YEARS * 12))
def test_bands_without_hole_give_each_month_one_value(borders, month):
    starts = [0, *sorted(borders)]
    bands = [band(start, end) for start, end in zip(starts, [*starts[1:], None])]
    (found,) = person.applying(bands, "calcium", "female", month / 12, "general", None)
    assert found["total"] == str(max(start for start in starts if start <= month))


@EACH
@given(st.decimals(0, 5000, places=2, allow_nan=False), st.decimals(0, 5000, places=1, allow_nan=False))
def test_an_increment_is_added_to_the_last_digit(base, more):
    bands = [band(0, None, value=str(base)), band(0, None, value=str(more), life_stage="lactation", sex="female", is_increment="true")]
    (found,) = person.applying(bands, "calcium", "female", 30, "lactation", None)
    assert Decimal(found["total"]) == base + more


# Names in zips


@EACH
@given(st.lists(st.sampled_from(["..", ".", "a", "", "C:", "\\", "..\\", "b.csv"]), min_size=1, max_size=4).map("/".join))
def test_no_name_that_passes_leaves_the_folder_on_any_system(name):
    class Held:
        def namelist(self):
            return [name]
    try:
        archives.check_names(Held())
    except archives.UnsafeArchive:
        return
    for flavour in (PurePosixPath, PureWindowsPath):
        path = flavour("/base/folder") / name
        assert ".." not in path.parts and path.parts[:3] == flavour("/base/folder").parts


def test_the_weights_of_the_comparison_are_ordered():
    assert comparison.WEIGHTS.index("major") == max(map(comparison.WEIGHTS.index, comparison.WEIGHT.values()))
