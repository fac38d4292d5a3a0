"""All kinds together, mutants of them, and their validation, in memory or in a folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from random import Random

from bone_nutrition import building
from bone_nutrition.comparison import ComparisonError, open_package
from bone_nutrition.descriptor_checks import descriptor_faults, read_descriptor
from bone_nutrition.export.descriptor import FILE, descriptor_bytes
from bone_nutrition.faults import Fault
from bone_nutrition.models import MODELS
from bone_nutrition.rules import RULES
from bone_nutrition.validation import read_tables

from . import across, cells, descriptors, file_bytes, keys, plausible, rows, zips
from .checking import Checker
from .mutants import Kind, Mutant, Verdict, judged
from .packages import Package

KINDS: tuple[Kind, ...] = (*cells.KINDS, *file_bytes.KINDS, *keys.KINDS, *rows.KINDS, *across.KINDS, *descriptors.KINDS, *zips.KINDS)
PLAUSIBLE: tuple[Kind, ...] = plausible.KINDS


def mutants(kind: Kind, package: Package, seed: int, number: int) -> list[Mutant]:
    """The first mutants of a kind; the same package and seed give the same ones, whatever else is asked for."""
    return list(islice(kind.mutants(package, Random(f"{seed} {kind.name}")), number))


def sample(package: Package, seed: int, number: int) -> list[tuple[Kind, Mutant]]:
    """About so many mutants, as evenly from all kinds as they allow."""
    return list(islice(_in_turn([(kind, kind.mutants(package, Random(f"{seed} {kind.name}"))) for kind in KINDS]), number))


def _in_turn(streams: list[tuple[Kind, Iterator[Mutant]]]) -> Iterator[tuple[Kind, Mutant]]:
    while streams:
        going = []
        for kind, stream in streams:
            mutant = next(stream, None)
            if mutant is not None:
                yield kind, mutant
                going.append((kind, stream))
        streams = going


class Runner:
    """Validates mutants of one package; in ``folder``, which is made, stand the tables that mutants of files and descriptor use."""

    def __init__(self, package: Package, folder: Path):
        self.package, self.folder = package, folder
        self.checker = Checker(package)
        described(package, descriptors.tables(package), folder)
        self.before = set(folder_faults(folder))

    def verdict(self, kind: Kind, mutant: Mutant) -> Verdict:
        return judged(mutant, kind, self.faults(mutant))

    def faults(self, mutant: Mutant) -> list[Fault]:
        if mutant.zipped:
            with tempfile.TemporaryDirectory() as target:
                path = zips.pack(self.folder, Path(target))
                mutant.zipped(path)
                return [fault for fault in zip_faults(path, Path(target) / "unpacked") if fault not in self.before]
        if mutant.folder is None:
            return self.checker.faults(self.package.edited(mutant.edits))
        with tempfile.TemporaryDirectory() as target:
            copy = Path(shutil.copytree(self.folder, Path(target) / "package"))
            mutant.folder(copy)
            return [fault for fault in folder_faults(copy) if fault not in self.before]


def folder_faults(folder: Path) -> list[Fault]:
    """Faults of the descriptor and of the files, without models and rules."""
    descriptor, faults = read_descriptor(folder)
    return [*faults, *descriptor_faults(folder, descriptor), *read_tables(folder)[1]]


def zip_faults(path: Path, folder: Path) -> list[Fault]:
    """What stops the reading of a zip, or else the faults of what was read from it."""
    try:
        with open_package(path) as package:
            for file in (FILE, *(resource["path"] for resource in package.descriptor["resources"])):
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                (folder / file).write_bytes(package.content(file))
    except ComparisonError as error:
        return [Fault("zip-unreadable", str(error), "Get the zip again.", file=path.name)]
    return folder_faults(folder)


def described(package: Package, tables: Iterable[str], folder: Path) -> None:
    """Some tables and their descriptor; what other tables would have to say is not asked."""
    (folder / "data").mkdir(parents=True)
    for name in tables:
        (folder / "data" / f"{name}.csv").write_bytes(package.tables[name].content)
    (folder / FILE).write_bytes(descriptor_bytes(folder, {name: len(package.rows(name)) for name in tables}))


def write(package: Package, folder: Path) -> Path:
    """The package as a built folder."""
    (folder / "data").mkdir(parents=True)
    for name, table in package.tables.items():
        (folder / "data" / f"{name}.csv").write_bytes(table.content)
    building.build(folder)
    return folder


def rules_without_kind(kinds: Iterable[Kind] = KINDS) -> set[str]:
    """Rules across tables and row rules of models that no kind of fault is aimed at."""
    aimed_at = {rule_id for kind in kinds for rule_id in kind.rules}
    declared = {rule.rule_id for rule in RULES} | {check.name for table in MODELS for check in MODELS[table].to_schema().checks}
    return declared - aimed_at
