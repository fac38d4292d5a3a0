"""Validation of mutants in memory: a mutant's tables are read and checked anew, and of the rules those that look at one of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from bone_nutrition import model_checks
from bone_nutrition.faults import Fault
from bone_nutrition.reading import read_table
from bone_nutrition.rules import RULES, Rule
from bone_nutrition.table_data import TableData
from bone_nutrition.validation import without_exceptions

from .packages import Package


class Watched(Mapping[str, TableData]):
    """Tables that remember which of them were asked for, there or not."""

    def __init__(self, tables: Mapping[str, TableData]):
        self.tables = tables
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> TableData:
        self.asked.add(name)
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        self.asked.update(self.tables)
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)


class Checker:
    """Validates packages that differ from a valid one in a few tables.

    Gives the faults that ``validation.check_tables`` gives for a folder with these files. A rule whose tables did not change finds
    what it found before; which tables it looks at is seen when it runs.
    """

    def __init__(self, package: Package):
        self.package = package
        self.tables: dict[str, TableData] = {}
        self.own_faults: dict[str, list[Fault]] = {}
        for name, table in package.tables.items():
            data, self.own_faults[name] = checked(name, table.content)
            if data is not None:
                self.tables[name] = data
        self.rule_faults: list[tuple[Rule, set[str], list[Fault]]] = []
        for rule in RULES:
            watched = Watched(self.tables)
            found = [] if rule.waits_for(self.tables, ()) else list(rule.check(watched))
            self.rule_faults.append((rule, watched.asked | {*rule.needs, *rule.also}, found))

    def faults(self, contents: Mapping[str, bytes] = {}) -> list[Fault]:
        """Faults of the package with these tables instead of its own."""
        tables, own_faults = dict(self.tables), dict(self.own_faults)
        for name, content in contents.items():
            data, own_faults[name] = checked(name, content)
            tables.pop(name, None)
            if data is not None:
                tables[name] = data
        faults = [fault for found in own_faults.values() for fault in found]
        for rule, asked, before in self.rule_faults:
            if asked.isdisjoint(contents):
                faults += before
            elif not rule.waits_for(tables, self.tables.keys() - tables.keys()):
                faults += rule.check(tables)
        return without_exceptions(faults, tables)


def checked(table: str, content: bytes) -> tuple[TableData | None, list[Fault]]:
    """A table read from these bytes, and the faults of its file, cells, model and keys."""
    with tempfile.NamedTemporaryFile(suffix=f"-{table}.csv") as file:
        file.write(content)
        file.flush()
        data, faults = read_table(Path(file.name), table, f"data/{table}.csv")
    return data, faults + ([] if data is None else list(model_checks.faults(data)))
