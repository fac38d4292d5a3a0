"""The build: derive, validate, write what is generated, pack; and the check that finds anything stale."""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import schema
from .derive.steps import STEPS
from .export import citation_cff, descriptor, dictionary, readme, zenodo
from .faults import Fault, counted
from .files import csv_bytes, folder_aside, leftovers, read_rows, replace_file
from .models import MODELS
from .validation import DATA_FOLDER, Report, check_tables, validate

DIST_FOLDER = "dist"
# Made by other commands into dist/; a build leaves it there.
KEPT_IN_DIST = ("fdc", "release", "site")
# All that a build may write, but dist/.
WRITTEN = (*(f"{DATA_FOLDER}/{table}.csv" for table in MODELS), dictionary.FILE, readme.FILE, citation_cff.FILE, zenodo.FILE, descriptor.FILE)
# Raised by deriving from tables that are broken; the validator then says what is wrong with them.
DERIVING_FAILS = (OSError, ValueError, LookupError, csv.Error)


class BuildError(RuntimeError):
    """The package cannot be built; ``faults`` says why."""

    def __init__(self, faults: Sequence[Fault]):
        super().__init__(counted(faults))
        self.faults = list(faults)


def derived_tables(folder: Path) -> dict[str, bytes]:
    """The tables that hold rows derived from other tables, as they should stand."""
    tables = {name: _rows(path) for name in MODELS if (path := folder / DATA_FOLDER / f"{name}.csv").exists()}
    changed = {}
    for table, needs, derive in STEPS:
        rows = schema.sorted_rows(table, derive(tables)) if all(name in tables for name in needs) else []
        # A table without rows is not published.
        if rows:
            tables[table] = rows
            changed[table] = csv_bytes(list(schema.columns(table)), tables[table])
    return changed


def generated_files(folder: Path, rows: Mapping[str, int]) -> dict[str, bytes]:
    """Files written from the models and tables, the descriptor last; keys are paths relative to the folder."""
    files = {dictionary.FILE: dictionary.dictionary_bytes(rows)}
    # A copy of the data alone, such as the unpacked zip, has no readme and no citation file to keep fresh.
    if (folder / readme.FILE).exists():
        files[readme.FILE] = readme.readme_bytes(folder, rows)
        files[citation_cff.FILE] = citation_cff.citation_cff_bytes()
        files[zenodo.FILE] = zenodo.zenodo_json_bytes()
    files[descriptor.FILE] = descriptor.descriptor_bytes(folder, rows)
    return files


def build(folder: Path) -> dict[str, int]:
    """Derive, validate and write everything generated; number of rows of each published table.

    Raises BuildError with all faults if the tables do not hold; the descriptor is then not written. Raises FileNotFoundError without any table.
    """
    _expect_tables(folder)
    for file in WRITTEN:
        for path in leftovers(folder / file):
            path.unlink()
    try:
        derived = derived_tables(folder)
    except DERIVING_FAILS as error:
        _, faults, _ = check_tables(folder)
        if not faults:
            raise
        raise BuildError(faults) from error
    for table, content in derived.items():
        _write_if_changed(folder / DATA_FOLDER / f"{table}.csv", content)
    tables, faults, _ = check_tables(folder)
    if faults:
        raise BuildError(faults)
    rows = {name: len(table.text) for name, table in tables.items()}
    for file, content in generated_files(folder, rows).items():
        _write_if_changed(folder / file, content)
    report = validate(folder)
    if not report.ok:
        raise BuildError(report.faults)
    return rows


def stale(folder: Path) -> tuple[list[str], Report]:
    """What a build would change, one line each, and the validation of what stands; nothing is written. Raises FileNotFoundError without any table."""
    _expect_tables(folder)
    report = validate(folder)
    try:
        derived = derived_tables(folder)
    except DERIVING_FAILS:
        if report.ok:
            raise
        derived = {}
    lines = [f"{DATA_FOLDER}/{table}.csv: derived rows are stale" for table, content in derived.items()
             if _differs(folder / DATA_FOLDER / f"{table}.csv", content)]
    lines += [f"{file}: not what the models and tables give" for file, content in generated_files(folder, report.rows).items() if _differs(folder / file, content)]
    return lines, report


def _expect_tables(folder: Path) -> None:
    if not any((folder / DATA_FOLDER / f"{table}.csv").exists() for table in MODELS):
        raise FileNotFoundError(f"{folder} is no package folder: there is no table in {DATA_FOLDER}/")


def pack(folder: Path, rows: Mapping[str, int]) -> list[Path]:
    """Write ``dist/`` aside and put it in place at once; paths of what it holds.

    Raises ImportError without the libraries of the extra ``dev``, which validating and building need not.
    """
    from .export import distribution

    target = folder / DIST_FOLDER
    _recover(target)
    with folder_aside(folder, DIST_FOLDER) as aside:
        distribution.write(folder, rows, aside)
        for name in KEPT_IN_DIST:
            if (target / name).exists():
                shutil.copytree(target / name, aside / name)
        put_in_place(aside, target)
    return sorted(path for path in target.rglob("*") if path.is_file())


def _rows(path: Path) -> list[dict[str, str]]:
    """Rows of a table; ValueError for one that may be cut off, which writing it anew would hide."""
    if not path.read_bytes().endswith(b"\n"):
        raise ValueError(f"{path}: the last line has no line end")
    return read_rows(path)


def _recover(target: Path) -> None:
    """Put back what a process that was killed had moved away, and remove what it had not finished."""
    for former in target.parent.glob(f".{target.name}-*-former"):
        if not target.exists():
            former.rename(target)
    for path in target.parent.glob(f".{target.name}-*"):
        shutil.rmtree(path)


def put_in_place(folder: Path, target: Path) -> None:
    """Rename ``folder`` to ``target``; what was there goes only when the new folder stands."""
    former = folder.with_name(f"{folder.name}-former")
    if target.exists():
        target.rename(former)
    try:
        folder.rename(target)
    except BaseException:
        if former.exists():
            former.rename(target)
        raise
    shutil.rmtree(former, ignore_errors=True)


def _differs(path: Path, content: bytes) -> bool:
    return not path.exists() or path.read_bytes() != content


def _write_if_changed(path: Path, content: bytes) -> None:
    if _differs(path, content):
        replace_file(path, content)
        print(f"wrote {path}", file=sys.stderr)
