"""The loader: what `import bone_nutrition` gives, and how it fails."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import bone_nutrition
import pandas as pd
import pytest
from bone_nutrition import citing
from bone_nutrition.models import citations

TABLES = bone_nutrition.tables()
each_table = pytest.mark.parametrize("table", TABLES)


def fields(table: str) -> dict[str, dict]:
    return {field["name"]: field for field in bone_nutrition.describe(table)["schema"]["fields"]}


@pytest.fixture(scope="module")
def frames():
    return {table: bone_nutrition.load(table) for table in TABLES}


def python(program: str, root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter that imports the package from the checkout ``root``."""
    return subprocess.run([sys.executable, *options, "-c", program], cwd="/", env=os.environ | {"PYTHONPATH": str(root / "schemas")}, capture_output=True, text=True)


# Tables, paths, rows


def test_tables_are_the_files_of_the_data_folder(package):
    assert sorted(TABLES) == sorted(path.stem for path in (package / "data").glob("*.csv"))


@each_table
def test_a_path_is_the_file_of_the_table(package, table):
    assert bone_nutrition.path(table) == package / "data" / f"{table}.csv"


def test_rows_are_text_in_file_order_with_empty_missing_cells():
    sodium = next(row for row in bone_nutrition.rows("nutrients") if row["nutrient_id"] == "sodium")
    assert sodium["infoods_tagname"] == "NA"
    assert all(type(cell) is str for cell in sodium.values())
    ids = [row["food_id"] for row in bone_nutrition.rows("foods")]
    assert ids == sorted(ids)
    assert any(row["serving_g"] == "" for row in bone_nutrition.rows("foods"))


@pytest.mark.parametrize("function", [bone_nutrition.path, bone_nutrition.rows, bone_nutrition.load, bone_nutrition.describe])
@pytest.mark.parametrize("name", ["food", "", "../foods", "foods.csv", "Foods"])
def test_an_unknown_table_is_a_key_error_that_names_the_tables(function, name):
    with pytest.raises(KeyError, match="the tables are nutrients, .*foods"):
        function(name)


# Frames


@each_table
def test_a_frame_has_the_declared_types(frames, table):
    kinds = {"string": "str", "number": "Float64", "integer": "Int64", "boolean": "boolean", "list": "object", "date": "datetime64[s]"}
    for name, field in fields(table).items():
        expected = "category" if "categories" in field else kinds[field["type"]]
        assert str(frames[table][name].dtype) == expected, name


READ = {"string": str, "number": float, "integer": int, "boolean": {"true": True, "false": False}.__getitem__, "date": date.fromisoformat}


@each_table
def test_every_cell_of_a_frame_is_the_cell_of_the_file(frames, table):
    rows = list(bone_nutrition.rows(table))
    frame = frames[table]
    assert len(frame) == len(rows)
    assert list(frame) == list(rows[0])
    for name, field in fields(table).items():
        cells = [row[name] for row in rows]
        if field["type"] == "list":
            assert frame[name].tolist() == [cell.split("|") if cell else [] for cell in cells], name
            continue
        assert frame[name].isna().tolist() == [cell == "" for cell in cells], name
        values = frame[name].dropna()
        if field["type"] == "date":
            values = values.dt.date
        assert values.tolist() == [READ[field["type"]](cell) for cell in cells if cell], name


@each_table
def test_categories_are_all_declared_values_in_declared_order(frames, table):
    for name, field in fields(table).items():
        if "categories" in field:
            assert frames[table][name].cat.categories.tolist() == [category["value"] for category in field["categories"]], name


def test_a_tagname_that_spells_na_is_text(frames):
    nutrients = frames["nutrients"].set_index("nutrient_id")
    assert nutrients.loc["sodium", "infoods_tagname"] == "NA"


def test_lists_flags_numbers_and_dates_of_known_rows(frames):
    foods = frames["foods"].set_index("food_id")
    assert foods.loc["acerola-cherries-raw", "synonyms"] == ["West Indian cherry"]
    assert foods.loc["acorn-squash-raw", "synonyms"] == []
    values = frames["food_sources"].set_index(["food_id", "nutrient_id", "citation_id"])
    calcium = values.loc[("acerola-cherries-raw", "calcium", "usda-sr-legacy-2018")]
    assert (calcium["amount"], calcium["unit"], calcium["data_points"], calcium["is_preferred"]) == (12.0, "mg", 0, True)
    assert calcium["read_on"] is pd.NaT
    conversions = frames["conversions"].set_index("conversion_id")
    assert conversions.loc["alpha-tocopherol-natural-iu-to-mg", "read_on"] == pd.Timestamp("2026-11-24")


def test_a_frame_says_what_it_is(frames):
    assert frames["foods"].attrs == {"table": "foods", "version": bone_nutrition.describe()["version"]}


def test_a_changed_frame_does_not_change_the_next_one():
    first = bone_nutrition.load("derivations")
    first.loc[0, "description"] = "changed"
    assert bone_nutrition.load("derivations").loc[0, "description"] != "changed"


def test_a_changed_description_does_not_change_the_next_one():
    bone_nutrition.describe("foods")["schema"]["fields"].clear()
    bone_nutrition.describe()["resources"].clear()
    assert "food_id" in fields("foods")


def test_describe_tells_units_keys_and_meaning():
    foods = bone_nutrition.describe("foods")
    assert foods["schema"]["primaryKey"] == ["food_id"]
    assert fields("foods")["serving_g"]["unit"] == "g"
    assert bone_nutrition.describe()["name"] == "bone-nutrition"


# What is missing or changed


def test_importing_needs_nothing_but_the_standard_library(package):
    program = ("import sys; before = set(sys.modules); import bone_nutrition; new = set(sys.modules) - before;"
               "print(sorted({name.partition('.')[0] for name in new} - set(sys.stdlib_module_names)));"
               "print(sorted({'hashlib', 'asyncio', 'importlib.metadata', 'tomllib', 'urllib.request', 'subprocess'} & new))")
    done = python(program, package)
    assert done.stdout.splitlines() == ["['bone_nutrition']", "[]"], done.stderr


def test_plain_rows_need_nothing_but_the_standard_library(package):
    program = ("import sys; before = set(sys.modules); import bone_nutrition; bone_nutrition.cite(); next(bone_nutrition.rows('foods'));"
               "print({name.partition('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names))")
    assert python(program, package).stdout.strip() == "{'bone_nutrition'}"


def test_without_pandas_load_names_the_command_and_rows_still_work(package):
    program = ("import sys; sys.modules['pandas'] = None; import bone_nutrition; print(sum(1 for _ in bone_nutrition.rows('derivations')))\n"
               "try: bone_nutrition.load('foods')\nexcept ImportError as error: print(error)")
    count, message = python(program, package).stdout.splitlines()
    assert int(count) > 50
    assert message == "load() needs pandas: pip install 'bone-nutrition[pandas]'"


USE = "import bone_nutrition; print(sum(1 for _ in bone_nutrition.rows('foods')), len(bone_nutrition.load('foods')))"


def test_a_changed_byte_is_a_warning_in_a_checkout(repository):
    path = repository / "data" / "foods.csv"
    path.write_bytes(path.read_bytes().replace(b"natto,Natto", b"natto,Notto"))
    done = python(USE, repository)
    assert done.returncode == 0
    assert done.stderr.count("UserWarning") == 1
    assert re.search(r"foods\.csv is not the table that datapackage\.json promises \(found sha256:\w{64}, expected sha256:\w{64}\): run make", done.stderr)


def test_the_warning_points_at_the_line_that_reads_the_table(repository, tmp_path):
    path = repository / "data" / "foods.csv"
    path.write_bytes(path.read_bytes().replace(b"natto,Natto", b"natto,Notto"))
    for call in ("rows", "load"):
        script = tmp_path / f"{call}.py"
        script.write_text(f"import bone_nutrition\nbone_nutrition.{call}('foods')\n")
        done = subprocess.run([sys.executable, script], env=os.environ | {"PYTHONPATH": str(repository / "schemas")}, capture_output=True, text=True)
        assert f"{call}.py:2: UserWarning" in done.stderr


def test_a_changed_byte_may_be_overlooked_on_request(repository):
    path = repository / "data" / "foods.csv"
    path.write_bytes(path.read_bytes().replace(b"natto,Natto", b"natto,Notto"))
    program = "import bone_nutrition; next(bone_nutrition.rows('foods', verify=False)); bone_nutrition.load('foods', verify=False)"
    done = python(program, repository, "-W", "error")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_sound_checkout_warns_of_nothing(repository):
    done = python(USE, repository, "-W", "error")
    assert (done.returncode, done.stderr) == (0, "")


def installed(repository: Path) -> Path:
    """Lay the package out as a wheel does: the data inside the importable folder."""
    for name in ("data", "datapackage.json"):
        (repository / name).rename(repository / "schemas" / "bone_nutrition" / name)
    return repository / "schemas" / "bone_nutrition"


@pytest.mark.parametrize("call", ["rows", "load"])
def test_a_changed_byte_is_an_error_in_an_installed_copy(repository, call):
    path = installed(repository) / "data" / "foods.csv"
    path.write_bytes(path.read_bytes().replace(b"natto,Natto", b"natto,Notto"))
    program = f"import bone_nutrition\nfor _ in 1, 2:\n  try: bone_nutrition.{call}('foods')\n  except bone_nutrition.IntegrityError as error: print(error)"
    done = python(program, repository)
    assert [bool(re.search(r"is not the table that datapackage\.json promises \(.*\): reinstall bone-nutrition$", line)) for line in done.stdout.splitlines()] == [True, True], done.stderr


def test_a_missing_table_file_names_what_to_do(repository):
    (repository / "data" / "foods.csv").unlink()
    done = python("import bone_nutrition\ntry: bone_nutrition.rows('foods')\nexcept FileNotFoundError as error: print(error)", repository)
    assert re.search(r"data/foods\.csv is missing: run make", done.stdout)


def test_a_missing_descriptor_names_what_to_do(repository):
    (repository / "datapackage.json").unlink()
    done = python("import bone_nutrition\ntry: bone_nutrition.tables()\nexcept FileNotFoundError as error: print(error)", repository)
    assert re.search(r"datapackage\.json is missing: run make", done.stdout)


def test_threads_read_what_one_thread_reads(repository):
    program = """
import bone_nutrition
from concurrent.futures import ThreadPoolExecutor
names = bone_nutrition.tables() * 6
with ThreadPoolExecutor(8) as pool:
    frames = list(pool.map(bone_nutrition.load, names))
    rows = list(pool.map(lambda name: list(bone_nutrition.rows(name)), names))
for name, frame, some in zip(names, frames, rows):
    assert frame.equals(bone_nutrition.load(name)), name
    assert some == list(bone_nutrition.rows(name)), name
print(len(frames))
"""
    done = python(program, repository, "-W", "error")
    assert done.stderr == ""
    assert int(done.stdout) >= 54


# Citations


WORK = {
    "citation_id": "doe-2020", "type": "journal-article", "title": "Does 5% of A & B_c help? {Yes}", "authors": "Doe JQ|van den Berg KS|World Health Organization",
    "year": "2020", "container": "Bone & Mineral", "volume": "12", "issue": "3", "pages": "45-67", "doi": "10.1000/a_b%c", "url": "", "pmid": "123", "pmcid": "",
    "publication_status": "no-notice-found",
}


@pytest.fixture
def cite(monkeypatch):
    def _cite(style: str, **changes: str) -> str:
        monkeypatch.setattr(bone_nutrition.Package, "_work", lambda *_: WORK | changes)
        return bone_nutrition.cite("doe-2020", style=style)
    return _cite


def test_a_work_as_text(cite):
    assert cite("text", title="Calcium.") == "Doe JQ, van den Berg KS, World Health Organization (2020). Calcium. Bone & Mineral 12(3):45-67. https://doi.org/10.1000/a_b%c"


def test_a_question_mark_ends_a_title(cite):
    assert "help? Bone & Mineral" in cite("text", title="Does it help?")


def test_a_work_without_authors_year_and_place_as_text(cite):
    assert cite("text", title="A label", authors="", year="", container="", volume="", issue="", pages="", doi="", url="") == "(no date). A label."


def test_a_work_as_bibtex(cite):
    assert cite("bibtex") == r"""@article{doe-2020,
  title = {{Does 5\% of A \& B\_c help? \{Yes\}}},
  author = {Doe, J. Q. and van den Berg, K. S. and {World Health Organization}},
  year = {2020},
  journal = {Bone \& Mineral},
  volume = {12},
  number = {3},
  pages = {45--67},
  doi = {10.1000/a_b%c},
}"""


def test_a_work_as_csl_json(cite):
    assert json.loads(cite("csl-json")) == {
        "id": "doe-2020", "type": "article-journal", "title": "Does 5% of A & B_c help? {Yes}",
        "author": [{"family": "Doe", "given": "J. Q."}, {"family": "van den Berg", "given": "K. S."}, {"literal": "World Health Organization"}],
        "issued": {"date-parts": [[2020]]}, "container-title": "Bone & Mineral", "volume": "12", "issue": "3", "page": "45-67", "DOI": "10.1000/a_b%c", "PMID": "123",
    }


@pytest.mark.parametrize("style", ["text", "bibtex", "csl-json"])
@pytest.mark.parametrize("status", citations.UNSOUND)
def test_an_unsound_work_says_so_in_every_style(cite, style, status):
    assert status.replace("-", " ").upper() + ": " in cite(style, publication_status=status)


@pytest.mark.parametrize("style", ["text", "bibtex", "csl-json"])
@pytest.mark.parametrize(("status", "label"), [("retracted", "Retraction notice"), ("corrected", "Correction"), ("expression-of-concern", "Expression of concern")])
def test_a_notice_is_cited_with_the_work_in_every_style(cite, style, status, label):
    assert f"{label}: https://doi.org/10.1000/notice" in cite(style, publication_status=status, notice_doi="10.1000/notice")
    assert label not in cite(style, publication_status=status, notice_doi="")


@pytest.mark.parametrize("style", ["text", "bibtex", "csl-json"])
def test_a_sound_work_carries_no_notice(cite, style):
    assert not re.search("RETRACTED|WITHDRAWN|CONCERN", cite(style))


@pytest.mark.parametrize("style", ["text", "bibtex", "csl-json"])
def test_every_shipped_work_can_be_cited(style):
    for work in bone_nutrition.rows("citations"):
        shown = bone_nutrition.cite(work["citation_id"], style=style)
        assert work["year"] in shown
        if style == "bibtex":
            bare = re.sub(r"\\[{}]", "", shown)
            assert bare.count("{") == bare.count("}") and bare.endswith("}"), work["citation_id"]
        if style == "csl-json":
            assert json.loads(shown)["title"].endswith(work["title"])


def test_every_type_of_work_has_a_csl_type():
    assert set(citing.CSL_TYPE) == set(citations.TYPE)


def test_the_package_cites_itself_with_its_version():
    about = bone_nutrition.describe()
    for style in ("text", "bibtex", "csl-json"):
        shown = bone_nutrition.cite(style=style)
        assert about["title"] in shown
        assert f"(version {about['version']})" in shown
    assert bone_nutrition.cite().startswith(f"bone-nutrition contributors ({about['created'][:4]}). ")


def test_an_unknown_work_is_a_key_error_that_names_the_table():
    with pytest.raises(KeyError, match=r"no citation 'nobody-1900'; the ids are in .*citations\.csv"):
        bone_nutrition.cite("nobody-1900")


def test_an_unknown_style_is_a_value_error_that_names_the_styles():
    with pytest.raises(ValueError, match="style is one of text, bibtex, csl-json, not 'apa'"):
        bone_nutrition.cite(style="apa")
