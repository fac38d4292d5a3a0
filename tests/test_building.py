"""The build: what it writes, what it refuses, and what stands after it was cut short."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from bone_nutrition import files
from bone_nutrition.building import BuildError, build, pack, stale
from bone_nutrition.export import archive
from bone_nutrition.validation import validate
from folders import changed, edit, tree

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "build.py"


def rows_in_descriptor(folder: Path) -> dict[str, int]:
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"]: resource["rows"] for resource in descriptor["resources"]}


def edit_everywhere(folder: Path) -> None:
    """Edits after which a build has to write every kind of file that it writes."""
    edit(folder / "data" / "nutrients.csv", "\nzinc,Zinc,", "\nzinc,Zink,")
    edit(folder / "data" / "foods.csv", "natto,Natto", "natto,Nattō")
    path = folder / "data" / "food_sources.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",true,", ",false,"), encoding="utf-8", newline="")
    edit(folder / "data" / "README.md", "# Data dictionary", "# Dictionary")
    edit(folder / "README.md", "| table | rows | one row is |", "| table |")
    (folder / "CITATION.cff").unlink()


WRITTEN = {"data/entities.csv", "data/food_sources.csv", "data/README.md", "README.md", "CITATION.cff", "datapackage.json"}


# What it writes


def test_an_edited_cell_reaches_the_descriptor(small):
    edit(small / "data" / "foods.csv", "natto,Natto", "natto,Nattō")
    before = tree(small)
    build(small)
    assert changed(before, tree(small)) == {"datapackage.json"}
    assert validate(small).ok


def test_an_added_row_reaches_descriptor_and_dictionary(small):
    before = rows_in_descriptor(small)["derivations"]
    with (small / "data" / "derivations.csv").open("a", encoding="utf-8") as stream:
        stream.write("source-99,Not used by USDA.,measured\n")
    assert build(small)["derivations"] == before + 1
    assert rows_in_descriptor(small)["derivations"] == before + 1
    assert f"| [`derivations`](#derivations) | {before + 1} |" in (small / "data" / "README.md").read_text(encoding="utf-8")


def test_the_name_of_a_nutrient_reaches_its_entity(small):
    edit(small / "data" / "nutrients.csv", "\nzinc,Zinc,", "\nzinc,Zink,")
    build(small)
    assert "\nzinc,Zink,nutrient," in (small / "data" / "entities.csv").read_text(encoding="utf-8")


def test_a_build_of_what_stands_writes_nothing(repository):
    times = {path: path.stat().st_mtime_ns for path in repository.rglob("*")}
    build(repository)
    assert {path: path.stat().st_mtime_ns for path in repository.rglob("*")} == times


def test_a_build_writes_all_that_is_generated_and_nothing_else(repository):
    edit_everywhere(repository)
    before = tree(repository)
    build(repository)
    assert changed(before, tree(repository)) == WRITTEN
    assert stale(repository)[0] == []


def test_what_is_generated_does_not_depend_on_the_copy(small, tmp_path):
    other = tmp_path / "elsewhere" / "deep"
    other.parent.mkdir()
    small.rename(other)
    before = tree(other)
    (other / "datapackage.json").unlink()
    (other / "data" / "README.md").unlink()
    os.utime(other / "data" / "foods.csv", (0, 0))
    build(other)
    assert tree(other) == before


# What is stale


@pytest.mark.parametrize(("file", "old", "new"), [
    ("data/README.md", "# Data dictionary", "# Dictionary"),
    ("README.md", "| table | rows | one row is |", "| table |"),
    ("CITATION.cff", "cff-version: 1.2.0", "cff-version: 1.1.0"),
])
def test_a_generated_file_edited_by_hand_is_named(repository, file, old, new):
    edit(repository / file, old, new)
    lines, report = stale(repository)
    assert [line.split(":")[0] for line in lines] == [file]
    assert report.ok


@pytest.mark.parametrize("file", ["data/README.md", "CITATION.cff", "datapackage.json"])
def test_a_generated_file_that_is_missing_is_named(repository, file):
    (repository / file).unlink()
    assert [line.split(":")[0] for line in stale(repository)[0]] == [file]


def test_a_derived_table_is_named_when_its_source_changed(small):
    edit(small / "data" / "nutrients.csv", "\nzinc,Zinc,", "\nzinc,Zink,")
    lines, report = stale(small)
    assert [line.split(":")[0] for line in lines] == ["data/entities.csv", "datapackage.json"]
    assert ("descriptor-hash", "nutrients") in {(fault.rule_id, fault.table) for fault in report.faults}


def test_a_derived_table_that_is_missing_is_named(small):
    (small / "data" / "entities.csv").unlink()
    lines, report = stale(small)
    assert "data/entities.csv: derived rows are stale" in lines
    assert not report.ok


def test_looking_for_what_is_stale_writes_nothing(repository):
    edit_everywhere(repository)
    before = tree(repository)
    lines, _ = stale(repository)
    assert {line.split(":")[0] for line in lines} == WRITTEN
    assert tree(repository) == before


# What it refuses


BROKEN = {
    "a wrong value": lambda content: content.replace(b",measured,", b",meassured,", 1),
    "a ragged row": lambda content: content + b"one,two\n",
    "half a table": lambda content: content[: len(content) // 2],
    "no UTF-8": lambda content: content.replace(b"natto", b"natt\xf6"),
    "no header": lambda content: content.partition(b"\n")[2],
    "another header": lambda content: content.replace(b"nutrient_id", b"nutrient", 1),
    "nothing": lambda content: b"",
    "the last cell cut": lambda content: content[:-3],
    "an open quote": lambda content: content + b'"',
}


@pytest.mark.parametrize("breakage", BROKEN)
def test_a_fault_stops_the_build_before_the_descriptor_is_written(small, breakage):
    path = small / "data" / "food_sources.csv"
    path.write_bytes(BROKEN[breakage](path.read_bytes()))
    before = tree(small)
    with pytest.raises(BuildError) as caught:
        build(small)
    assert "food_sources" in {fault.table for fault in caught.value.faults}
    assert changed(before, tree(small)) <= {"data/food_sources.csv"}


def test_what_is_stale_can_be_asked_of_a_broken_package(small):
    (small / "data" / "food_sources.csv").write_bytes(b"one,two\n1,2,3\n")
    lines, report = stale(small)
    assert "datapackage.json: not what the models and tables give" in lines
    assert ("header", "food_sources") in {(fault.rule_id, fault.table) for fault in report.faults}


def test_a_table_that_may_be_cut_off_is_not_written_anew(small):
    # Deriving would give it a last line end, and hide that something is missing.
    path = small / "data" / "food_sources.csv"
    path.write_bytes(path.read_bytes()[:-1])
    before = tree(small)
    with pytest.raises(BuildError) as caught:
        build(small)
    assert "file-truncated" in {fault.rule_id for fault in caught.value.faults}
    assert tree(small) == before


def test_a_readme_without_its_markers_is_refused_before_the_descriptor_is_written(repository):
    edit(repository / "README.md", "<!-- end of tables -->", "")
    edit(repository / "data" / "foods.csv", "natto,Natto", "natto,Nattō")
    before = (repository / "datapackage.json").read_bytes()
    with pytest.raises(ValueError, match="README.md needs the lines"):
        build(repository)
    assert (repository / "datapackage.json").read_bytes() == before


# Cut short


def test_a_full_disk_leaves_the_old_file_and_no_rest(small, monkeypatch):
    edit(small / "data" / "foods.csv", "natto,Natto", "natto,Nattō")
    before = tree(small)

    def no_space(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fdopen", no_space)
    with pytest.raises(OSError, match="No space left"):
        build(small)
    assert tree(small) == before


# dist/


@pytest.fixture
def packed(repository):
    return {path.relative_to(repository / "dist").as_posix(): path for path in pack(repository, build(repository))}


def test_the_zip_holds_the_package_and_validates_when_unpacked(packed, tmp_path):
    (path,) = [path for name, path in packed.items() if name.endswith(".zip")]
    with zipfile.ZipFile(path) as zipped:
        assert zipped.testzip() is None
        names = zipped.namelist()
        assert names[0] == "datapackage.json"
        assert {"LICENSE", "data/README.md", "data/foods.csv"} <= set(names)
        zipped.extractall(tmp_path / "unpacked")
    report = validate(tmp_path / "unpacked")
    assert [str(fault) for fault in report.faults] == []
    assert report.rows["foods"] >= 4


def test_two_zips_of_the_shipped_package_are_the_same(package, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert archive.write(package, tmp_path / "a").read_bytes() == archive.write(package, tmp_path / "b").read_bytes()


def test_dist_holds_nothing_of_an_older_build_but_what_other_commands_made(repository, monkeypatch):
    monkeypatch.setattr(archive, "write_distributions", lambda *_: None)
    (repository / "dist" / "fdc").mkdir(parents=True)
    (repository / "dist" / "fdc" / "all.parquet").write_bytes(b"made by import_fdc")
    (repository / "dist" / "bone-nutrition-0.0.1.zip").write_bytes(b"old")
    pack(repository, build(repository))
    assert (repository / "dist" / "fdc" / "all.parquet").read_bytes() == b"made by import_fdc"
    assert not (repository / "dist" / "bone-nutrition-0.0.1.zip").exists()


def folders(repository: Path) -> list[str]:
    return sorted(path.name for path in repository.iterdir() if path.is_dir())


def test_packing_that_fails_leaves_the_old_dist(repository, monkeypatch):
    rows = build(repository)
    (repository / "dist").mkdir()
    (repository / "dist" / "old.zip").write_bytes(b"old")
    before = folders(repository)

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(archive, "write_distributions", fail)
    with pytest.raises(KeyboardInterrupt):
        pack(repository, rows)
    assert tree(repository / "dist") == {"old.zip": b"old"}
    assert folders(repository) == before


@pytest.mark.parametrize("call", [1, 2])
def test_packing_cut_short_while_dist_is_replaced_leaves_the_old_dist(repository, monkeypatch, call):
    monkeypatch.setattr(archive, "write_distributions", lambda *_: None)
    rows = build(repository)
    (repository / "dist").mkdir()
    (repository / "dist" / "old.zip").write_bytes(b"old")
    before = folders(repository)
    rename, calls = Path.rename, []

    def cut_short(self, target):
        calls.append(target)
        if len(calls) == call:
            raise OSError("cut short")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", cut_short)
    with pytest.raises(OSError, match="cut short"):
        pack(repository, rows)
    assert tree(repository / "dist") == {"old.zip": b"old"}
    assert folders(repository) == before


# The command


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "FDC_DIR"}
    return subprocess.run([sys.executable, SCRIPT, *arguments], env=environment, capture_output=True, text=True)


def test_the_check_names_what_is_stale_and_the_command_that_mends_it(small):
    edit(small / "data" / "README.md", "# Data dictionary", "# Dictionary")
    before = tree(small)
    done = run(small, "--check")
    assert done.returncode == 1
    assert done.stdout.splitlines() == ["stale: data/README.md: not what the models and tables give. Run make."]
    assert tree(small) == before


def test_rows_that_cannot_be_derived_again_are_never_called_fresh(small):
    done = run(small, "--check")
    assert (done.returncode, done.stdout) == (0, "")
    assert "not re-derived: rows of usda-sr-legacy-2018" in done.stderr
    assert "FDC_DIR" in done.stderr


def test_the_command_builds_another_folder_and_says_what_it_made(small):
    edit(small / "data" / "foods.csv", "natto,Natto", "natto,Nattō")
    done = run(small)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "data/foods.csv" in done.stdout
    assert validate(small).ok


def test_the_command_ends_in_faults_not_in_a_traceback(small):
    (small / "data" / "food_sources.csv").write_bytes(b"\xff\xfe")
    for done in (run(small), run(small, "--check")):
        assert done.returncode == 1
        assert "(rule file-encoding)" in done.stdout
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_a_folder_without_tables_is_refused_and_left_as_it_is(tmp_path, options):
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "absent"):
        done = run(folder, *options)
        assert done.returncode == 1
        assert f"{folder} is no package folder" in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.rglob("*")) == [tmp_path / "empty"]
