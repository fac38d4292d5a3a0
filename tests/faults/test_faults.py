"""A sample of mutants of a small package: each is found by a rule that it breaks, nearly all at the cell that was changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bone_nutrition.validation import validate
from folders import sign

from .mutants import Edit
from .packages import Package
from .running import KINDS, PLAUSIBLE, Runner, mutants, rules_without_kind, sample, write

SEED = 20261124
SAMPLE = 300
LOCATED = 0.95


@pytest.fixture(scope="module")
def cut(excerpted: Package) -> Package:
    return excerpted


@pytest.fixture(scope="module")
def runner(cut: Package, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    return Runner(cut, tmp_path_factory.mktemp("described") / "package")


def test_the_package_without_a_fault_has_none(runner, cut):
    assert [str(fault) for fault in runner.checker.faults()] == []
    assert [str(fault) for fault in runner.checker.faults({"foods": cut.tables["foods"].content})] == []


def test_every_rule_has_a_kind_of_fault_aimed_at_it():
    assert rules_without_kind() == set()


def test_there_are_kinds_enough(cut):
    possible = [kind.name for kind in KINDS if mutants(kind, cut, SEED, 1)]
    assert len(possible) >= 40
    assert len({kind.name for kind in (*KINDS, *PLAUSIBLE)}) == len(KINDS) + len(PLAUSIBLE)


def test_a_seed_gives_the_same_mutants_each_time(cut):
    assert [mutant.says for _, mutant in sample(cut, SEED, 200)] == [mutant.says for _, mutant in sample(cut, SEED, 200)]


def test_no_fault_slips_through(runner, cut):
    verdicts = [runner.verdict(kind, mutant) for kind, mutant in sample(cut, SEED, SAMPLE)]
    missed = [f"{verdict.mutant.kind}: {verdict.mutant.says} ({', '.join(verdict.rules) or 'no rule spoke'})" for verdict in verdicts
              if not verdict.found]
    assert missed == []
    astray = [f"{verdict.mutant.kind}: {verdict.mutant.says}" for verdict in verdicts if not verdict.located]
    assert len(astray) <= (1 - LOCATED) * len(verdicts), "\n".join(astray)


def test_validation_in_memory_finds_what_validation_of_a_signed_folder_finds(runner, cut, tmp_path):
    in_memory = [(kind, mutant) for kind, mutant in sample(cut, SEED + 1, SAMPLE) if mutant.folder is None and mutant.zipped is None]
    built = write(cut, tmp_path / "built")
    for number, (_, mutant) in enumerate(in_memory[::90]):
        folder = Path(shutil.copytree(built, tmp_path / str(number)))
        for table, content in cut.edited(mutant.edits).items():
            (folder / "data" / f"{table}.csv").write_bytes(content)
            sign(folder, table)
        assert sorted(map(str, validate(folder).faults)) == sorted(map(str, runner.faults(mutant))), mutant.says


@pytest.mark.parametrize("cell", ["", "zzz"])
def test_a_column_that_is_wrong_in_every_row_ends_in_faults_not_in_a_traceback(runner, cut, cell):
    for table, column in (("effect_estimates", "favours"), ("reference_intakes", "value"), ("reference_intakes", "unit"),
                          ("food_sources", "data_points"),
                          ("citations", "year"), ("questions", "exposure_id")):
        edit = Edit(table, {position: {column: cell} for position in range(len(cut.rows(table)))})
        runner.checker.faults(cut.edited([edit]))
