"""Food values from USDA FoodData Central: a release joined with ``foods`` and ``nutrient_fdc_ids``.

No other list of foods or nutrients exists. DuckDB reads the release's members; the amounts stay text until they are written,
so that the release's digits are kept.
"""

from __future__ import annotations

import csv
import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from tqdm import tqdm

from .. import files
from . import preferred
from .fdc_releases import (RELEASES, UNREADABLE, CheckedZip, Release, ReleaseError, check_zip, fetch_release, find_release, open_member,
                           release_of)

__all__ = ["RELEASES", "Differences", "ImportSummary", "ReleaseError", "check_zip", "derived_rows", "differences", "fetch_release",
           "find_release", "import_release", "release_of", "write_all"]

NOT_STATED = "not-stated"
SOURCE_PREFIX = "source-"
UNITS = {"UG": "ug", "MG": "mg", "G": "g", "KCAL": "kcal"}
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
MEMORY_LIMIT = "150MB"
THREADS = 2
FOODS_PER_BATCH = 2000
DIFFERENCES_SHOWN = 20
COMPARED = ("amount", "unit", "value_status", "amount_min", "amount_max", "data_points", "derivation_code", "fdc_id", "fdc_nutrient_id")
# What this module reads of each table.
NEEDED = {
    "foods": ("food_id", "ndb_number", "foundation_ndb_number"),
    "nutrients": ("nutrient_id", "unit"),
    "nutrient_fdc_ids": ("nutrient_id", "fdc_nutrient_id", "fdc_unit", "priority"),
    "derivations": ("derivation_code", "value_status"),
    "citations": ("citation_id", "year"),
    "food_sources": ("food_id", "nutrient_id", "citation_id", *COMPARED),
}

PARQUET = pa.schema([
    ("fdc_id", pa.int64()), ("ndb_number", pa.string()), ("food_description", pa.string()), ("food_category", pa.string()),
    ("nutrient_id", pa.string()), ("amount", pa.float64()), ("unit", pa.string()), ("value_status", pa.string()),
    ("amount_min", pa.float64()), ("amount_max", pa.float64()), ("data_points", pa.int32()), ("derivation_code", pa.string()),
    ("fdc_nutrient_id", pa.int32()),
])

FOODS_SQL = """
create table release_foods as
select food.fdc_id, printf('%05d', ndb."NDB_number") as ndb_number, food.description as food_description, category.description as food_category
from food
join ndb using (fdc_id)
left join food_category as category on category.id = food.food_category_id
order by food.fdc_id
"""
AMOUNTS_SQL = """
create table amounts as
select fdc_id, nutrient_id, amount, data_points, derivation_id, "min", "max"
from food_nutrient
where amount is not null and nutrient_id in (select fdc_nutrient_id from nutrient_ids)
"""
UNKNOWN_DERIVATIONS_SQL = """
select distinct derivation_id from amounts
where derivation_id is not null and derivation_id not in (select id from derivation_ids)
"""
BROKEN_COUNT_SQL = """
select fdc_id, nutrient_id, data_points from amounts where data_points <> floor(data_points) limit 1
"""
# Numbers only: texts are looked up afterwards, once they need no sorting any more.
VALUES_SQL = """
select amounts.fdc_id, ids.place, amounts.amount, amounts.amount::double = 0 as is_zero, amounts."min", amounts."max",
    amounts.data_points::integer as data_points, amounts.derivation_id, codes.source_code
from amounts
join (select fdc_id from release_foods where fdc_id between $first and $last) using (fdc_id)
join nutrient_ids as ids on ids.fdc_nutrient_id = amounts.nutrient_id
left join (from source_codes where fdc_id between $first and $last) as codes
    on codes.fdc_id = amounts.fdc_id and codes.nutrient_id = amounts.nutrient_id
where amounts.fdc_id between $first and $last
order by amounts.fdc_id, ids.place
"""
SPAN_FOODS_SQL = "from release_foods where fdc_id between $first and $last order by fdc_id"


@dataclass(frozen=True)
class Differences:
    """How newly derived rows differ from the committed ones of the same release.

    ``changed`` holds (relative change of the amount, food_id, nutrient_id, what changed), largest first.
    """

    added: Counter[str]
    removed: Counter[str]
    changed: tuple[tuple[float, str, str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def __str__(self) -> str:
        per_nutrient = Counter(nutrient for _, _, nutrient, _ in self.changed)
        lines = [f"{self.added.total()} rows added, {self.removed.total()} removed, {len(self.changed)} changed"]
        lines += [f"  {nutrient}: {self.added[nutrient]} added, {self.removed[nutrient]} removed, {per_nutrient[nutrient]} changed"
                  for nutrient in sorted(self.added.keys() | self.removed.keys() | per_nutrient.keys())]
        lines += [f"  {food} {nutrient}: {what}" for _, food, nutrient, what in self.changed[:DIFFERENCES_SHOWN]]
        if len(self.changed) > DIFFERENCES_SHOWN:
            lines.append(f"  and {len(self.changed) - DIFFERENCES_SHOWN} smaller changes")
        return "\n".join(lines)


@dataclass(frozen=True)
class ImportSummary:
    """What an import did; ``imported`` is False where the bytes deviate and were not accepted: nothing was written then."""

    citation_id: str
    imported: bool
    rows: int
    deviations: tuple[str, ...]
    warnings: tuple[str, ...]
    differences: Differences

    def __str__(self) -> str:
        outcome = f"{self.rows:,} rows derived" if self.imported else "not imported, the table stands as it was; --accept imports it"
        notes = [*self.deviations, *self.warnings]
        return "\n".join([f"{self.citation_id}: {outcome}", *(f"  {note}" for note in notes), f"  {self.differences}"])


def derived_rows(citation_id: str, zip_path: Path, foods: Sequence[Mapping[str, str]], nutrient_fdc_ids: Sequence[Mapping[str, str]],
                 derivations: Sequence[Mapping[str, str]], *, releases: Mapping[str, Release] = RELEASES) -> list[dict[str, str]]:
    """Rows of ``food_sources`` that a release gives for ``foods``, all cells text, in the order of food and nutrient.

    Amounts are per 100 g edible portion, with the release's digits; ``is_preferred`` is ``false`` throughout.
    Raises ReleaseError for a zip that is not the release, for NDB numbers that it lacks, and for units or codes that are unknown.
    """
    return _derived_rows(check_zip(citation_id, zip_path, releases), foods, nutrient_fdc_ids, derivations)[0]


def import_release(package_dir: Path, citation_id: str, zip_path: Path, accept: bool = False, *,
                   releases: Mapping[str, Release] = RELEASES) -> ImportSummary:
    """Rewrite the rows of ``data/food_sources.csv`` whose citation is the release, mark the preferred ones, touch no other row.

    A zip whose bytes are not known is imported only with ``accept``. The file is replaced as a whole or not at all.
    Raises ReleaseError as ``derived_rows`` does, and where ``nutrients`` counts a nutrient in another unit than the release.
    """
    from .. import schema  # here, so that write_all does not wait for Pandera

    data = Path(package_dir) / "data"
    checked = check_zip(citation_id, zip_path, releases)
    derived, warnings = _derived_for(data, checked)
    committed = _read(data, "food_sources", may_lack=True)
    found = _differences([row for row in committed if row["citation_id"] == citation_id], derived)
    imported = accept or not checked.deviations
    if imported:
        others = [row for row in committed if row["citation_id"] != citation_id]
        years = {row["citation_id"]: row["year"] for row in _read(data, "citations", may_lack=True)}
        rows = schema.sorted_rows("food_sources", preferred.mark([*others, *derived], years))
        files.replace_file(data / "food_sources.csv", files.csv_bytes(list(schema.columns("food_sources")), rows))
    return ImportSummary(citation_id, imported, len(derived), checked.deviations, tuple(warnings), found)


def differences(package_dir: Path, citation_id: str, zip_path: Path, *, releases: Mapping[str, Release] = RELEASES) -> Differences:
    """How the rows that a release gives differ from the committed ones (false if they do not); writes nothing.

    Raises ReleaseError as ``import_release`` does.
    """
    data = Path(package_dir) / "data"
    derived, _ = _derived_for(data, check_zip(citation_id, zip_path, releases))
    return _differences([row for row in _read(data, "food_sources", may_lack=True) if row["citation_id"] == citation_id], derived)


def write_all(package_dir: Path, citation_id: str, zip_path: Path, out: Path, accept: bool = False, *,
              releases: Mapping[str, Release] = RELEASES) -> int:
    """Write the package's nutrients in *every* food of a release to ``out`` as Parquet (columns ``PARQUET``); returns the rows.

    Rows are sorted by fdc_id and nutrient_id; same input, same bytes. Works through the foods in batches, so that memory is bounded by
    one batch and DuckDB's buffer (``MEMORY_LIMIT``), which a large release fills and a small one does not. Raises ReleaseError as ``derived_rows`` does, and for bytes that are neither known nor accepted.
    """
    data = Path(package_dir) / "data"
    checked = check_zip(citation_id, zip_path, releases)
    if checked.deviations and not accept:
        raise ReleaseError(f"{'; '.join(checked.deviations)}: --accept takes it as it is")
    nutrient_fdc_ids = _read(data, "nutrient_fdc_ids")
    derivations = _read(data, "derivations")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as aside:
        written = Path(aside) / out.name
        with _loaded(checked, nutrient_fdc_ids, derivations, "double") as connection, pq.ParquetWriter(written, PARQUET) as writer:
            meanings = _meanings(checked.release, nutrient_fdc_ids, derivations)
            rows = sum(_write_batch(writer, table) for table in _tables(connection, meanings, citation_id))
        written.replace(out)
    return rows


def plain_number(text: str) -> str:
    """A number with its digits kept and its exponent written out: ``5.6E-4`` becomes ``0.00056``. Raises ValueError for other text."""
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a number")
    return format(Decimal(text), "f")


def _derived_for(data: Path, checked: CheckedZip) -> tuple[list[dict[str, str]], list[str]]:
    nutrient_fdc_ids = _read(data, "nutrient_fdc_ids")
    _check_package_units(_read(data, "nutrients"), nutrient_fdc_ids)
    return _derived_rows(checked, _read(data, "foods"), nutrient_fdc_ids, _read(data, "derivations"))


def _derived_rows(checked: CheckedZip, foods: Sequence[Mapping[str, str]], nutrient_fdc_ids: Sequence[Mapping[str, str]],
                  derivations: Sequence[Mapping[str, str]]) -> tuple[list[dict[str, str]], list[str]]:
    """Derived rows, and warnings for the reader."""
    from .. import schema

    release = checked.release
    with _loaded(checked, nutrient_fdc_ids, derivations, "varchar") as connection:
        food_ids = _food_ids(connection, release, foods)
        _keep_only(connection, food_ids)
        meanings = _meanings(release, nutrient_fdc_ids, derivations)
        values = [value for span in _spans(sorted(food_ids)) for value in _composition(connection, meanings, *span).to_pylist()]
    rows, warnings = [], []
    for value in values:
        place = f"{release.citation_id}: fdc_id {value['fdc_id']}, nutrient {value['fdc_nutrient_id']}"
        if value["amount"].startswith("-"):
            warnings.append(f"{place}: left out, its amount {value['amount']} is below zero")
            continue
        rows.append({
            **dict.fromkeys(schema.columns("food_sources"), ""),
            **{column: value[column] or "" for column in ("nutrient_id", "unit", "value_status", "derivation_code")},
            **{column: _number(value[column], place) for column in ("amount", "amount_min", "amount_max", "data_points")},
            "food_id": food_ids[value["fdc_id"]], "citation_id": release.citation_id, "fdc_id": str(value["fdc_id"]),
            "fdc_nutrient_id": str(value["fdc_nutrient_id"]), "is_preferred": "false",
        })
    empty = sorted(set(food_ids.values()) - {row["food_id"] for row in rows})
    warnings += [f"{release.citation_id}: no value for {food_id}" for food_id in empty]
    return sorted(rows, key=lambda row: (row["food_id"], row["nutrient_id"])), warnings


def _number(value: str | int | None, place: str) -> str:
    try:
        return "" if value is None else plain_number(str(value))
    except ValueError as error:
        raise ReleaseError(f"{place}: {error}") from error


@contextmanager
def _loaded(checked: CheckedZip, nutrient_fdc_ids: Sequence[Mapping[str, str]], derivations: Sequence[Mapping[str, str]], amounts: str,
            ) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database on disk with tables release_foods, amounts (of the given type), nutrient_ids, derivation_ids and source_codes."""
    try:
        with tempfile.TemporaryDirectory(prefix="fdc-") as folder:
            _extract(checked, Path(folder))
            settings = {"memory_limit": MEMORY_LIMIT, "threads": THREADS, "temp_directory": folder, "preserve_insertion_order": False}
            with duckdb.connect(f"{folder}/release.duckdb", config=settings) as connection:
                connection.execute("pragma disable_checkpoint_on_shutdown")  # the database is thrown away
                _load(connection, checked, Path(folder), nutrient_fdc_ids, derivations, amounts)
                yield connection
    except duckdb.Error as error:
        raise ReleaseError(f"{checked.path}: {_shortened(error)}") from error


def _shortened(error: duckdb.Error) -> str:
    """DuckDB's message on one line, without its advice on settings."""
    return " ".join(str(error).split()).partition(" Possible ")[0][:300]


def _extract(checked: CheckedZip, folder: Path) -> None:
    """Unzip the needed members into ``folder``, under their known names only."""
    total = sum(member.bytes for member in checked.release.members)
    try:
        with (zipfile.ZipFile(checked.path) as archive,
              tqdm(total=total, desc=f"{checked.release.citation_id} unzip", unit="B", unit_scale=True, disable=None, leave=False) as bar):
            for member in checked.release.members:
                with open_member(archive, checked.release, member, checked.path) as source, (folder / member.name).open("wb") as target:
                    while block := source.read(1 << 20):
                        target.write(block)
                        bar.update(len(block))
    except UNREADABLE as error:
        raise ReleaseError(f"{checked.path}: cannot be unzipped: {error}") from error


def _load(connection: duckdb.DuckDBPyConnection, checked: CheckedZip, folder: Path, nutrient_fdc_ids: Sequence[Mapping[str, str]],
          derivations: Sequence[Mapping[str, str]], amounts: str) -> None:
    release = checked.release
    for member in release.members:
        name = "ndb" if member.name == release.ndb_member else member.name.removesuffix(".csv")
        _view(connection, name, folder / member.name, member.columns, amounts)
    _check_units(connection, nutrient_fdc_ids)
    _check_derivation_ids(connection, release)
    ids = [int(row["fdc_nutrient_id"]) for row in _by_preference(nutrient_fdc_ids)]
    _table(connection, "nutrient_ids", {"place": ("integer", list(range(len(ids)))), "fdc_nutrient_id": ("integer", ids)})
    _table(connection, "derivation_ids", {"id": ("integer", list(release.derivation_ids.values()))})
    connection.execute(FOODS_SQL)
    connection.execute(AMOUNTS_SQL)
    _load_source_codes(connection, checked)
    if broken := connection.execute(BROKEN_COUNT_SQL).fetchone():
        raise ReleaseError("food_nutrient.csv: fdc_id {}, nutrient {} has {} data points, not a whole number".format(*broken))
    _check_codes(connection, release, {row["derivation_code"] for row in derivations})


# Columns that are not text. Amounts may be: then their digits are kept.
AMOUNT_COLUMNS = ("amount", "min", "max")
COLUMN_TYPES = {"fdc_id": "bigint", "nutrient_id": "integer", "derivation_id": "integer", "NDB_number": "integer", "source_code": "integer",
                "data_points": "double"}


def _view(connection: duckdb.DuckDBPyConnection, name: str, path: Path, columns: Sequence[str], amounts: str = "varchar") -> None:
    """A view of a CSV file with exactly these columns; empty cells are NULL."""
    types = {column: amounts if column in AMOUNT_COLUMNS else COLUMN_TYPES.get(column, "varchar") for column in columns}
    connection.execute(f"""create temp view {name} as from read_csv('{str(path).replace("'", "''")}', header = true, auto_detect = false,
        delim = ',', quote = '"', escape = '"', buffer_size = 4000000, columns = {types})""")


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, tuple[str, list]]) -> None:
    connection.execute(f"create table {name} ({', '.join(f'{column} {type_}' for column, (type_, _) in columns.items())})")
    if all(values for _, values in columns.values()):
        cells = [values for _, values in columns.values()]
        connection.execute(f"insert into {name} select {', '.join('unnest(?)' for _ in columns)}", cells)


def _load_source_codes(connection: duckdb.DuckDBPyConnection, checked: CheckedZip) -> None:
    path, codes = checked.source_codes, checked.release.source_codes
    if path is None or codes is None:
        connection.execute("create table source_codes (fdc_id bigint, nutrient_id integer, source_code integer)")
        return
    _view(connection, "source_code_file", path, codes.columns)
    connection.execute("""create table source_codes as select * from source_code_file
        where nutrient_id in (select fdc_nutrient_id from nutrient_ids)""")


def _check_units(connection: duckdb.DuckDBPyConnection, nutrient_fdc_ids: Sequence[Mapping[str, str]]) -> None:
    published = dict(connection.execute("select id, unit_name from nutrient").fetchall())
    for line, row in enumerate(nutrient_fdc_ids, start=2):
        place = f"data/nutrient_fdc_ids.csv:{line} nutrient_id='{row['nutrient_id']}' fdc_nutrient_id='{row['fdc_nutrient_id']}'"
        if row["fdc_unit"] not in UNITS:
            raise ReleaseError(f"{place}: unit {row['fdc_unit']} is none of {', '.join(UNITS)}")
        unit = published.get(row["fdc_nutrient_id"], row["fdc_unit"])
        if unit != row["fdc_unit"]:
            raise ReleaseError(f"{place}: the release's nutrient.csv has unit {unit}, the table {row['fdc_unit']}")


def _check_package_units(nutrients: Sequence[Mapping[str, str]], nutrient_fdc_ids: Sequence[Mapping[str, str]]) -> None:
    units = {row["nutrient_id"]: row["unit"] for row in nutrients}
    for line, row in enumerate(nutrient_fdc_ids, start=2):
        unit = units.get(row["nutrient_id"])
        if unit != UNITS.get(row["fdc_unit"]):
            raise ReleaseError(f"data/nutrient_fdc_ids.csv:{line} nutrient_id='{row['nutrient_id']}': USDA counts it in {row['fdc_unit']}, "
                               f"nutrients.unit is {unit or 'missing'}; make them agree")


def _check_derivation_ids(connection: duckdb.DuckDBPyConnection, release: Release) -> None:
    if not any(member.name == "food_nutrient_derivation.csv" for member in release.members):
        return
    published = {code: int(id_) for id_, code in connection.execute("select id, code from food_nutrient_derivation").fetchall()}
    if published != dict(release.derivation_ids):
        codes = sorted(code for code, _ in published.items() ^ release.derivation_ids.items())
        raise ReleaseError(f"food_nutrient_derivation.csv and fdc_releases.toml disagree on {', '.join(dict.fromkeys(codes))}")


def _check_codes(connection: duckdb.DuckDBPyConnection, release: Release, known: set[str]) -> None:
    """Every derivation and source code of the values must have its row in ``derivations``."""
    if unknown := connection.execute(UNKNOWN_DERIVATIONS_SQL).fetchall():
        ids = ", ".join(str(id_) for (id_,) in unknown)
        raise ReleaseError(f"{release.citation_id}: derivation ids {ids} are not in fdc_releases.toml")
    ids = [id_ for (id_,) in connection.execute("select distinct derivation_id from amounts where derivation_id is not null").fetchall()]
    sources = [code for (code,) in connection.execute("select distinct source_code from source_codes").fetchall()]
    used = {code for code, id_ in release.derivation_ids.items() if id_ in ids} | {f"source-{code}" for code in sources}
    if missing := sorted(used - known):
        raise ReleaseError(f"{release.citation_id}: codes {', '.join(missing)} have no row in data/derivations.csv; add them")


def _food_ids(connection: duckdb.DuckDBPyConnection, release: Release, foods: Sequence[Mapping[str, str]]) -> dict[int, str]:
    """fdc_id -> food_id of the foods that have the release's NDB number.

    Raises ReleaseError naming file line and food for each number that the release lacks.
    """
    published = dict(connection.execute("select ndb_number, fdc_id from release_foods").fetchall())
    found, missing = {}, []
    for line, food in enumerate(foods, start=2):
        number = food[release.food_key].zfill(5) if food[release.food_key] else ""
        if number in published:
            found[published[number]] = food["food_id"]
        elif number:
            missing.append(f"data/foods.csv:{line} food_id='{food['food_id']}' {release.food_key}='{number}'")
    if missing:
        raise ReleaseError(f"not in {release.title}: {'; '.join(missing)}. Copy the number from {release.ndb_member}")
    return found


def _keep_only(connection: duckdb.DuckDBPyConnection, food_ids: Mapping[int, str]) -> None:
    _table(connection, "wanted", {"fdc_id": ("bigint", list(food_ids))})
    connection.execute("delete from amounts where fdc_id not in (select fdc_id from wanted)")


@dataclass(frozen=True)
class Meanings:
    """Texts behind the numbers of ``VALUES_SQL``.

    By place: nutrient, its unit and FoodData Central's id, the preferred id of a nutrient first. By number: what a derivation id or a
    source code is in the package, and the value status it stands for.
    """

    nutrients: pa.Array
    units: pa.Array
    fdc_nutrient_ids: pa.Array
    derivation_ids: pa.Array
    source_codes: pa.Array
    codes: pa.Array
    statuses: pa.Array


def _meanings(release: Release, nutrient_fdc_ids: Sequence[Mapping[str, str]], derivations: Sequence[Mapping[str, str]]) -> Meanings:
    status_of = {row["derivation_code"]: row["value_status"] for row in derivations}
    sources = [code.removeprefix(SOURCE_PREFIX) for code in status_of if code.startswith(SOURCE_PREFIX)]
    codes = [*release.derivation_ids, *(SOURCE_PREFIX + source for source in sources)]
    ids = _by_preference(nutrient_fdc_ids)
    return Meanings(
        nutrients=pa.array([row["nutrient_id"] for row in ids], pa.string()),
        units=pa.array([UNITS[row["fdc_unit"]] for row in ids], pa.string()),
        fdc_nutrient_ids=pa.array([int(row["fdc_nutrient_id"]) for row in ids], pa.int32()),
        derivation_ids=pa.array(release.derivation_ids.values(), pa.int32()),
        source_codes=pa.array(map(int, sources), pa.int32()),
        codes=pa.array(codes, pa.string()),
        statuses=pa.array([status_of.get(code, NOT_STATED) for code in codes], pa.string()),
    )


def _by_preference(nutrient_fdc_ids: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    return sorted(nutrient_fdc_ids, key=lambda row: (row["nutrient_id"], int(row["priority"])))


def _composition(connection: duckdb.DuckDBPyConnection, meanings: Meanings, first: int, last: int) -> pa.Table:
    """The package's nutrients in the foods with fdc_id from ``first`` to ``last``: columns of ``PARQUET``, amounts of the type loaded.

    Raises ReleaseError if a value stands twice.
    """
    span = {"first": first, "last": last}
    values = _preferred(connection.sql(VALUES_SQL, params=span).to_arrow_table(), meanings)
    foods = connection.sql(SPAN_FOODS_SQL, params=span).to_arrow_table().combine_chunks()
    food, place = pc.index_in(values["fdc_id"], foods["fdc_id"]), values["place"]
    code = pc.coalesce(pc.index_in(values["derivation_id"], meanings.derivation_ids),
                       pc.add(pc.index_in(values["source_code"], meanings.source_codes), len(meanings.derivation_ids)))
    return pa.table({
        "fdc_id": values["fdc_id"], **{column: foods[column].take(food) for column in ("ndb_number", "food_description", "food_category")},
        "nutrient_id": meanings.nutrients.take(place), "amount": values["amount"], "unit": meanings.units.take(place),
        "value_status": _status(meanings.statuses.take(code), values["is_zero"]), "amount_min": values["min"], "amount_max": values["max"],
        "data_points": values["data_points"], "derivation_code": meanings.codes.take(code), "fdc_nutrient_id": meanings.fdc_nutrient_ids.take(place),
    })


def _preferred(values: pa.Table, meanings: Meanings) -> pa.Table:
    """Of sorted values the first of each food and nutrient. Raises ReleaseError if a value stands twice."""
    food, place = (values[column].to_numpy() for column in ("fdc_id", "place"))
    same_food = food[1:] == food[:-1]
    if (twice := np.flatnonzero(same_food & (place[1:] == place[:-1]))).size:
        nutrient = meanings.fdc_nutrient_ids[place[twice[0]]]
        raise ReleaseError(f"food_nutrient.csv has two values for fdc_id {food[twice[0]]}, nutrient {nutrient}")
    nutrient = meanings.nutrients.dictionary_encode().indices.to_numpy()[place]
    return values.filter(np.concatenate([np.ones(min(len(values), 1), dtype=bool), ~(same_food & (nutrient[1:] == nutrient[:-1]))]))


def _status(stated: pa.ChunkedArray, is_zero: pa.ChunkedArray) -> pa.ChunkedArray:
    """Status of the value: a code that says assumed zero contradicts an amount above 0; what is true is then not stated."""
    status = pc.fill_null(stated, NOT_STATED)
    status = pc.if_else(pc.and_(pc.equal(status, "measured"), is_zero), "measured-zero", status)
    return pc.if_else(pc.and_(pc.equal(status, "assumed-zero"), pc.invert(is_zero)), NOT_STATED, status)


def _spans(fdc_ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of every ``FOODS_PER_BATCH`` sorted ids: what is held in memory at once."""
    for start in range(0, len(fdc_ids), FOODS_PER_BATCH):
        batch = fdc_ids[start:start + FOODS_PER_BATCH]
        yield batch[0], batch[-1]


def _tables(connection: duckdb.DuckDBPyConnection, meanings: Meanings, citation_id: str) -> Iterator[pa.Table]:
    """Composition of all foods of the release, span by span, with a progress bar."""
    fdc_ids = [fdc_id for (fdc_id,) in connection.execute("select fdc_id from release_foods order by fdc_id").fetchall()]
    with tqdm(total=len(fdc_ids), desc=citation_id, unit=" foods", disable=None) as bar:
        for span in _spans(fdc_ids):
            yield _composition(connection, meanings, *span)
            bar.update(min(FOODS_PER_BATCH, bar.total - bar.n))


def _write_batch(writer: pq.ParquetWriter, table: pa.Table) -> int:
    if table.num_rows:
        writer.write_table(table.cast(PARQUET), row_group_size=table.num_rows)
    return table.num_rows


def _differences(old: Sequence[Mapping[str, str]], new: Sequence[Mapping[str, str]]) -> Differences:
    before = {(row["food_id"], row["nutrient_id"]): row for row in old}
    after = {(row["food_id"], row["nutrient_id"]): row for row in new}
    changed = [_change(before[key], after[key]) for key in before.keys() & after.keys()
               if any(before[key][column] != after[key][column] for column in COMPARED)]
    return Differences(
        added=Counter(nutrient for _, nutrient in after.keys() - before.keys()),
        removed=Counter(nutrient for _, nutrient in before.keys() - after.keys()),
        changed=tuple(sorted(changed, key=lambda change: (-change[0], *change[1:]))),
    )


def _change(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[float, str, str, str]:
    what = ", ".join(f"{column} {old[column] or 'empty'} → {new[column] or 'empty'}" for column in COMPARED if old[column] != new[column])
    return _relative_change(old["amount"], new["amount"]), new["food_id"], new["nutrient_id"], what


def _relative_change(old: str, new: str) -> float:
    """Change as a fraction of the old amount; infinite where that is zero or missing."""
    if old == new:
        return 0.0
    if not old or not new or not float(old):
        return float("inf")
    return abs(float(new) - float(old)) / float(old)


def _read(data: Path, table: str, may_lack: bool = False) -> list[dict[str, str]]:
    path = data / f"{table}.csv"
    if may_lack and not path.exists():
        return []
    try:
        rows = files.read_rows(path)
    except (OSError, ValueError, csv.Error) as error:
        raise ReleaseError(f"data/{table}.csv cannot be read: {error}") from error
    if rows and (missing := [column for column in NEEDED[table] if column not in rows[0]]):
        raise ReleaseError(f"data/{table}.csv lacks columns {', '.join(missing)}")
    return rows
