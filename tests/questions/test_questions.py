"""What a researcher or an app would ask, answered by SQL over the published tables, and held against answers looked up elsewhere.

Each question of the TOML files has ``text``, ``sql``, and ``answer``: rows as ``looked_up`` gives them, read there and not in the
package ("" for no value). ``raw`` finds the answer again in USDA's own zips, where they are at hand. Optional: ``with`` (common table
expressions), ``contains`` (the answer's rows are among those found: others may come), ``tolerance``, and ``fails``: why the tables
cannot answer it yet.
"""

from __future__ import annotations

import json
import re
import tomllib
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import pytest
from bone_nutrition.derive import fdc

HERE = Path(__file__).resolve().parent
ALLOWED = {"id", "text", "sql", "with", "answer", "raw", "looked_up", "contains", "tolerance", "fails"}
RELEASES = {"sr": "usda-sr-legacy-2018", "foundation": "usda-foundation-2025"}
TYPES = {"number": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN", "date": "DATE"}
FEWEST = 60
# Tables of facts, each of which some question must read.
ASKED = ("nutrients", "forms", "conversions", "entities", "foods", "food_sources", "bioavailability", "reference_intakes", "biomarker_thresholds",
         "regulatory_claims", "functions", "function_citations", "interactions", "interaction_citations", "questions", "effect_estimates",
         "evidence_summaries", "claims", "claim_occurrences", "citations")

Question = dict[str, Any]
QUESTIONS: list[Question] = [question for path in sorted(HERE.glob("*.toml"))
                             for question in tomllib.loads(path.read_text(encoding="utf-8"))["question"]]


def parametrized(questions: list[Question]) -> Any:
    def marks(question: Question) -> list:
        return [pytest.mark.xfail(reason=question["fails"], strict=True)] if "fails" in question else []
    return pytest.mark.parametrize("question", [pytest.param(question, id=question["id"], marks=marks(question)) for question in questions])


@pytest.fixture(scope="module")
def database(package: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published tables as a user would open them, in a schema of their own."""
    with duckdb.connect() as database:
        database.execute("CREATE SCHEMA package")
        for resource in json.loads((package / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
            columns = {field["name"]: TYPES.get(field["type"], "VARCHAR") for field in resource["schema"]["fields"]}
            database.execute(f"CREATE VIEW package.{resource['name']} AS SELECT * FROM read_csv('{package / resource['path']}', header = true, delim = ',', "
                             f"quote = '\"', nullstr = '', columns = {columns})")
        database.execute("SET search_path = 'package'")
        yield database


@pytest.fixture(scope="module")
def releases(database, fdc_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The same, beside USDA's releases as they are published: no code of the importer reads them here."""
    for schema, citation_id in RELEASES.items():
        target = tmp_path_factory.mktemp(schema)
        database.execute(f"CREATE SCHEMA {schema}")
        with zipfile.ZipFile(fdc_dir / fdc.RELEASES[citation_id].file_name) as archive:
            for name in archive.namelist():
                if name.endswith(".csv"):
                    path = target / PurePosixPath(name).name
                    path.write_bytes(archive.read(name))
                    database.execute(f"CREATE VIEW {schema}.{path.stem} AS SELECT * FROM read_csv('{path}')")
    return database


def found(database: duckdb.DuckDBPyConnection, sql: str) -> list[list]:
    return [[_plain(cell) for cell in row] for row in database.execute(sql).fetchall()]


def _plain(cell: Any) -> Any:
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else cell


def expected(question: Question, rows: list[list]) -> list:
    tolerance = question.get("tolerance", 1e-9)
    return [[pytest.approx(cell, abs=tolerance) if isinstance(cell, (int, float)) and not isinstance(cell, bool) else cell for cell in row] for row in rows]


def check(question: Question, rows: list[list], answer: list[list]) -> None:
    wanted = expected(question, answer)
    if question.get("contains"):
        assert [row for row in wanted if row not in rows] == [], f"{question['text']} Found: {rows}"
    else:
        assert rows == wanted, f"{question['text']} By {question['looked_up']}"


@parametrized([question for question in QUESTIONS if "answer" in question])
def test_the_tables_give_the_answer_that_was_looked_up(question, database):
    common = f"WITH {question['with']} " if "with" in question else ""
    check(question, found(database, common + question["sql"]), question["answer"])


@parametrized([question for question in QUESTIONS if "raw" in question])
def test_the_releases_of_usda_give_the_same_answer(question, releases):
    raw = found(releases, question["raw"])
    if "answer" in question:
        assert expected(question, question["answer"]) == raw
    check(question, found(releases, question["sql"]), raw)


def test_there_are_questions_enough_and_each_is_whole():
    assert len(QUESTIONS) >= FEWEST
    assert len({question["id"] for question in QUESTIONS}) == len(QUESTIONS)
    assert [question["id"] for question in QUESTIONS if not ({"id", "text", "sql", "looked_up"} <= question.keys() <= ALLOWED)] == []
    assert [question["id"] for question in QUESTIONS if "answer" not in question and "raw" not in question] == []


def test_every_table_of_facts_is_asked():
    words = {word for question in QUESTIONS for word in re.findall(r"\w+", question["sql"] + question.get("with", ""))}
    assert [table for table in ASKED if table not in words] == []
