"""A command that is cut short, wherever, leaves files that are each whole, and a state that is named and mended."""

from __future__ import annotations

import errno
import os
import re
import runpy
import shutil
import sys
from pathlib import Path

import pytest
from bone_nutrition import building, files
from bone_nutrition.building import build, pack, stale
from bone_nutrition.derive import fdc
from bone_nutrition.descriptor_checks import descriptor_faults, read_descriptor
from bone_nutrition.export import archive, distribution
from bone_nutrition.formatting import canonical
from bone_nutrition.validation import validate
from folders import changed, tree
from test_import_fdc import ID, Case

ROOT = Path(__file__).resolve().parent.parent


def edit_foods(folder: Path) -> None:
    path = folder / "data" / "foods.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("natto,Natto", "natto,Nattō"), encoding="utf-8", newline="")


def cut_at(call: int, monkeypatch: pytest.MonkeyPatch, before: bool = True) -> list[str]:
    """Raise at the given replacement of a file, before or after it is done; the names of those that were tried."""
    replace, tried = os.replace, []

    def cutting(source, target):
        tried.append(Path(target).name)
        if len(tried) == call and before:
            raise KeyboardInterrupt
        replace(source, target)
        if len(tried) == call:
            raise KeyboardInterrupt
    monkeypatch.setattr(files.os, "replace", cutting)
    return tried


# Where else files are written: into folders of their own, which are renamed when they are whole.
WRITES_ASIDE = ("bone_nutrition/export/", "bone_nutrition/files.py", "bone_nutrition/releasing.py", "bone_nutrition/derive/fdc.py", "bone_nutrition/fetching.py",
                "bone_nutrition/site/building.py")


def test_no_file_is_written_in_place():
    writing = re.compile(r"\.write_(?:text|bytes)\(|open\([^)]*[\"'](?:[wax]b?|r\+b?)[\"']")
    found = [f"{path.relative_to(ROOT)}:{number}" for pattern in ("schemas/**/*.py", "scripts/*.py") for path in sorted(ROOT.glob(pattern))
             for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
             if writing.search(line) and not any(place in path.as_posix() for place in WRITES_ASIDE)]
    assert found == []


# Build and derive


def make_stale(folder: Path) -> None:
    """Change tables so that every derived table and every generated file has to be written."""
    def rewrite(file: str, change) -> None:
        path = folder / file
        content = change(path.read_text(encoding="utf-8"))
        assert content != path.read_text(encoding="utf-8"), file
        path.write_text(content, encoding="utf-8", newline="")
    rewrite("data/nutrients.csv", lambda text: text.replace("\nzinc,Zinc,", "\nzinc,Zink,"))
    rewrite("data/food_sources.csv", lambda text: text.replace(",true,", ",false,"))
    rewrite("data/citations.csv", lambda text: text.replace(",unknown,", ",no,"))
    rewrite("data/evidence_summaries.csv", lambda text: "".join(text.splitlines(keepends=True)[:-1]))
    rewrite("data/gaps.csv", lambda text: "".join(line for line in text.splitlines(keepends=True) if "not-searched" not in line))
    for file in ("data/README.md", "CITATION.cff", ".zenodo.json"):
        (folder / file).unlink()
    rewrite("README.md", lambda text: text.replace("| table | rows | one row is |", "| table |"))


REPLACED = ["entities.csv", "food_sources.csv", "citations.csv", "evidence_summaries.csv", "gaps.csv", "README.md", "README.md", "CITATION.cff",
            ".zenodo.json", "datapackage.json"]


def test_a_build_cut_short_at_any_replacement_leaves_whole_files_that_the_next_build_mends(every_table, tmp_path, monkeypatch):
    """Each build is cut after its first replacement and the next one begins where that left off: no state between is skipped."""
    folder, whole = (Path(shutil.copytree(every_table, tmp_path / name)) for name in ("repository", "whole"))
    for each in (folder, whole):
        make_stale(each)
    old = tree(folder)
    build(whole)
    mended = tree(whole)
    for number, name in enumerate(REPLACED, 1):
        with monkeypatch.context() as patch:
            tried = cut_at(1, patch, before=False)
            with pytest.raises(KeyboardInterrupt):
                build(folder)
        assert tried == [name]
        between = tree(folder)
        assert [file for file, content in between.items() if content not in (old.get(file), mended.get(file))] == []
        # The descriptor comes last: until then what stands does not fit it.
        descriptor, faults = read_descriptor(folder)
        assert bool([*faults, *descriptor_faults(folder, descriptor)]) == (number < len(REPLACED))
    assert changed(tree(folder), mended) == set()
    assert stale(folder)[0] == []


def test_a_replacement_cut_short_leaves_the_old_file_and_no_rest(small, monkeypatch):
    edit_foods(small)
    before = tree(small)
    with monkeypatch.context() as patch:
        cut_at(1, patch)
        with pytest.raises(KeyboardInterrupt):
            build(small)
    assert tree(small) == before


def test_what_a_killed_build_left_is_named_and_removed(small):
    for file in ("data/.foods.csv.k2_x9abc", ".datapackage.json.a1b2c3d4"):
        (small / file).write_bytes(b"half of a ta")
    (small / ".env.personal").write_text("not ours")
    assert sorted((fault.rule_id, fault.file) for fault in validate(small).faults) == [
        ("file-leftover", ".datapackage.json.a1b2c3d4"), ("file-leftover", "data/.foods.csv.k2_x9abc")]
    build(small)
    assert validate(small).ok
    assert (small / ".env.personal").exists()


# dist/


@pytest.fixture
def packing(small, monkeypatch) -> Path:
    """A folder whose dist/ is quickly packed."""
    monkeypatch.setattr(distribution, "write", lambda folder, rows, target: archive.write(folder, target))
    (small / "dist").mkdir()
    (small / "dist" / "old.zip").write_bytes(b"old")
    (small / "dist" / "fdc").mkdir()
    (small / "dist" / "fdc" / "all.parquet").write_bytes(b"made by import_fdc")
    return small


@pytest.mark.parametrize("left", ["before the first rename", "between the renames", "after the second rename"])
def test_packing_that_was_killed_loses_nothing_that_the_next_packing_does_not_find(packing, left):
    aside = packing / ".dist-abc123"
    aside.mkdir()
    if left == "between the renames":
        (packing / "dist").rename(packing / ".dist-abc123-former")
    elif left == "after the second rename":
        shutil.copytree(packing / "dist", packing / ".dist-abc123-former")
        aside.rmdir()
    pack(packing, build(packing))
    assert (packing / "dist" / "fdc" / "all.parquet").read_bytes() == b"made by import_fdc"
    assert list((packing / "dist").glob("bone-nutrition-*.zip"))
    assert not list(packing.glob(".dist-*"))


# Import


@pytest.fixture
def case(tmp_path) -> Case:
    return Case(tmp_path)


def test_an_import_cut_short_leaves_the_table_as_it_was(case, monkeypatch):
    before = tree(case.package)
    with monkeypatch.context() as patch:
        tried = cut_at(1, patch)
        with pytest.raises(KeyboardInterrupt):
            case.run()
    assert tried == ["food_sources.csv"]
    assert changed(tree(case.package), before) == set()
    assert case.run().imported
    assert changed(tree(case.package), before) == {"data/food_sources.csv"}


def test_an_import_replaces_one_file_once(case, monkeypatch):
    tried = cut_at(2, monkeypatch)
    case.run()
    assert tried == ["food_sources.csv"]


def test_writing_all_foods_cut_short_leaves_the_old_file_and_nothing_beside(case, tmp_path, monkeypatch):
    out = tmp_path / "out" / "all.parquet"
    out.parent.mkdir()
    out.write_bytes(b"old")

    def cut(self, target):
        raise KeyboardInterrupt
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", cut)
        with pytest.raises(KeyboardInterrupt):
            fdc.write_all(case.package, ID, case.path, out, accept=True, releases=case.releases)
    assert tree(out.parent) == {"all.parquet": b"old"}
    assert fdc.write_all(case.package, ID, case.path, out, accept=True, releases=case.releases) > 0


# A place that cannot be written. Root, as which tests may run, writes whatever the permissions say: the system's refusal is put in its place.


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_folder_that_cannot_be_written_is_named_and_stands(small, monkeypatch, capsys, number):
    edit_foods(small)
    before = tree(small)

    def refuse(**_):
        raise OSError(number, os.strerror(number), "a name that nobody knows")
    monkeypatch.setattr(files.tempfile, "mkstemp", refuse)
    monkeypatch.setattr(sys, "argv", ["build.py", str(small)])
    monkeypatch.delenv("FDC_DIR", raising=False)
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "scripts" / "build.py"), run_name="__main__")
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert f"{os.strerror(number)}: '{small / 'datapackage.json'}'" in said and "it stands as it was" in said
    assert tree(small) == before


def test_a_folder_in_which_dist_cannot_be_made_ends_in_one_line(small, monkeypatch, capsys):
    script = runpy.run_path(str(ROOT / "scripts" / "build.py"))

    def refuse(_parent, _name):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(small))
    monkeypatch.setattr(building, "folder_aside", refuse)
    monkeypatch.delenv("FDC_DIR", raising=False)
    assert script["run"](small, with_dist=True) == 1
    assert "Read-only file system" in capsys.readouterr().err.splitlines()[-1]


def test_formatting_changes_no_file_before_all_of_it_is_known(small):
    """What format.py writes goes through ``replace_file``; what it cannot put into form it does not touch."""
    path = small / "data" / "foods.csv"
    path.write_bytes(path.read_bytes()[:-40] + b'"')
    before = path.read_bytes()
    with pytest.raises(ValueError):
        canonical(path)
    assert path.read_bytes() == before
