"""The workbook, read with openpyxl and pandas as a spreadsheet would."""

from __future__ import annotations

import datetime
import json
import time

import openpyxl
import pandas as pd
import pytest
from bone_nutrition import schema
from bone_nutrition.export import workbook
from bone_nutrition.files import read_rows

TABLES = ("nutrients", "foods", "derivations", "citations")


@pytest.fixture(scope="module")
def published(package):
    rows = {resource["name"]: resource["rows"] for resource in json.loads((package / "datapackage.json").read_text(encoding="utf-8"))["resources"]}
    return {table: rows[table] for table in TABLES}


@pytest.fixture(scope="module")
def path(package, published, tmp_path_factory):
    return workbook.write(package, published, tmp_path_factory.mktemp("workbook"))


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


def test_one_sheet_a_table_after_the_readme(book):
    assert book.sheetnames == ["README", *TABLES]


@pytest.mark.parametrize("table", TABLES)
def test_every_cell_is_that_of_the_csv(book, package, table):
    sheet = book[table]
    types = {name: metadata["type"] for name, metadata in schema.columns(table).items()}
    assert [cell.value for cell in sheet[1]] == list(types)
    assert sheet.freeze_panes == "A2"
    rows = read_rows(package / "data" / f"{table}.csv")
    assert sheet.max_row == len(rows) + 1
    for row, cells in zip(rows, sheet.iter_rows(min_row=2, values_only=True)):
        assert list(cells) == [_expected(row[name], type_) for name, type_ in types.items()]


def test_text_that_looks_like_a_number_stays_text(path):
    # 09001 is the NDB number of acerola, NA the INFOODS tagname of sodium.
    foods = pd.read_excel(path, sheet_name="foods", keep_default_na=False)
    assert foods.set_index("food_id").loc["acerola-cherries-raw", "ndb_number"] == "09001"
    nutrients = pd.read_excel(path, sheet_name="nutrients", keep_default_na=False)
    assert nutrients.set_index("nutrient_id").loc["sodium", "infoods_tagname"] == "NA"


def test_the_readme_says_what_each_column_means(book):
    lines = list(book["README"].iter_rows(values_only=True))
    described = {(line[0], line[1]): line for line in lines[5:]}
    assert list(described) == [(table, name) for table in TABLES for name in schema.columns(table)]
    assert described["foods", "serving_g"][3:6] == ("Mass of that portion.", "number", "g")
    assert "raw: " in described["foods", "preparation"][9]


def test_a_cell_that_looks_like_a_formula_is_text(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "derivations.csv").write_text(_one_derivation("=1+1 µg"), encoding="utf-8")
    sheet = openpyxl.load_workbook(workbook.write(tmp_path, {"derivations": 1}, tmp_path))["derivations"]
    cell = sheet.cell(2, 2)
    assert (cell.value, cell.data_type) == ("=1+1 µg", "s")


def test_a_table_or_cell_too_large_for_a_sheet_is_refused(package, tmp_path):
    with pytest.raises(ValueError, match="foods: more rows than the 1,048,576 of a sheet"):
        workbook.write(package, {"foods": 1_048_576}, tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "derivations.csv").write_text(_one_derivation("x" * 32_768), encoding="utf-8")
    with pytest.raises(ValueError, match="sheet derivations, line 2: a cell of 32,768 characters"):
        workbook.write(tmp_path, {"derivations": 1}, tmp_path)


def test_two_writes_give_the_same_bytes(package, tmp_path):
    contents = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        contents.append(workbook.write(package, {"nutrients": 1}, tmp_path / name).read_bytes())
        # The clock of a zip archive counts in steps of two seconds.
        time.sleep(2.1 * (name == "a"))
    assert contents[0] == contents[1]


def _expected(cell, type_):
    if cell == "":
        return None
    if type_ in ("number", "integer"):
        return float(cell)
    if type_ == "boolean":
        return cell == "true"
    return datetime.datetime.fromisoformat(cell) if type_ == "date" else cell


def _one_derivation(text):
    columns = list(schema.columns("derivations"))
    return ",".join(columns) + "\n" + ",".join(["x", text, *[""] * (len(columns) - 2)]) + "\n"
