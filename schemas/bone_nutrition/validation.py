"""Validation of a package folder: files, models, rules across tables, descriptor against files; all faults in one run."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import model_checks, schema
from .descriptor_checks import descriptor_faults, read_descriptor
from .faults import Fault, counted
from .models import MODELS
from .reading import read_table
from .rules import RULES
from .table_data import TableData

DATA_FOLDER = "data"


@dataclass(frozen=True)
class Report:
    """What a validation found.

    ``rows`` counts the rows read of each table; ``not_run`` says which rules wait for which tables.
    """

    faults: list[Fault]
    rows: dict[str, int]
    not_run: list[str]

    @property
    def ok(self) -> bool:
        return not self.faults

    def notes(self) -> list[str]:
        """What was not checked, and the count of faults, in lines."""
        waiting = [f"not run: {line}" for line in self.not_run] if self.rows else ["not run: all rules, for want of tables"]
        return [*waiting, f"{counted(self.faults)} in {sum(self.rows.values()):,} rows of {len(self.rows)} tables"]


def expect_folder(path: Path) -> None:
    """Raises NotADirectoryError, in words for users, unless it is one."""
    if not path.is_dir():
        raise NotADirectoryError(f"{path} is not a folder" + ("; unpack the zip first" if zipfile.is_zipfile(path) else ""))


def validate(folder: Path) -> Report:
    """Check the package in ``folder``; it is only read. Faults of missing or broken files are in the report, not raised."""
    descriptor, faults = read_descriptor(folder)
    promised = {resource["name"] for resource in descriptor["resources"]} if descriptor else set()
    tables, found, not_run = check_tables(folder, promised & MODELS.keys())
    # The descriptor last: a row that is wrong makes it wrong too.
    faults += found + list(descriptor_faults(folder, descriptor))
    return Report(faults, {name: len(table.text) for name, table in tables.items()}, not_run)


def check_tables(folder: Path, promised: Collection[str] = ()) -> tuple[dict[str, TableData], list[Fault], list[str]]:
    """The tables of a folder, their faults less the recorded exceptions, and the rules that could not run; ``promised`` tables should be there."""
    tables, faults = read_tables(folder)
    broken = {fault.table for fault in faults}.union(promised) - tables.keys()
    more, not_run = table_faults(tables, broken)
    if "exceptions" in broken:
        not_run.append("exceptions, which cannot be read: what it excuses is among the faults")
    return tables, without_exceptions(faults + more, tables), not_run


def read_tables(folder: Path) -> tuple[dict[str, TableData], list[Fault]]:
    """Every known table present in the folder, and the faults of its files."""
    tables: dict[str, TableData] = {}
    faults: list[Fault] = []
    for name in MODELS:
        file = f"{DATA_FOLDER}/{name}.csv"
        path = folder / file
        if not path.exists() and not path.is_symlink():
            continue
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder)):
            faults.append(Fault("path-outside", "the file is a link that leaves the package folder", "Replace the link by the file.", file=file, table=name))
            continue
        table, found = read_table(path, name, file)
        faults += found
        if table is not None:
            tables[name] = table
    return tables, faults


def table_faults(tables: Mapping[str, TableData], broken: Collection[str] = ()) -> tuple[list[Fault], list[str]]:
    """Faults of models and rules, and the rules that could not run."""
    faults: list[Fault] = []
    for table in tables.values():
        faults += model_checks.faults(table)
    waiting: dict[str, set[str]] = {}
    for rule in RULES:
        missing = rule.waits_for(tables, broken)
        if missing:
            waiting.setdefault(rule.rule_id, set()).update(missing)
        else:
            faults += rule.check(tables)
    return faults, [f"{rule_id}, as far as it concerns {', '.join(sorted(missing))}" for rule_id, missing in waiting.items()]


def without_exceptions(faults: Iterable[Fault], tables: Mapping[str, TableData]) -> list[Fault]:
    """Faults that no row of ``exceptions`` covers, and a fault for each exception that covers none."""
    recorded = tables.get("exceptions")
    if recorded is None:
        return list(faults)
    key = list(schema.primary_key("exceptions"))
    covered = {tuple(row): position for position, row in enumerate(recorded.text[key].itertuples(index=False))}
    met = set()
    kept = []
    for fault in faults:
        cell = (fault.rule_id, fault.table, fault.key, fault.column)
        if cell in covered:
            met.add(cell)
        else:
            kept.append(fault)
    for cell in covered.keys() - met:
        kept.append(recorded.fault(covered[cell], "exception-stale", "rule_id", "the exception meets no fault", "Delete the row: the rule holds there."))
    return kept
