"""Validation of whole packages: each way in which a folder can be wrong is found, all at once, and nothing is written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bone_nutrition.building import build
from bone_nutrition.descriptor_checks import descriptor_faults, read_descriptor
from bone_nutrition.models import MODELS
from bone_nutrition.validation import read_tables, validate
from folders import edit, sign

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "validate.py"


def edit_descriptor(folder: Path, change: Callable[[dict], object]) -> None:
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    change(descriptor)
    path.write_text(json.dumps(descriptor), encoding="utf-8")


def resource(descriptor: dict, name: str) -> dict:
    (found,) = [item for item in descriptor["resources"] if item["name"] == name]
    return found


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its time of change and content."""
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file()}


def found(folder: Path) -> set[tuple[str, str]]:
    """(rule, table) of every fault."""
    return {(fault.rule_id, fault.table) for fault in validate(folder).faults}


def described(folder: Path) -> set[tuple[str, str]]:
    """(rule, table) of every fault of the descriptor, without the tables' own."""
    descriptor, faults = read_descriptor(folder)
    return {(fault.rule_id, fault.table) for fault in [*faults, *descriptor_faults(folder, descriptor)]}


def test_a_package_cut_from_ours_is_valid(small):
    report = validate(small)
    assert [str(fault) for fault in report.faults] == []
    assert report.rows["foods"] >= 4
    assert report.ok


def test_rules_whose_tables_are_not_there_are_reported_as_not_run(small):
    assert any(line.startswith("claim-cited") and "claims" in line for line in validate(small).not_run)


# The descriptor


def test_a_folder_without_descriptor(small):
    (small / "datapackage.json").unlink()
    assert described(small) == {("descriptor-missing", "")}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"text"', b"{}", b'{"resources": {}}', b'{"resources": [1]}', b'{"resources": [{}]}',
                                     b'{"resources": [{"name": 1}]}', b'{"resources": [{"name": ""}]}', b'{"resources": [{"name": "a\\nb"}]}', b'{"resources": [{"name": "\\ud800"}]}',
                                     b'{"resources": [], "version": ' + b"9" * 5000 + b"}", b"\xef\xbb\xbf{}", b'{"resources": "\xff"}', b"[" * 100_000])
def test_a_descriptor_that_is_no_data_package(small, content):
    (small / "datapackage.json").write_bytes(content)
    assert described(small) == {("descriptor-syntax", "")}


def test_a_descriptor_that_is_a_folder(small):
    (small / "datapackage.json").unlink()
    (small / "datapackage.json").mkdir()
    assert described(small) == {("descriptor-unreadable", "")}


def test_a_descriptor_that_names_nothing_leaves_every_table_unnamed(small):
    edit_descriptor(small, lambda descriptor: descriptor.update(resources=[]))
    unnamed = {table for rule, table in described(small) if rule == "descriptor-resource"}
    assert unnamed == {path.stem for path in (small / "data").glob("*.csv")}


@pytest.mark.parametrize("path", ["../foods.csv", "data/../../foods.csv", "data/../data/foods.csv", "/etc/hostname", "C:\\foods.csv", "https://example.org/foods.csv", "", None, 7, "data/fo\0ods.csv", "data/\ud800.csv", "data/foods.csv\n",
                                  ["data/foods.csv"], {}])
def test_a_path_that_is_not_a_file_in_the_folder(small, path):
    (small.parent / "foods.csv").write_text("secret\n")
    edit_descriptor(small, lambda descriptor: resource(descriptor, "foods").update(path=path))
    assert described(small) == {("descriptor-path", "foods")}


def test_a_resource_without_path(small):
    edit_descriptor(small, lambda descriptor: resource(descriptor, "foods").pop("path"))
    assert described(small) == {("descriptor-path", "foods")}


def test_a_path_to_another_file_of_the_folder(small):
    edit_descriptor(small, lambda descriptor: resource(descriptor, "foods").update(path="data/nutrients.csv"))
    assert ("descriptor-path", "foods") in described(small)


def test_a_link_out_of_the_folder_is_not_followed(small):
    outside = small.parent / "foods.csv"
    (small / "data" / "foods.csv").rename(outside)
    (small / "data" / "foods.csv").symlink_to(outside)
    assert {("path-outside", "foods"), ("descriptor-path", "foods")} <= found(small)


def test_a_link_to_nothing(small):
    (small / "data" / "foods.csv").unlink()
    (small / "data" / "foods.csv").symlink_to("gone.csv")
    assert ("file-missing", "foods") in described(small)


def test_a_path_longer_than_any_file_name(small):
    edit_descriptor(small, lambda descriptor: resource(descriptor, "foods").update(path="data/" + 5000 * "a"))
    assert described(small) == {("file-missing", "foods")}


def test_a_link_to_itself(small):
    (small / "data" / "foods.csv").unlink()
    (small / "data" / "foods.csv").symlink_to("foods.csv")
    assert {("file-missing", "foods"), ("file-unreadable", "foods")} <= found(small)


def test_a_file_that_the_descriptor_names_is_missing(small):
    (small / "data" / "foods.csv").unlink()
    (fault,) = [fault for fault in validate(small).faults if fault.table == "foods"]
    assert (fault.rule_id, fault.value) == ("file-missing", "data/foods.csv")


def test_a_folder_in_place_of_a_table(small):
    (small / "data" / "foods.csv").unlink()
    (small / "data" / "foods.csv").mkdir()
    assert {("file-missing", "foods"), ("file-unreadable", "foods")} <= found(small)


@pytest.mark.parametrize(("promise", "value"), [("hash", "sha256:" + 64 * "0"), ("hash", "md5:0"), ("bytes", 1), ("rows", 3), ("schema", {}), ("schema", None)])
def test_a_promise_that_the_file_does_not_keep(small, promise, value):
    edit_descriptor(small, lambda descriptor: resource(descriptor, "foods").update({promise: value}))
    assert described(small) == {(f"descriptor-{promise}", "foods")}


def test_a_broken_promise_is_shown(small):
    edit_descriptor(small, lambda descriptor: resource(descriptor, "foods").update(bytes=1))
    (fault,) = validate(small).faults
    size = (small / "data" / "foods.csv").stat().st_size
    assert str(fault).startswith(f"datapackage.json resource 'foods' bytes='1' — the descriptor does not fit data/foods.csv: states 1, found {size} (rule descriptor-bytes)")


@pytest.mark.parametrize("promise", ["hash", "bytes", "rows", "schema"])
def test_a_promise_that_is_not_made(small, promise):
    edit_descriptor(small, lambda descriptor: resource(descriptor, "foods").pop(promise))
    assert described(small) == {(f"descriptor-{promise}", "foods")}


def test_a_schema_that_is_not_the_models_names_the_difference(small):
    edit_descriptor(small, lambda descriptor: resource(descriptor, "foods")["schema"]["fields"][6].update(unit="kg"))
    (fault,) = validate(small).faults
    assert fault.rule_id == "descriptor-schema"
    assert 'serving_g/unit: states "kg", found "g"' in fault.reason


def test_two_resources_with_one_name(small):
    edit_descriptor(small, lambda descriptor: descriptor["resources"].append(resource(descriptor, "foods")))
    assert ("descriptor-resource", "foods") in described(small)


def test_a_stray_table_file(small):
    (small / "data" / "my_foods.csv").write_text("a\n1\n")
    (fault,) = validate(small).faults
    assert (fault.rule_id, fault.table) == ("descriptor-resource", "my_foods")
    assert "data/my_foods.csv is not in the descriptor" in fault.reason


# The tables


def test_a_table_cut_in_half(small):
    path = small / "data" / "food_sources.csv"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    rules = {rule for rule, table in found(small) if table == "food_sources"}
    assert {"file-truncated", "descriptor-bytes", "descriptor-hash", "descriptor-rows"} <= rules


def test_a_table_cut_at_the_end_of_a_line(small):
    # The file itself looks whole; only the descriptor can tell.
    path = small / "data" / "mappings.csv"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:200]))
    assert {("descriptor-bytes", "mappings"), ("descriptor-hash", "mappings"), ("descriptor-rows", "mappings")} <= found(small)


@pytest.mark.parametrize(("content", "rule_id"), [
    (bytes(range(128, 256)), "file-encoding"),
    ("food_id".encode("utf-16"), "file-encoding"),
    (b"", "file-empty"),
    (b"\xef\xbb\xbf", "file-empty"),
    (b"\0" * 1000, "header"),
    (b"\n", "header"),
    (b'"', "csv-syntax"),
])
def test_bytes_that_are_no_table(small, content, rule_id):
    (small / "data" / "foods.csv").write_bytes(content)
    assert (rule_id, "foods") in found(small)


def test_a_table_of_only_a_header_is_not_published(small):
    path = small / "data" / "foods.csv"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    sign(small, "foods")
    assert ("table-empty", "foods") in found(small)


# A user's extension


NATTO = "natto,dihydrophylloquinone,usda-sr-legacy-2018,1.5,ug,measured,,,,1,A,172443,1184,true,,,,,\n"


def add_a_value(folder: Path, row: str = NATTO) -> None:
    path = folder / "data" / "food_sources.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(index for index, line in enumerate(lines) if line > row and line.startswith("natto,"))
    path.write_text("".join([*lines[:at], row, *lines[at:]]), encoding="utf-8", newline="")


def test_an_extension_with_its_descriptor_signed_is_valid(small):
    before = validate(small).rows["food_sources"]
    add_a_value(small)
    sign(small, "food_sources")
    report = validate(small)
    assert [str(fault) for fault in report.faults] == []
    assert report.rows["food_sources"] == before + 1


def test_an_extension_is_signed_by_a_build(small):
    add_a_value(small)
    build(small)
    assert validate(small).ok


def test_an_extension_that_is_not_signed_is_told_what_to_run(small):
    add_a_value(small)
    faults = validate(small).faults
    assert {(fault.rule_id, fault.table) for fault in faults} == {(f"descriptor-{promise}", "food_sources") for promise in ("bytes", "hash", "rows")}
    assert all("build.py" in fault.mend for fault in faults)


def test_an_extension_that_fills_a_gap_is_told_to_close_it_and_a_build_does(small):
    add_a_value(small, NATTO.replace("dihydrophylloquinone", "boron").replace("1184", "1137"))
    sign(small, "food_sources")
    (fault,) = validate(small).faults
    assert (fault.rule_id, fault.key) == ("gap-stale", "boron/food_sources")
    assert "make deletes it" in fault.mend
    build(small)
    assert validate(small).ok


# Exceptions


def test_a_fault_that_an_exception_covers_is_none(small):
    # The INFOODS tagname of sodium is NA, and a row of exceptions says so.
    exceptions = small / "data" / "exceptions.csv"
    assert "cell-missing-word,nutrients,sodium,infoods_tagname," in exceptions.read_text(encoding="utf-8")
    assert validate(small).ok
    exceptions.unlink()
    assert ("cell-missing-word", "nutrients") in found(small)


def test_an_exception_covers_its_own_cell_only(small):
    edit(small / "data" / "exceptions.csv", ",infoods_tagname,", ",synonyms,")
    assert {("cell-missing-word", "nutrients"), ("exception-stale", "exceptions")} <= found(small)


def test_an_exception_that_meets_no_fault_is_a_fault(small):
    with (small / "data" / "exceptions.csv").open("a", encoding="utf-8") as stream:
        stream.write("type,nutrients,zinc,unit,No reason at all.,\n")
    sign(small, "exceptions")
    (fault,) = validate(small).faults
    assert (fault.rule_id, fault.table, fault.line) == ("exception-stale", "exceptions", 3)


@pytest.mark.parametrize("broken", ["removed", "emptied"])
def test_rows_are_not_blamed_for_what_a_broken_table_does_not_show(copy, broken):
    for table in ("synthesis_studies", "claim_citations", "exceptions"):
        path = copy / "data" / f"{table}.csv"
        path.unlink() if broken == "removed" else path.write_bytes(b"")
    report = validate(copy)
    assert {fault.rule_id for fault in report.faults} & {"used", "affected-derived"} == set()
    for waiting in ("used, as far as it concerns claim_citations, exceptions, synthesis_studies", "affected-derived, ", "exceptions, which cannot be read"):
        assert any(line.startswith(waiting) for line in report.not_run), waiting


def test_without_tables_one_line_says_that_nothing_was_checked(tmp_path):
    report = validate(tmp_path)
    assert [fault.rule_id for fault in report.faults] == ["descriptor-missing"]
    assert report.notes() == ["not run: all rules, for want of tables", "1 fault in 0 rows of 0 tables"]


def test_faults_of_rows_come_before_those_of_the_descriptor(small):
    edit(small / "data" / "foods.csv", "natto,Natto", "natto,Natto ")
    assert [fault.file for fault in validate(small).faults] == ["data/foods.csv", "datapackage.json", "datapackage.json"]


def test_faults_of_many_kinds_are_found_in_one_run(small):
    edit(small / "data" / "foods.csv", "kale-raw,", "kale--raw,")
    edit(small / "data" / "nutrients.csv", "\nzinc,Zinc,", "\nzinc, Zinc,")
    (small / "data" / "stray.csv").write_text("a\n")
    edit_descriptor(small, lambda descriptor: resource(descriptor, "derivations").update(rows=99))
    assert {
        ("pattern", "foods"), ("foreign-key", "food_sources"), ("cell-space", "nutrients"), ("descriptor-hash", "nutrients"),
        ("descriptor-resource", "stray"), ("descriptor-rows", "derivations"),
    } <= found(small)


def test_every_fault_says_where_and_what_to_do(small):
    test_faults_of_many_kinds_are_found_in_one_run(small)
    for fault in validate(small).faults:
        assert fault.file and fault.rule_id and fault.reason and fault.mend.endswith("."), fault


# The command


def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, *arguments], cwd=cwd, capture_output=True, text=True)


def test_the_command_ends_well_on_a_valid_package(small):
    done = run(small)
    assert (done.returncode, done.stdout) == (0, "")
    assert "0 faults in" in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error(small):
    for table in MODELS:
        (small / "data" / f"{table}.csv").unlink(missing_ok=True)
    done = subprocess.run(["bash", "-c", f'"{sys.executable}" "{SCRIPT}" "{small}" --format json | true'], capture_output=True, text=True)
    assert "Traceback" not in done.stderr and " faults in " in done.stderr


def test_a_zip_is_to_be_unpacked(small, tmp_path):
    zipped = shutil.make_archive(str(tmp_path / "package"), "zip", small)
    done = run(zipped)
    assert done.returncode == 2 and "unpack the zip first" in done.stderr


def test_the_command_prints_one_line_a_fault(small):
    edit(small / "data" / "foods.csv", "natto,Natto", "natto,Natto ")
    sign(small, "foods")
    done = run(small)
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("data/foods.csv:") and "food_id='natto'" in line and "(rule cell-space)" in line


def test_the_command_prints_json(small):
    edit(small / "data" / "foods.csv", "natto,Natto", "natto,Natto ")
    sign(small, "foods")
    done = run(small, "--format", "json")
    assert done.returncode == 1
    (fault,) = json.loads(done.stdout)
    assert (fault["file"], fault["rule_id"], fault["key"], fault["column"]) == ("data/foods.csv", "cell-space", "natto", "name")
    assert isinstance(fault["line"], int)


def test_json_of_a_valid_package_is_an_empty_list(small):
    done = run(".", "--format", "json", cwd=small)
    assert done.returncode == 0
    assert json.loads(done.stdout) == []


def test_the_command_prints_annotations(small):
    edit(small / "data" / "foods.csv", "natto,Natto", "natto,Natto ")
    sign(small, "foods")
    (line,) = run(small, "--format", "github").stdout.splitlines()
    assert line.startswith("::error file=data/foods.csv,line=")
    assert ",title=cell-space::" in line


def test_a_folder_that_does_not_exist(tmp_path):
    done = run(tmp_path / "nowhere")
    assert done.returncode == 2
    assert "nowhere is not a folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_in_place_of_a_folder(small):
    done = run(small / "datapackage.json")
    assert done.returncode == 2
    assert "is not a folder" in done.stderr


def test_an_empty_folder(tmp_path):
    done = run(tmp_path)
    assert done.returncode == 1
    assert "descriptor-missing" in done.stdout
    assert done.stderr.count("Traceback") == 0


def test_an_unknown_format(small):
    assert run(small, "--format", "xml").returncode == 2


BREAKAGES: dict[str, Callable[[Path], object]] = {
    "nothing": lambda folder: None,
    "no data": lambda folder: (folder / "data").rename(folder.parent / "elsewhere"),
    "noise in every table": lambda folder: [path.write_bytes(os.urandom(500)) for path in (folder / "data").glob("*.csv")],
    "empty tables": lambda folder: [path.write_bytes(b"") for path in (folder / "data").glob("*.csv")],
    "headers only": lambda folder: [path.write_bytes(path.read_bytes().splitlines(keepends=True)[0]) for path in (folder / "data").glob("*.csv")],
    "one column short": lambda folder: [path.write_bytes(b"\n".join(line.rpartition(b",")[0] for line in path.read_bytes().splitlines()) + b"\n")
                                        for path in (folder / "data").glob("*.csv")],
    "every value x": lambda folder: [path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n" + b",".join([b"x"] * (path.read_bytes().split(b"\n")[0].count(b",") + 1))
                                                      + b"\n") for path in (folder / "data").glob("*.csv")],
    "every value empty": lambda folder: [path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n" + b"," * path.read_bytes().split(b"\n")[0].count(b",") + b"\n")
                                         for path in (folder / "data").glob("*.csv")],
    "descriptor of noise": lambda folder: (folder / "datapackage.json").write_bytes(os.urandom(500)),
    "a tree of links": lambda folder: (folder / "data" / "loop").symlink_to(folder),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_nothing_is_written_and_nothing_crashes(small, breakage):
    BREAKAGES[breakage](small)
    before = tree(small)
    report = validate(small)
    assert tree(small) == before
    assert report.ok == (breakage in ("nothing", "a tree of links"))


def test_the_command_writes_nothing(small):
    edit(small / "data" / "foods.csv", "natto,Natto", "natto,Natto ")
    before = tree(small)
    run(small)
    assert tree(small) == before


def test_pandera_itself_finds_no_fault_in_the_shipped_tables(package):
    """The validator shows Pandera only what a shorter look finds wanting; the shorter look misses nothing here."""
    tables, _ = read_tables(package)
    for table in tables.values():
        MODELS[table.name].validate(table.typed, lazy=True)
