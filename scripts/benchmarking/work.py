"""Work that the benchmark measures as processes of their own. Commands that time themselves print seconds."""

from __future__ import annotations

import hashlib
import json
import re
import resource
import sys
import tempfile
import time
import zipfile
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def load_tables() -> None:
    """Every table with bone_nutrition.load."""
    import pandas  # noqa: F401 - importing it is not loading
    start = time.perf_counter()
    import bone_nutrition

    for table in bone_nutrition.tables():
        bone_nutrition.load(table)
    print(time.perf_counter() - start)


def read_tables() -> None:
    """Every table with pandas.read_csv and the same dtypes, as a user would write them down."""
    import pandas
    package = described(ROOT)
    types = {"number": "Float64", "integer": "Int64", "boolean": "boolean"}
    dtypes, dates = {}, {}
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        dates[resource["path"]] = [field["name"] for field in fields if field["type"] == "date"]
        dtypes[resource["path"]] = {
            field["name"]: pandas.CategoricalDtype([item["value"] for item in field["categories"]]) if "categories" in field
            else types.get(field["type"], "str") for field in fields if field["type"] != "date"
        }
    start = time.perf_counter()
    for path in dtypes:
        pandas.read_csv(ROOT / path, dtype=dtypes[path], parse_dates=dates[path], date_format="%Y-%m-%d", keep_default_na=False, na_values=[""])
    print(time.perf_counter() - start)


def read_arrow() -> None:
    """Every table with pyarrow and the declared types."""
    import pyarrow as pa
    from pyarrow import csv
    types = {"number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_(), "date": pa.date32()}
    start = time.perf_counter()
    for table in described(ROOT)["resources"]:
        columns = {field["name"]: types.get(field["type"], pa.string()) for field in table["schema"]["fields"]}
        csv.read_csv(ROOT / table["path"], convert_options=csv.ConvertOptions(column_types=columns, null_values=[""], strings_can_be_null=True))
    print(time.perf_counter() - start)


def check_by_duckdb(folder: Path) -> None:
    """Every table into DuckDB under the constraints that its descriptor states and DuckDB has: types, keys, enumerations, patterns, bounds."""
    import duckdb
    waiting = {table["name"]: table for table in described(folder)["resources"]}
    connection, made = duckdb.connect(), set()
    while waiting:
        # What a table refers to comes first; where tables refer to each other, one of the keys is left out.
        name = next((name for name, table in waiting.items() if targets(table) - {name} <= made), next(iter(waiting)))
        table = waiting.pop(name)
        connection.execute(create_table(table, made))
        connection.execute(f"""insert into "{name}" from read_csv('{folder / table["path"]}', header = true, all_varchar = true, nullstr = '', delim = ',', quote = '"', escape = '"')""")
        made.add(name)


def targets(table: dict) -> set[str]:
    return {key["reference"]["resource"] for key in table["schema"].get("foreignKeys", [])}


def create_table(table: dict, made: set[str]) -> str:
    types = {"number": "double", "integer": "bigint", "boolean": "boolean", "date": "date"}
    bounds = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<="}
    lines = []
    for field in table["schema"]["fields"]:
        name, constraints = named(field["name"]), field["constraints"]
        checks = [f"{name} {operator} {constraints[bound]}" for bound, operator in bounds.items() if bound in constraints]
        if "enum" in constraints:
            checks.append(f"{name} in ({', '.join(map(quoted, constraints['enum']))})")
        if "pattern" in constraints:
            checks.append(f"regexp_full_match({name}, {quoted(constraints['pattern'])})")
        flags = [word for word, is_set in (("not null", constraints["required"]), ("unique", constraints.get("unique"))) if is_set]
        lines.append(" ".join([name, types.get(field["type"], "varchar"), *flags, *(f"check ({check})" for check in checks)]))
    lines.append(f"primary key ({named(*table['schema']['primaryKey'])})")
    for key in table["schema"].get("foreignKeys", []):
        if key["reference"]["resource"] in made:
            lines.append(f"foreign key ({named(*key['fields'])}) references {named(key['reference']['resource'])} ({named(*key['reference']['fields'])})")
    return f"create table {named(table['name'])} ({', '.join(lines)})"


def named(*names: str) -> str:
    return ", ".join(f'"{name}"' for name in names)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def read_both(*folders: Path) -> None:
    """Every table of two packages with pandas, as text."""
    import pandas
    for folder in folders:
        for table in described(folder)["resources"]:
            pandas.read_csv(folder / table["path"], dtype=str, keep_default_na=False)


def described(folder: Path) -> dict:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


JOIN = """
copy (
    select food_nutrient.fdc_id, ndb."NDB_number", food.description, category.description as category, ids.nutrient_id, food_nutrient.amount,
        nutrient.unit_name, food_nutrient.data_points, food_nutrient."min", food_nutrient."max", derivation.code, source.description as source
    from '{folder}/food_nutrient.csv' as food_nutrient
    join '{folder}/food.csv' as food using (fdc_id)
    join '{folder}/sr_legacy_food.csv' as ndb using (fdc_id)
    join '{folder}/nutrient.csv' as nutrient on nutrient.id = food_nutrient.nutrient_id
    join '{root}/data/nutrient_fdc_ids.csv' as ids on ids.fdc_nutrient_id = nutrient.id
    left join '{folder}/food_category.csv' as category on category.id = food.food_category_id
    left join '{folder}/food_nutrient_derivation.csv' as derivation on derivation.id = food_nutrient.derivation_id
    left join '{folder}/food_nutrient_source.csv' as source on source.id = derivation.source_id
    order by food_nutrient.fdc_id, ids.nutrient_id
) to '{out}' (format parquet)
"""


def join_release(release: Path, out: Path) -> None:
    """The members that import_fdc reads, unzipped, scanned and joined by DuckDB."""
    import duckdb
    needed = {name.removeprefix("{folder}/") for name in re.findall(r"\{folder\}/\w+\.csv", JOIN)}
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(release) as archive:
            names = [name for name in archive.namelist() if Path(name).name in needed]
            archive.extractall(folder, names)
        members = Path(folder) / Path(names[0]).parent
        duckdb.sql(JOIN.format(folder=members, root=ROOT, out=out))


def import_repeated(release: Path, times: int, out: Path, megabytes: int) -> None:
    """import_fdc --all on a release made by inputs.py, whose sums and counts are not the published ones, with no more memory than that."""
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 10**6,) * 2)
    from bone_nutrition.derive import fdc
    citation_id = "usda-sr-legacy-2018"
    known = fdc.RELEASES[citation_id]
    codes = release.with_name(known.source_codes.file_name)
    repeated = replace(
        known,
        sums={hash_of(release): "repeated for a benchmark"},
        members=tuple(replace(member, records=member.records * times, bytes=member.bytes * times) for member in known.members),
        source_codes=replace(known.source_codes, sum=hash_of(codes)),
    )
    fdc.write_all(ROOT, citation_id, release, out, releases={citation_id: repeated})


def hash_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["load-tables"]:
            load_tables()
        case ["read-tables"]:
            read_tables()
        case ["read-arrow"]:
            read_arrow()
        case ["check-by-duckdb", folder]:
            check_by_duckdb(Path(folder))
        case ["read-both", old, new]:
            read_both(Path(old), Path(new))
        case ["join-release", release, out]:
            join_release(Path(release), Path(out))
        case ["import-repeated", release, times, out, megabytes]:
            import_repeated(Path(release), int(times), Path(out), int(megabytes))
        case _:
            sys.exit(__doc__)
