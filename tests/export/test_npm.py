"""The npm package, installed with npm, read with Node.js, its types checked with TypeScript, as its users do."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from bone_nutrition import schema
from bone_nutrition.export import npm
from bone_nutrition.metadata import package as about

TOOLS = Path(__file__).resolve().parents[2] / "tools" / "npm-check"
QUIET = ("--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts")
SUMS = """
import { load, name, tables, version } from "bone-nutrition";
const kinds = (rows) => Object.keys(rows[0]).map((column) => [column, rows.filter((row) => row[column] !== null && !(Array.isArray(row[column]) && !row[column].length)).length]);
const read = {};
for (const table of tables) read[table] = { rows: (await load(table)).length, filled: Object.fromEntries(kinds(await load(table))) };
const foods = await load("foods");
const values = await load("food_sources");
console.log(JSON.stringify({
  name, version, read,
  calcium: values.reduce((sum, row) => sum + (row.nutrient_id === "calcium" ? row.amount ?? 0 : 0), 0),
  fortified: foods.filter((food) => food.fortified === true).length,
  synonyms: foods.reduce((count, food) => count + food.synonyms.length, 0),
  natto: foods.find((food) => food.food_id === "natto"),
  same: foods === await load("foods"),
  unknown: await load("toString").catch((error) => `${error.name}: ${error.message}`),
}));
"""
# Lines that TypeScript must refuse are marked so: an unmarked error and a marked line without one both fail.
TYPED = """
import { load, tables, version, type FoodsRow, type FoodsPreparation, type EffectEstimatesRow, type Tables } from "bone-nutrition";
import natto from "bone-nutrition/data/foods.json" with { type: "json" };

const foods: readonly FoodsRow[] = await load("foods");
const first: FoodsRow = foods[0]!;
const name: string = first.name;
const serving: number | null = first.serving_g;
const synonyms: readonly string[] = first.synonyms;
const raw: FoodsPreparation = "raw";
const estimate = (row: EffectEstimatesRow): number => row.estimate ?? NaN;
const table: keyof Tables = tables[0]!;
const preferred: boolean = (await load("food_sources"))[0]!.is_preferred;
const plain: string = natto[0]!.name;

// @ts-expect-error: a number may be missing
const weight: number = first.serving_g;
// @ts-expect-error: not in the enumeration
const burnt: FoodsPreparation = "burnt";
// @ts-expect-error: not a table
await load("food");
// @ts-expect-error: not a column
first.colour;
// @ts-expect-error: rows are not for writing
first.name = "x";
export { name, serving, synonyms, raw, estimate, table, preferred, plain, weight, burnt, version };
"""
STRICT = {"compilerOptions": {"strict": True, "noUncheckedIndexedAccess": True, "noEmit": True, "target": "esnext", "module": "nodenext", "resolveJsonModule": True,
                              "skipLibCheck": False, "types": []}, "files": ["typed.ts"]}


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=os.environ | {"NO_UPDATE_NOTIFIER": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def published(package):
    return {resource["name"]: resource["rows"] for resource in json.loads((package / "datapackage.json").read_text())["resources"]}


@pytest.fixture(scope="module")
def target(package, published, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("npm")
    npm.write(package, published, folder)
    return folder


@pytest.fixture(scope="module")
def project(target, tmp_path_factory) -> Path:
    """A project that depends on the packed package and has TypeScript."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(TOOLS / name, folder)
    run("npm", "ci", *QUIET, cwd=folder)
    (packed,) = target.glob("*.tgz")
    run("npm", "install", "--offline", "--no-save", *QUIET, packed, cwd=folder)
    (folder / "package.json").write_text(json.dumps({"type": "module"}))
    return folder


def rows(package: Path, table: str) -> list[dict[str, str]]:
    with (package / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.needs("node")
@pytest.mark.needs("npm")
def test_node_reads_what_stands_in_the_csv(project, package, published):
    (project / "sums.js").write_text(SUMS)
    read = json.loads(run("node", "sums.js", cwd=project))
    assert (read["name"], read["version"]) == ("bone-nutrition", about()["version"])
    for table in published:
        cells = rows(package, table)
        assert read["read"][table] == {"rows": len(cells), "filled": {name: sum(row[name] != "" for row in cells) for name in cells[0]}}, table
    foods, values = rows(package, "foods"), rows(package, "food_sources")
    assert read["calcium"] == pytest.approx(sum(float(row["amount"] or 0) for row in values if row["nutrient_id"] == "calcium"))
    assert read["fortified"] == sum(row["fortified"] == "true" for row in foods)
    assert read["synonyms"] == sum(len(row["synonyms"].split("|")) for row in foods if row["synonyms"])
    # Natto has NDB number 16113; a cup of it weighs 175 g.
    assert (read["natto"]["ndb_number"], read["natto"]["serving_g"]) == ("16113", 175)
    assert read["same"] is True
    assert read["unknown"].startswith('RangeError: no table "toString"; the tables are nutrients, ')


@pytest.mark.needs("node")
@pytest.mark.needs("npm")
def test_typescript_knows_tables_columns_enumerations_and_what_may_be_missing(project):
    (project / "typed.ts").write_text(TYPED)
    (project / "tsconfig.json").write_text(json.dumps(STRICT))
    run("node", "node_modules/typescript/bin/tsc", "--project", ".", cwd=project)


def test_every_column_and_every_value_of_an_enumeration_is_explained(target, published):
    declared = (target / "npm" / "index.d.ts").read_text(encoding="utf-8").splitlines()
    explained = [(previous.strip(), line.strip()) for previous, line in zip(declared, declared[1:]) if line.strip().startswith(("readonly ", "| "))]
    assert [line for comment, line in explained if not re.fullmatch(r"/\*\* .+ \*/", comment)] == []
    assert sum(line.startswith("readonly ") for _, line in explained) == sum(len(schema.columns(table)) for table in published)
    assert ("/** Mass of that portion. Unit: g. */", "readonly serving_g: number | null;") in explained
    assert ("/** Cooked in water, drained. */", '| "boiled"') in explained


def test_package_json_says_what_package_toml_says(target):
    manifest = json.loads((target / "npm" / "package.json").read_text(encoding="utf-8"))
    assert {name: manifest[name] for name in ("name", "version", "description", "keywords")} == {name: about()[name] for name in ("name", "version", "description", "keywords")}
    assert manifest["license"] == "CC-BY-4.0"
    assert not {"dependencies", "scripts"} & set(manifest)


def test_the_packed_files_are_those_of_the_folder(target, published):
    (packed,) = target.glob("*.tgz")
    with tarfile.open(packed) as archive:
        held = {member.name.removeprefix("package/"): archive.extractfile(member).read() for member in archive}
    folder = target / "npm"
    assert held == {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {f"data/{table}.json" for table in published} | {"package.json", "index.js", "index.d.ts", "README.md", "LICENSE"} == set(held)


def test_two_writes_give_the_same_bytes(small, target, tmp_path):
    written = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        written.append(npm.write(small, {"foods": 4}, tmp_path / name).read_bytes())
        os.utime(small / "data" / "foods.csv", (0, 0))
    assert written[0] == written[1]


def test_the_checker_is_locked_without_addresses():
    assert "resolved" not in (TOOLS / "package-lock.json").read_text(encoding="utf-8")
