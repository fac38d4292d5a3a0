"""Import of FoodData Central: small zips with the real headers, and the real zips where they are at hand."""

import csv
import gzip
import hashlib
import http.server
import io
import os
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from bone_nutrition import files, schema
from bone_nutrition.derive import fdc, fdc_values
from bone_nutrition.derive.fdc_releases import Member, Release

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKING = ROOT / "scripts" / "benchmarking"
ID = "usda-sr-legacy-2018"
REAL = fdc.RELEASES[ID]
COLUMNS = {member.name: member.columns for member in REAL.members}
ANALYSED, ASSUMED_ZERO, CALCULATED = "1", "68", "49"

KALE, MILK, SALT = "100", "200", "300"
MEMBERS = {
    "food.csv": [[KALE, "sr_legacy_food", 'Kale, "curly",\nraw', "11", ""], [MILK, "sr_legacy_food", "Milk", "1", ""],
                 [SALT, "sr_legacy_food", "Salt", "2", ""]],
    "food_category.csv": [["1", "0100", "Dairy"], ["2", "0200", "Spices"], ["11", "1100", "Vegetables"]],
    "nutrient.csv": [["1087", "Calcium, Ca", "MG", "301", "1"], ["1185", "Vitamin K", "UG", "430", "1"],
                     ["1079", "Fiber", "G", "291", "1"], ["2033", "Fiber AOAC", "G", "293", "1"], ["1114", "Vitamin D", "UG", "328", "1"]],
    "sr_legacy_food.csv": [[KALE, "1123"], [MILK, "1077"], [SALT, "2047"]],
    "food_nutrient_derivation.csv": [["1", "A", "", "1"], ["49", "NC", "", "2"], ["68", "Z", "", "5"]],
    "food_nutrient_source.csv": [["1", "1", "Analytical"]],
    "food_nutrient.csv": [
        ["1", KALE, "1087", "254.0", "2.0", ANALYSED, "2.5E+2", "260", "", "", ""],
        ["2", KALE, "1185", "5.6E-4", "", "", "", "", "", "", ""],
        ["3", KALE, "2033", "4.10", "", ANALYSED, "", "", "", "", ""],
        ["4", KALE, "1079", "3.9", "", CALCULATED, "", "", "", "", ""],
        ["5", KALE, "1114", "0.0", "", ASSUMED_ZERO, "", "", "", "", ""],
        ["6", MILK, "1087", "0", "3", ANALYSED, "", "", "", "", ""],
        ["7", MILK, "2033", "0.10", "", ANALYSED, "", "", "", "", ""],
        ["8", MILK, "1114", "1.3", "", ASSUMED_ZERO, "", "", "", "", ""],
        ["9", MILK, "1185", "", "", "", "", "", "", "", ""],
        ["10", SALT, "1087", "24", "", "", "", "", "", "", ""],
        ["11", SALT, "9999", "1", "", "", "", "", "", "", ""],
        ["12", SALT, "1079", "-0.5", "", CALCULATED, "", "", "", "", ""],
    ],
}
SOURCE_CODES = [[SALT, "1087", "1"], [KALE, "1087", "7"]]
TABLES = {
    "foods": [{"food_id": "kale-raw", "ndb_number": "01123"}, {"food_id": "milk", "ndb_number": "01077"},
              {"food_id": "salt", "ndb_number": "02047"}, {"food_id": "natto"}],
    "nutrients": [{"nutrient_id": "calcium", "unit": "mg"}, {"nutrient_id": "phylloquinone", "unit": "ug"},
                  {"nutrient_id": "fibre", "unit": "g"}, {"nutrient_id": "vitamin-d", "unit": "ug"}],
    "nutrient_fdc_ids": [
        {"nutrient_id": "calcium", "fdc_nutrient_id": "1087", "fdc_unit": "MG", "priority": "1"},
        {"nutrient_id": "fibre", "fdc_nutrient_id": "1079", "fdc_unit": "G", "priority": "1"},
        {"nutrient_id": "fibre", "fdc_nutrient_id": "2033", "fdc_unit": "G", "priority": "2"},
        {"nutrient_id": "phylloquinone", "fdc_nutrient_id": "1185", "fdc_unit": "UG", "priority": "1"},
        {"nutrient_id": "vitamin-d", "fdc_nutrient_id": "1114", "fdc_unit": "UG", "priority": "1"},
    ],
    "derivations": files.read_rows(ROOT / "data" / "derivations.csv"),
    "citations": [{"citation_id": ID, "year": "2018"}, {"citation_id": "sato-2001", "year": "2001"}],
    "food_sources": [
        {"food_id": "kale-raw", "nutrient_id": "calcium", "citation_id": ID, "amount": "127.0", "unit": "mg", "value_status": "measured"},
        {"food_id": "natto", "nutrient_id": "calcium", "citation_id": ID, "amount": "217", "unit": "mg", "value_status": "measured"},
        {"food_id": "salt", "nutrient_id": "calcium", "citation_id": "sato-2001", "amount": "20", "unit": "mg",
         "value_status": "literature",
         "note": "kept, as it is"},
    ],
}


def csv_text(columns, rows):
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([columns, *rows])
    return stream.getvalue()


class Case:
    """A package and a small release, both in a folder of their own."""

    def __init__(self, folder):
        self.package, self.path = folder / "package", folder / REAL.file_name
        self.contents = {name: csv_text(COLUMNS[name], rows) for name, rows in MEMBERS.items()}
        codes = folder / "sr28_source_codes.csv.gz"
        codes.write_bytes(gzip.compress(csv_text(REAL.source_codes.columns, SOURCE_CODES).encode(), mtime=0))
        members = tuple(Member(name, COLUMNS[name], len(rows), len(self.contents[name])) for name, rows in MEMBERS.items())
        source_codes = replace(REAL.source_codes, records=len(SOURCE_CODES), sum=hashlib.sha256(codes.read_bytes()).hexdigest())
        self.release = replace(REAL, members=members, derivation_ids={"A": 1, "NC": 49, "Z": 68}, source_codes=source_codes)
        self.write_zip()
        self.know_sum()
        for table, rows in TABLES.items():
            self.write_table(table, rows)

    def write_zip(self):
        with zipfile.ZipFile(self.path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in self.contents.items():
                archive.writestr(f"{REAL.folder}/{name}", text)

    def know_sum(self):
        self.release = replace(self.release, sums={hashlib.sha256(self.path.read_bytes()).hexdigest(): "the small release"})

    def write_table(self, table, rows):
        files.replace_file(self.package / "data" / f"{table}.csv", files.csv_bytes(list(schema.columns(table)), rows))

    @property
    def releases(self) -> dict[str, Release]:
        return {ID: self.release}

    @property
    def table(self):
        return (self.package / "data" / "food_sources.csv").read_bytes()

    def run(self, **options):
        return fdc.import_release(self.package, ID, self.path, releases=self.releases, **options)

    def rows(self):
        return {(row["food_id"], row["nutrient_id"], row["citation_id"]): row
                for row in files.read_rows(self.package / "data" / "food_sources.csv")}

    def refused(self, match, **options):
        """The import stops with a one-line error and the table stands as it was."""
        before = self.table
        with pytest.raises(fdc.ReleaseError, match=match) as caught:
            self.run(**options)
        assert "\n" not in str(caught.value)
        assert self.table == before


@pytest.fixture
def case(tmp_path):
    return Case(tmp_path)


def test_values_keep_their_digits_and_say_where_they_came_from(case):
    summary = case.run()
    rows = case.rows()
    assert summary.imported and not summary.deviations
    kale = rows["kale-raw", "calcium", ID]
    assert {name: cell for name, cell in kale.items() if cell} == {
        "food_id": "kale-raw", "nutrient_id": "calcium", "citation_id": ID, "amount": "254.0", "unit": "mg", "value_status": "measured",
        "amount_min": "250", "amount_max": "260", "data_points": "2", "derivation_code": "A", "fdc_id": KALE, "fdc_nutrient_id": "1087",
        "is_preferred": "true"}
    assert rows["kale-raw", "phylloquinone", ID]["amount"] == "0.00056"
    assert rows["kale-raw", "phylloquinone", ID]["value_status"] == "not-stated"
    assert ("milk", "phylloquinone", ID) not in rows


def test_a_zero_is_measured_assumed_or_not_stated(case):
    case.run()
    rows = case.rows()
    assert rows["milk", "calcium", ID]["value_status"] == "measured-zero"
    assert rows["kale-raw", "vitamin-d", ID]["value_status"] == "assumed-zero"
    assert rows["kale-raw", "vitamin-d", ID]["amount"] == "0.0"
    assert rows["milk", "vitamin-d", ID]["value_status"] == "not-stated", "a code that says zero, an amount that does not"


def test_the_first_priority_that_a_food_has_is_taken(case):
    case.run()
    rows = case.rows()
    assert (rows["kale-raw", "fibre", ID]["fdc_nutrient_id"], rows["kale-raw", "fibre", ID]["amount"]) == ("1079", "3.9")
    assert (rows["milk", "fibre", ID]["fdc_nutrient_id"], rows["milk", "fibre", ID]["amount"]) == ("2033", "0.10")


def test_a_source_code_counts_only_without_a_derivation_code(case):
    case.run()
    rows = case.rows()
    assert (rows["salt", "calcium", ID]["derivation_code"], rows["salt", "calcium", ID]["value_status"]) == ("source-1", "measured")
    assert rows["kale-raw", "calcium", ID]["derivation_code"] == "A"


def test_below_zero_is_left_out_and_said(case):
    summary = case.run()
    assert ("salt", "fibre", ID) not in case.rows()
    assert any("-0.5" in warning for warning in summary.warnings)


def test_only_the_release_is_rewritten(case):
    case.run()
    rows = case.rows()
    other = rows["salt", "calcium", "sato-2001"]
    assert (other["amount"], other["note"], other["is_preferred"]) == ("20", "kept, as it is", "false")
    assert ("natto", "calcium", ID) not in rows
    assert list(rows) == sorted(rows)
    before = case.table
    assert not case.run().differences
    assert case.table == before
    assert not fdc.differences(case.package, ID, case.path, releases=case.releases)


def test_an_unknown_sum_shows_differences_and_waits(case):
    case.release = replace(case.release, sums={})
    before = case.table
    summary = case.run()
    assert not summary.imported and case.table == before
    assert "unknown SHA-256" in str(summary)
    assert "7 rows added, 1 removed, 1 changed" in str(summary)
    assert "kale-raw calcium: amount 127.0 → 254.0" in str(summary)
    with pytest.raises(fdc.ReleaseError, match="--accept"):
        fdc.write_all(case.package, ID, case.path, case.package / "all.parquet", releases=case.releases)


def test_an_unknown_sum_is_imported_if_accepted(case):
    case.release = replace(case.release, sums={})
    assert case.run(accept=True).imported
    assert case.rows()["kale-raw", "calcium", ID]["amount"] == "254.0"


def test_differences_are_bounded_and_largest_first():
    old = [{column: "" for column in schema.columns("food_sources")} | {"food_id": f"f{i:02}", "nutrient_id": "zinc", "amount": "100"}
           for i in range(40)]
    new = [row | {"amount": str(100 + i)} for i, row in enumerate(old)]
    text = str(fdc._differences(old, new)).splitlines()
    assert text[0] == "0 rows added, 0 removed, 39 changed"
    assert text[2] == "  f39 zinc: amount 100 → 139"
    assert len(text) == 2 + fdc.DIFFERENCES_SHOWN + 1


def test_missing_source_codes_are_a_deviation(case):
    (case.path.parent / case.release.source_codes.file_name).unlink()
    before = case.table
    summary = case.run()
    assert not summary.imported and case.table == before
    assert "sr28_source_codes.csv.gz" in summary.deviations[0]
    assert case.run(accept=True).imported
    assert case.rows()["salt", "calcium", ID]["value_status"] == "not-stated"


def test_other_source_codes_are_refused(case):
    (case.path.parent / case.release.source_codes.file_name).write_bytes(b"x")
    case.refused("sr28_source_codes.csv.gz: its SHA-256", accept=True)


def test_a_truncated_zip_is_refused(case):
    case.path.write_bytes(case.path.read_bytes()[:-200])
    case.refused("not a whole zip", accept=True)


def test_a_damaged_member_is_refused(case):
    content = bytearray(case.path.read_bytes())
    with zipfile.ZipFile(case.path) as archive:
        info = archive.getinfo(f"{REAL.folder}/food_nutrient.csv")
    start = info.header_offset + 30 + len(info.filename)
    content[start + 20:start + 60] = bytes(40)
    case.path.write_bytes(content)
    case.refused("not a whole zip|records|columns", accept=True)


@pytest.mark.parametrize("content", [b"", b"<html>not found</html>", b"PK\x03\x04"])
def test_what_is_no_zip_is_refused(case, content):
    case.path.write_bytes(content)
    case.refused("not a whole zip", accept=True)


def test_a_missing_zip_is_refused(case):
    case.path.unlink()
    case.refused("not a whole zip", accept=True)


def test_a_zip_of_something_else_is_refused_and_not_unpacked(case):
    with zipfile.ZipFile(case.path, "w") as archive:
        archive.writestr("../../evil.csv", "x")
    case.refused("holds 0 files", accept=True)
    assert not list(case.path.parent.parent.glob("evil.csv"))


def test_a_missing_member_is_refused(case):
    del case.contents["nutrient.csv"]
    case.write_zip()
    case.refused("nutrient.csv", accept=True)


@pytest.mark.parametrize(("old", "new", "message"), [
    ('"amount"', '"loq"', "unknown columns loq"),
    ('"footnote",', "", "lacks columns footnote"),
    ('"min","max"', '"max","min"', "another order"),
])
def test_other_columns_are_refused(case, old, new, message):
    case.contents["food_nutrient.csv"] = case.contents["food_nutrient.csv"].replace(old, new, 1)
    case.write_zip()
    case.refused(message, accept=True)


def test_another_number_of_records_is_refused(case):
    case.contents["food_nutrient.csv"] = case.contents["food_nutrient.csv"].rsplit("\n", 2)[0] + "\n"
    case.write_zip()
    case.refused("has 11 records, .* has 12", accept=True)


def test_a_member_that_unpacks_to_far_more_is_refused(case):
    case.contents["food.csv"] += " " * 5_000_000
    case.write_zip()
    case.refused("refused", accept=True)


@pytest.mark.parametrize(("old", "new", "message"), [
    ('"254.0"', '"1,254"', "1,254"),
    ('"254.0"', '"many"', "many"),
    ('"2.0","1"', '"2.5","1"', "not a whole number"),
    ('"2.0","1"', '"2.0","77"', "derivation ids 77"),
    ('"3","100","2033"', '"3","100","1087"', "two values for fdc_id 100, nutrient 1087"),
])
def test_faulty_cells_are_refused(case, old, new, message):
    case.contents["food_nutrient.csv"] = case.contents["food_nutrient.csv"].replace(old, new, 1)
    case.write_zip()
    case.know_sum()
    case.refused(message)


def test_a_ragged_row_is_refused(case):
    case.contents["food_nutrient.csv"] = case.contents["food_nutrient.csv"].replace('"254.0",', "", 1)
    case.write_zip()
    case.know_sum()
    case.refused("Expected 11 columns, got 10")


def test_another_unit_in_the_release_is_refused(case):
    case.contents["nutrient.csv"] = case.contents["nutrient.csv"].replace('"MG"', '"UG"', 1)
    case.write_zip()
    case.know_sum()
    case.refused("nutrient_fdc_ids.csv:2 nutrient_id='calcium'")


def test_another_unit_in_nutrients_is_refused(case):
    case.write_table("nutrients", [row | {"unit": "g"} for row in TABLES["nutrients"]])
    case.refused("nutrients.unit is g")


def test_a_food_that_the_release_lacks_is_named(case):
    case.write_table("foods", [*TABLES["foods"], {"food_id": "kale-boiled", "ndb_number": "99999"}])
    case.refused("foods.csv:6 food_id='kale-boiled' ndb_number='99999'")


def test_a_code_without_a_row_is_named(case):
    case.write_table("derivations", [row for row in TABLES["derivations"] if row["derivation_code"] != "Z"])
    case.refused("codes Z have no row")


def test_an_unknown_release_is_refused(case):
    with pytest.raises(fdc.ReleaseError, match="no release 'usda-1896'"):
        fdc.derived_rows("usda-1896", case.path, [], [], [])


def test_interruption_leaves_the_old_table(case, monkeypatch):
    before = case.table

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        case.run()
    assert case.table == before
    assert [path.name for path in (case.package / "data").glob(".*")] == []


def test_all_foods_are_written_sorted_and_with_the_same_bytes_twice(case, monkeypatch):
    monkeypatch.setattr(fdc_values, "FOODS_PER_SHELF", 2)
    first, second = case.package / "dist" / "a.parquet", case.package / "dist" / "b.parquet"
    count = fdc.write_all(case.package, ID, case.path, first, releases=case.releases)
    assert count == fdc.write_all(case.package, ID, case.path, second, releases=case.releases) == 9
    assert first.read_bytes() == second.read_bytes()
    table = pq.read_table(first)
    assert table.schema.equals(fdc_values.COMPOSITION)
    rows = table.to_pylist()
    assert [(row["fdc_id"], row["nutrient_id"]) for row in rows] == sorted((row["fdc_id"], row["nutrient_id"]) for row in rows)
    assert rows[0] == {
        "fdc_id": 100, "ndb_number": "01123", "food_description": 'Kale, "curly",\nraw', "food_category": "Vegetables",
        "nutrient_id": "calcium", "amount": 254.0, "unit": "mg",
        "value_status": "measured", "amount_min": 250.0, "amount_max": 260.0, "data_points": 2,
        "derivation_code": "A", "fdc_nutrient_id": 1087}
    assert sorted(path.name for path in first.parent.iterdir()) == ["a.parquet", "b.parquet"]


def test_a_release_is_downloaded_and_then_found(case, tmp_path):
    served = case.path.read_bytes()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/release.zip" else 404)
            self.send_header("Content-Length", str(len(served)))
            self.end_headers()
            self.wfile.write(served)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/release.zip"
        path = fdc.fetch_release(ID, tmp_path / "raw", {ID: replace(case.release, address=address)})
        assert path.read_bytes() == served
        assert fdc.find_release(ID, tmp_path / "raw", case.releases) == path
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("text", "plain"), [("5.6E-4", "0.00056"), ("1e3", "1000"), ("0.80", "0.80"), ("7", "7"), (".5", "0.5")])
def test_a_number_keeps_its_digits_without_exponent(text, plain):
    assert fdc.plain_number(text) == plain


@pytest.mark.parametrize("text", ["", "1,000", "NaN", "inf", "1_000", "5 ", "\u0663"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError):
        fdc.plain_number(text)


# The real zips.

@pytest.mark.parametrize("citation_id", fdc.RELEASES)
def test_each_real_zip_passes_by_columns_and_counts(fdc_dir, citation_id):
    """With its sum forgotten."""
    release = replace(fdc.RELEASES[citation_id], sums={})
    checked = fdc.check_zip(citation_id, fdc_dir / release.file_name, {citation_id: release})
    assert len(checked.deviations) == 1


def test_every_code_of_the_real_release_has_its_row(fdc_dir):
    with zipfile.ZipFile(fdc_dir / REAL.file_name) as archive:
        codes = {row["code"] for row in csv.DictReader(io.TextIOWrapper(archive.open(f"{REAL.folder}/food_nutrient_derivation.csv")))}
        sources = {row["code"] for row in csv.DictReader(io.TextIOWrapper(archive.open(f"{REAL.folder}/food_nutrient_source.csv")))}
    assert codes | {f"source-{code}" for code in sources} == {row["derivation_code"] for row in TABLES["derivations"]}


def test_known_values_of_the_real_release(fdc_dir):
    """Known values of SR Legacy: kale, natto, and a zero that is only assumed."""
    foods = [{"food_id": "natto", "ndb_number": "16113", "foundation_ndb_number": ""}]
    ids = [{"nutrient_id": "phylloquinone", "fdc_nutrient_id": "1185", "fdc_unit": "UG", "priority": "1"},
           {"nutrient_id": "calcium", "fdc_nutrient_id": "1087", "fdc_unit": "MG", "priority": "1"}]
    rows = {row["nutrient_id"]: row for row in fdc.derived_rows(ID, fdc_dir / REAL.file_name, foods, ids, TABLES["derivations"])}
    assert (rows["phylloquinone"]["fdc_id"], rows["phylloquinone"]["amount"]) == ("172443", "23.1")
    assert rows["calcium"]["amount"] == "217"


def test_memory_does_not_grow_with_the_release(fdc_dir, tmp_path):
    """Ten times SR Legacy, in a process that may have 512 MB of data, against one; a tenth more is what the list of foods takes."""
    peaks = {}
    for times in (1, 10):
        made = subprocess.run([sys.executable, BENCHMARKING / "inputs.py", "repeat", fdc_dir / REAL.file_name, tmp_path / str(times), str(times)],
                              check=True, stdout=subprocess.PIPE, text=True)
        out = tmp_path / f"{times}.parquet"
        child = subprocess.Popen([sys.executable, BENCHMARKING / "work.py", "import-repeated", made.stdout.strip(), str(times), out, "512"])
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0
        peaks[times] = usage.ru_maxrss, pq.ParquetFile(out).metadata.num_rows
    assert peaks[10][1] == 10 * peaks[1][1]
    assert peaks[10][0] < 1.2 * peaks[1][0]


def test_the_command_says_which_file_is_no_release(tmp_path):
    (tmp_path / "foods.zip").write_bytes(b"")
    done = subprocess.run([sys.executable, ROOT / "scripts" / "import_fdc.py", tmp_path / "foods.zip"], capture_output=True, text=True)
    assert done.returncode == 2
    assert f"no release found in {tmp_path / 'foods.zip'}: " in done.stderr and REAL.file_name in done.stderr
