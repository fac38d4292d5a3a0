"""Work that the benchmark measures as processes of their own. Commands that time themselves print seconds."""

from __future__ import annotations

import hashlib
import json
import re
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
    package = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))
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


def import_repeated(release: Path, times: int, out: Path) -> None:
    """import_fdc --all on a release made by inputs.py, whose sums and counts are not the published ones."""
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
        case ["join-release", release, out]:
            join_release(Path(release), Path(out))
        case ["import-repeated", release, times, out]:
            import_repeated(Path(release), int(times), Path(out))
        case _:
            sys.exit(__doc__)
