"""The mappings as an SSSOM table (Simple Standard for Sharing Ontological Mappings), its metadata in the header."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from ..files import read_rows
from ..metadata import package
from .prefixes import REGISTRIES, own_curie, own_iri, own_namespace, own_prefix

# Column that holds the label of a subject.
LABEL = {"nutrients": "name", "forms": "name", "entities": "label", "foods": "name"}
COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification",
    "object_source", "object_source_version", "comment",
)
STANDARD = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "bioregistry": "https://bioregistry.io/registry/",
}


def write(folder: Path, rows: Mapping[str, int], target: Path) -> list[Path]:
    """Write the mappings of the package in ``folder`` to the folder ``target``; none without the table."""
    if "mappings" not in rows:
        return []
    about = package()
    path = target / f"{about['name']}-{about['version']}.sssom.tsv"
    path.write_text(_header(metadata()) + _table(folder, rows), encoding="utf-8", newline="\n")
    return [path]


def metadata() -> dict[str, Any]:
    """What holds for all mappings, by SSSOM's names."""
    about = package()
    return {
        "mapping_set_id": f"{own_iri()}:mappings",
        "mapping_set_title": f"{about['title']}: mappings",
        "mapping_set_version": about["version"],
        "creator_label": [contributor["title"] for contributor in about["contributors"]],
        "license": about["licenses"][0]["path"],
        "publication_date": about["created"],
        "curie_map": STANDARD | REGISTRIES | {own_prefix(table): own_namespace(table) for table in LABEL},
    }


def _header(about: Mapping[str, Any]) -> str:
    text = yaml.safe_dump(dict(about), allow_unicode=True, sort_keys=False, width=10_000)
    return "".join(f"#{line}\n" for line in text.splitlines())


def _table(folder: Path, rows: Mapping[str, int]) -> str:
    labels = {table: _labels(folder, table) for table in LABEL if table in rows}
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_mapping(row, labels) for row in read_rows(folder / "data" / "mappings.csv"))
    return stream.getvalue()


def _labels(folder: Path, table: str) -> dict[str, str]:
    return {next(iter(row.values())): row[LABEL[table]] for row in read_rows(folder / "data" / f"{table}.csv")}


def _mapping(row: Mapping[str, str], labels: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    prefix = row["object_id"].partition(":")[0]
    return {
        "subject_id": own_curie(row["subject_table"], row["subject_id"]),
        "subject_label": labels[row["subject_table"]][row["subject_id"]],
        "predicate_id": row["predicate"],
        "object_id": row["object_id"],
        "object_label": row["object_label"],
        "mapping_justification": row["justification"],
        "object_source": f"bioregistry:{prefix.lower()}",
        "object_source_version": f"{row['registry']}: {row['registry_version']}",
        "comment": row["comment"],
    }
