"""Small tables for tests, written as data: only the columns that matter are given, the other required ones get a default."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bone_nutrition import schema
from bone_nutrition.faults import Fault
from bone_nutrition.files import csv_bytes
from bone_nutrition.reading import read_table
from bone_nutrition.rules.declare import Rule
from bone_nutrition.table_data import TableData

DEFAULTS = {
    "citations": {"type": "journal-article", "study_design": "rct", "publication_status": "no-notice-found", "verification": "title-seen"},
    "effect_estimates": {
        "citation_id": "trial-2020", "question_id": "question", "exposure_id": "vitamin-d", "outcome_id": "hip-fracture",
        "exposure_kind": "oral-supplement", "contrast": "against-comparator", "regimen": "daily", "sex": "any", "menopause": "any",
        "setting": "community", "design": "rct", "analysis": "main", "adjustment": "not-stated", "result_kind": "estimate", "read_in": "full-text",
    },
    "questions": {
        "text": "Does it?", "exposure_id": "vitamin-d", "exposure_kind": "oral-supplement", "regimen_class": "daily", "outcome_id": "hip-fracture",
        "retraction_prone": "false",
    },
    "outcomes": {"better": "lower", "is_harm": "false"},
    "functions": {"relation": "regulates", "system": "bone", "evidence_basis": "established-biochemistry", "status": "established"},
    "interactions": {"relation": "potentiates", "severity": "none", "evidence_basis": "established-biochemistry", "status": "established"},
    "claims": {"predicate": "other", "verdict": "supported"},
    "synthesis_studies": {"contribution": "any", "read_in": "full-text"},
}
BY_TYPE = {"number": "1", "integer": "1", "boolean": "false", "date": "2026-01-31"}


def rows(name: str, given: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Rows with every column of the table, missing ones empty or by default."""
    complete = {column: BY_TYPE.get(metadata["type"], "x") if metadata["required"] else "" for column, metadata in schema.columns(name).items()}
    filled = []
    for row in given:
        unknown = set(row) - set(complete)
        assert not unknown, f"{name} has no column {', '.join(sorted(unknown))}"
        filled.append({**complete, **DEFAULTS.get(name, {}), **row})
    return list(schema.sorted_rows(name, filled))


def table(name: str, given: Sequence[Mapping[str, str]]) -> TableData:
    """The rows as read from a file of the package."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.csv"
        path.write_bytes(csv_bytes(list(schema.columns(name)), rows(name, given)))
        data, faults = read_table(path, name, f"data/{name}.csv")
    assert data is not None and not faults, "\n".join(map(str, faults))
    return data


def faults_of(rules: Iterable[Rule], rule_id: str, **tables: Sequence[Mapping[str, str]]) -> list[Fault]:
    """Faults with this id that the rules of a module find in tables given as rows; at least one rule with the id must run."""
    read = {name: table(name, given) for name, given in tables.items()}
    running = [rule for rule in rules if rule.rule_id == rule_id and all(name in read for name in rule.needs)]
    assert running, f"no rule {rule_id} runs on {', '.join(tables)}"
    found = [fault for rule in running for fault in rule.check(read)]
    assert {fault.rule_id for fault in found} <= {rule_id}
    return found
